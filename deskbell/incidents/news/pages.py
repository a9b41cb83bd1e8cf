"""Where a reader sees the status page, or an incident on it; and whose private page a token opens."""

from __future__ import annotations

from django.conf import settings

from deskbell.incidents import affected
from deskbell.incidents.models import Incident, PrivatePage
from deskbell.lib.remembering import remembered
from deskbell.people.models import District


def district_of_token(token: str) -> District | None:
    """Whose private page this token opens, if anybody's."""
    found = PrivatePage.objects.filter(token=token, revoked_at=None).select_related("district")
    page = found.first() if token else None
    return page.district if page else None


@remembered
def address_of(
    district: District | None, incident: Incident | None = None, language: str = "en"
) -> str:
    """The whole address of the page as this district reads it, or of an incident that is shown there."""
    path = "/status"
    if district is not None:
        page = PrivatePage.objects.filter(district=district, revoked_at=None).first()
        if page is None:
            district = None
        else:
            path += f"/d/{page.token}"
    if language != "en":
        path += f"/{language}"
    if incident is not None and affected.concerns(incident, district):
        path += f"/incidents/{incident.pk}"
    return f"{settings.DESK_URL}{path}"
