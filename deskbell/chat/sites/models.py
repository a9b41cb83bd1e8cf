"""The nouns of sites: Site, SiteKey, Identity."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from deskbell.lib import clock
from deskbell.people.models import Agent, District, Person, School


class Site(models.Model):
    """A portal that embeds the bubble. One with keys may also say who its visitors are."""

    name = models.CharField(max_length=100, unique=True)
    district = models.ForeignKey(
        District, null=True, blank=True, on_delete=models.CASCADE, related_name="sites"
    )  # it speaks for this district alone; None: for all
    origins = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    audience = models.CharField(max_length=300, blank=True)  # what `aud` must say
    longest_hours = models.PositiveSmallIntegerField(default=12)  # of a token's life
    keys_url = models.CharField(max_length=500, blank=True)  # where its JWKS lies
    keys_told = models.JSONField(default=list)  # the keys found there
    keys_tried_at = models.DateTimeField(null=True, blank=True)
    keys_told_at = models.DateTimeField(null=True, blank=True)
    keys_problem = models.CharField(max_length=300, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)  # the last token that was not believed
    refused_why = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class SiteKey(models.Model):
    """A key by which a site signs. Its algorithm is a fact of the key: no token can choose another."""

    class Algorithm(models.TextChoices):
        HS256 = "HS256", "a shared secret (HS256)"
        RS256 = "RS256", "an RSA public key (RS256)"
        ES256 = "ES256", "an elliptic public key (ES256)"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="keys")
    kid = models.CharField(max_length=100)  # as the token's header names it
    algorithm = models.CharField(max_length=5, choices=Algorithm.choices)
    sealed = models.TextField(blank=True)  # the shared secret, unreadable without the desk's key
    public = models.TextField(blank=True)  # PEM
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)  # to the hour
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "kid"], name="one_key_of_a_kid_and_site")
        ]

    def __str__(self) -> str:
        return f"{self.kid} of {self.site_id}"


class Identity(models.Model):
    """A person as a site knows them; what it said last, and when that was proved."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identities")
    district = models.ForeignKey(District, null=True, blank=True, on_delete=models.SET_NULL)
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.SET_NULL)
    school_name = models.CharField(max_length=200, blank=True)  # in the site's words
    role = models.CharField(max_length=50, blank=True)  # likewise: "student", "teacher"
    proved_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["site", "subject"], name="one_identity_of_a_subject")
        ]

    def __str__(self) -> str:
        return f"{self.person} by {self.site_id}"
