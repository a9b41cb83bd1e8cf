"""The nouns of signing in by a provider: Provider, Account."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from deskbell.lib import clock
from deskbell.lib.sealing import opens

EVERY_TENANT, ITS_TENANT = "/organizations/", "/{tenantid}/"  # as Microsoft writes them


def new_key() -> str:
    """The name of a provider in addresses; it tells nobody which districts there are."""
    return secrets.token_hex(6)


class Provider(models.Model):
    """Someone whom the desk believes about who a customer is, by OpenID Connect."""

    class Kind(models.TextChoices):
        GOOGLE = "google", "Google"
        MICROSOFT = "microsoft", "Microsoft Entra"
        OIDC = "oidc", "OpenID Connect"

    key = models.CharField(max_length=12, unique=True, default=new_key, editable=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    name = models.CharField(max_length=60)  # on the button
    issuer = models.CharField(max_length=300)  # as it names itself
    client_id = models.CharField(max_length=300, blank=True)  # the desk, as it is known there
    sealed = models.TextField(blank=True)  # the client's secret, unreadable without the desk's key
    district = models.ForeignKey(
        "people.District", null=True, blank=True, on_delete=models.CASCADE, related_name="providers"
    )  # it speaks for the mail domains of this district alone; None: for every address
    vouches = models.BooleanField(default=False)  # for the addresses of its district, unasked
    listed = models.BooleanField(default=True)  # has a button on the portal's page
    is_on = models.BooleanField(default=False)
    told = models.JSONField(default=dict)  # where it is asked, and its keys
    tried_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)  # the last answer not believed
    refused_why = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="one_provider_of_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_every_tenant(self) -> bool:
        """Does it speak for every organization that has Microsoft's directory, and not for a known one?"""
        return self.kind == self.Kind.MICROSOFT and EVERY_TENANT in self.issuer

    @property
    def where(self) -> str:
        """The issuer as an administrator names it: the tenant at Microsoft, nothing at Google."""
        match self.kind:
            case self.Kind.GOOGLE:
                return ""
            case self.Kind.MICROSOFT:
                return "" if self.is_every_tenant else self.issuer.split("/")[3]
        return self.issuer

    @property
    def must_be_told_the_secret_again(self) -> bool:
        """Has the desk's secret key changed since the client's secret was sealed?"""
        return not opens(self.sealed)

    @property
    def start(self) -> str:
        """The address that signs in by this provider, for a button elsewhere."""
        return settings.DESK_URL + reverse("portal-provider", args=[self.key])

    @property
    def back(self) -> str:
        """The address to which the provider sends the browser back: no other provider's."""
        return settings.DESK_URL + reverse("portal-provider-back", args=[self.key])


class Account(models.Model):
    """A person as a provider knows them: by the subject of its tokens, which is never given to another
    person, as an address may be."""

    issuer = models.CharField(max_length=300)  # not a Provider: set up anew, it is the same
    subject = models.CharField(max_length=255)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="accounts")
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(default=clock.now)
    disputed_at = models.DateTimeField(null=True, blank=True)  # another came with the address

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_account_of_a_subject"),
            models.UniqueConstraint(fields=["person", "issuer"], name="one_account_at_an_issuer"),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.issuer}"
