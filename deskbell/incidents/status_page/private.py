"""A district's own page: its secret address is made, renewed, revoked, and brought back."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from deskbell.incidents import affected
from deskbell.incidents.models import Incident, PrivatePage
from deskbell.incidents.news import keeping_out
from deskbell.incidents.status_page.audience import PUBLIC
from deskbell.incidents.status_page.loop import NAME
from deskbell.lib import clock
from deskbell.lib.errors import NotFound
from deskbell.lib.ids import new_token
from deskbell.lib.remembering import remembered
from deskbell.people.models import Agent, Contract, District
from deskbell.realtime.wake import wake


@transaction.atomic
def make(district: District, *, by: Agent) -> PrivatePage:
    """Give the district a page; one that is there stays as it is, one that was revoked gets a new address."""
    page, is_new = PrivatePage.objects.get_or_create(district=district, defaults={"made_by": by})
    if not is_new and page.revoked_at is not None:
        return renew(district, by=by)
    wake(NAME)
    return page


@transaction.atomic
def renew(district: District, *, by: Agent) -> PrivatePage:
    """Another address; the old one leads nowhere from now on, and who subscribed there hears nothing more:
    perhaps that is why it is renewed. Raises NotFound."""
    page = _locked(district)
    page.token, page.made_by, page.made_at, page.revoked_at = new_token(), by, clock.now(), None
    page.save()
    keeping_out.shut_out(district, keeping_out.RENEWED)
    wake(NAME)
    return page


@transaction.atomic
def revoke(district: District) -> PrivatePage:
    """Nobody can read it any more, under any address, and nobody hears of it. Raises NotFound."""
    page = _locked(district)
    page.revoked_at = page.revoked_at or clock.now()
    page.save(update_fields=["revoked_at"])
    keeping_out.shut_out(district, keeping_out.REVOKED)
    wake(NAME)
    return page


@transaction.atomic
def bring_back(district: District) -> PrivatePage:
    """It was not meant to be revoked: it is there again under the same address, and its subscribers hear
    again. Raises NotFound."""
    page = _locked(district)
    page.revoked_at = None
    page.save(update_fields=["revoked_at"])
    keeping_out.let_back(page)
    wake(NAME)
    return page


@transaction.atomic
def count_maintenance(district: District, counts: bool) -> None:
    """Let planned maintenance count as downtime in the district's newest contract, or not (U3). NotFound."""
    contract = Contract.objects.filter(district=district).order_by("-starts_on", "-pk").first()
    if contract is None:
        raise NotFound(f"{district} has no contract.")
    contract.maintenance_counts = counts
    contract.save(update_fields=["maintenance_counts"])
    wake(NAME)


def district_of(token: str) -> District | None:
    """Whose page this token opens, if anybody's."""
    rows = PrivatePage.objects.filter(revoked_at=None).select_related("district")
    page = rows.filter(token=token).first() if token and "\0" not in token else None
    return page.district if page else None


@remembered
def address_of(
    district: District | None, incident: Incident | None = None, language: str = "en"
) -> str:
    """Where a reader of this district sees the page, or the incident on it: on their own page if they have
    one, else on the public one. What is not told to everyone has no address there but the front page's."""
    page = None
    if district is not None:
        page = PrivatePage.objects.filter(district=district, revoked_at=None).first()
    path = f"{PUBLIC}/d/{page.token}" if page else PUBLIC
    if language != "en":
        path += f"/{language}"
    if incident is not None and affected.concerns(incident, page.district if page else None):
        path += f"/incidents/{incident.pk}"
    return f"{settings.DESK_URL}{path}"


def _locked(district: District) -> PrivatePage:
    page = PrivatePage.objects.select_for_update().filter(district=district).first()
    if page is None:
        raise NotFound(f"{district} has no status page of its own.")
    return page
