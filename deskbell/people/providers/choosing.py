"""Which providers a customer may come in by."""

from __future__ import annotations

from django.db.models import QuerySet

from deskbell.lib.errors import NotFound
from deskbell.people.providers.models import EVERY_TENANT, Account, Provider


def offered() -> QuerySet[Provider]:
    """Those with a button on the portal's page, in the order in which they were set up."""
    return _open().filter(listed=True).order_by("id")


def by_key(key: str) -> Provider:
    """The provider of this name in addresses. Raises NotFound, also for one that is switched off."""
    found = _open().select_related("district").filter(key=key).first()
    if found is None:
        raise NotFound("This way to sign in is no longer offered. Have a link mailed to you.")
    return found


def accounts_at(provider: Provider) -> QuerySet[Account]:
    """Who has come in by this provider, however it was set up then."""
    if provider.is_every_tenant:
        ours, _, version = provider.issuer.partition(EVERY_TENANT)
        return Account.objects.filter(issuer__startswith=f"{ours}/", issuer__endswith=f"/{version}")
    issuers = {
        provider.issuer,
        provider.told.get("issuer", provider.issuer),
    }  # one may end in a slash
    return Account.objects.filter(issuer__in=issuers)


def disputed_at(provider: Provider) -> QuerySet[Account]:
    """The accounts whose address another one has come with since, the newest first."""
    found = accounts_at(provider).exclude(disputed_at=None).select_related("person")
    return found.order_by("-disputed_at")


def _open() -> QuerySet[Provider]:
    return Provider.objects.filter(is_on=True)
