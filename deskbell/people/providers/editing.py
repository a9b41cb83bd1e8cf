"""Setting a provider up: who it is, how the desk is known there, and whom it may speak for."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.sealing import seal
from deskbell.people.districts import district_chosen
from deskbell.people.providers import told
from deskbell.people.providers.choosing import disputed_at
from deskbell.people.providers.models import Provider
from deskbell.people.providers.tokens import TENANT

Kind = Provider.Kind
GOOGLE = "https://accounts.google.com"
MICROSOFT = "https://login.microsoftonline.com"
DOCUMENT = "/.well-known/openid-configuration"  # people paste the whole address
LONGEST_NAME, LONGEST_ISSUER, LONGEST_CLIENT, LONGEST_SECRET = 60, 300, 300, 2000


@transaction.atomic
def save(form: Mapping[str, str], provider: Provider | None = None) -> Provider:
    """Add a provider, or change one. An empty secret leaves the one that is kept, as long as it goes to the
    same issuer. Refused with what is missing or can't be."""
    found = provider or Provider(kind=_kind(form.get("kind", "")))
    before = found.issuer
    found.name = _name(form.get("name", ""), found)
    found.issuer = _issuer(found.kind, form.get("where", "").strip())
    if found.issuer != before:
        found.told, found.told_at, found.problem = {}, None, ""
        found.sealed, found.is_on = "", False
    if "client_id" in form:
        found.client_id = _fitting(form["client_id"].strip(), LONGEST_CLIENT, "client ID")
        secret = _fitting(form.get("secret", "").strip(), LONGEST_SECRET, "client secret")
        found.sealed = seal(secret) if secret else found.sealed
        found.district = district_chosen(form.get("district", ""))
        found.vouches = form.get("vouches") == "yes"
        found.listed = form.get("listed") == "yes"
        _refuse_too_much_trust(found)
        if found.is_on and not found.client_id:
            raise Refused("Enter the client ID, or switch it off first.")
    found.save()
    return found


def switch(provider: Provider, *, on: bool) -> None:
    """Let customers come in by it, or no longer. Refused while it can't work."""
    if on and not (provider.client_id and provider.sealed):
        raise Refused("Enter the client ID and the client secret first.")
    if on:
        told.refresh(provider, now=True)
    if on and provider.problem:
        raise Refused(f"The provider doesn’t answer as it should: {provider.problem}")
    provider.is_on = on
    provider.save(update_fields=["is_on"])


def remove(provider: Provider) -> None:
    """Forget a provider that is switched off. Who came in by it stays known, should it be set up again."""
    if provider.is_on:
        raise Refused("Switch it off first.")
    provider.delete()


def forget_account(provider: Provider, pk: int) -> None:
    """Let whoever comes next with the address of this account have it: the team has asked the person."""
    gone, _ = disputed_at(provider).filter(pk=pk).delete()
    if not gone:
        raise NotFound("There is no such account.")


def get(pk: int) -> Provider:
    """One provider. Raises NotFound."""
    found = Provider.objects.select_related("district").filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such provider.")
    return found


def _kind(chosen: str) -> str:
    if chosen not in Kind.values:
        raise Refused("Choose who it is: Google, Microsoft, or another one by OpenID Connect.")
    return chosen


def _name(text: str, provider: Provider) -> str:
    name = _fitting(" ".join(text.split()), LONGEST_NAME, "name")
    if not name:
        raise Refused("Give it the name that stands on the button, like “Google”.")
    if Provider.objects.filter(name__iexact=name).exclude(pk=provider.pk).exists():
        raise Refused(f"There already is a provider named {name}.")
    return name


def _issuer(kind: str, where: str) -> str:
    if kind == Kind.GOOGLE:
        return GOOGLE
    if kind == Kind.MICROSOFT:
        if where and not TENANT.fullmatch(where.lower()):
            raise Refused("A tenant’s ID looks like 0b1d7d4e-8a53-4a43-9a0b-2f1f6f3f7a10.")
        return f"{MICROSOFT}/{where.lower() or 'organizations'}/v2.0"
    issuer = told.checked_address(where.removesuffix(DOCUMENT))
    if issuer.startswith((GOOGLE, MICROSOFT)):
        raise Refused(
            "Choose Google or Microsoft: what they say of addresses is read with more care."
        )
    if "?" in issuer or "#" in issuer:
        raise Refused("An issuer’s address has neither ? nor #.")
    return _fitting(issuer, LONGEST_ISSUER, "address")


def _fitting(text: str, longest: int, what: str) -> str:
    if len(text) > longest or not text.isprintable():
        raise Refused(f"The {what} has at most {longest} characters, without line breaks.")
    return text


def _refuse_too_much_trust(provider: Provider) -> None:
    if provider.vouches and provider.district is None:
        raise Refused("A provider can vouch for the addresses of one district alone: choose it.")
    if provider.vouches and provider.is_every_tenant:
        raise Refused("Name the district’s tenant: anyone can make one of their own at Microsoft.")
