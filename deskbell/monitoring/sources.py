"""Sources and their secret addresses."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from deskbell.lib.ids import new_token
from deskbell.monitoring.models import Source
from deskbell.tickets.impacts import Impact

ALERTS_BY_MAIL = "alerts."  # what marks such an address, before its token
WITHOUT_A_DOOR = (Source.Kind.CHECKS, Source.Kind.VENDORS, Source.Kind.DESK)


def ensure_default_source() -> Source:
    """The Alertmanager that every desk is ready for; made at the first start."""
    source, _ = Source.objects.get_or_create(
        kind=Source.Kind.ALERTMANAGER,
        name="Alertmanager",
        defaults={"token": new_token()},
    )
    return source


def of_the_desk(kind: str) -> Source:
    """The source as which the desk's own watching speaks: checks and heartbeats, or vendors' feeds."""
    found = Source.objects.filter(kind=kind).order_by("id").first()
    if found:
        return found
    made, _ = Source.objects.get_or_create(
        name=Source.Kind(kind).label,
        defaults={"kind": kind, "token": new_token(), "impact": Impact.NORMAL},
    )
    return made


def address(source: Source) -> str:
    """Where this source sends to: a URL, or an address of mail. Whoever knows it can raise alerts: show
    it to few. PagerDuty's door is one for all, and the token is the key that stands in the body."""
    if source.kind == Source.Kind.PAGERDUTY:
        return settings.DESK_URL + reverse("intake-pagerduty")
    if source.kind == Source.Kind.MAIL:
        local, _, domain = settings.SUPPORT_ADDRESS.partition("@")
        return f"{local}+{ALERTS_BY_MAIL}{source.token}@{domain}"
    return settings.DESK_URL + reverse("intake", args=[source.kind, source.token])
