"""Silences: alerts that fit page nobody until an end that each silence has."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key, whole
from deskbell.monitoring.models import Alert, Silence
from deskbell.people.models import Agent

LONGEST = timedelta(days=30)
USUAL_REASON = "Known, and being looked at"
SHOWN_OVER = 50
LENGTHS = {"1": "1 hour", "4": "4 hours", "24": "1 day", "168": "1 week"}  # hours


@transaction.atomic
def silence_like(alert: Alert, *, hours: str, reason: str, by: Agent) -> Silence:
    """Silence what is like this alert: the same key of the same source. Its page is not made again;
    whoever is called about it already stays called."""
    lasts = whole(hours, 1, int(LONGEST.total_seconds() // 3600))
    if lasts is None:
        raise Refused("Say for how many hours, up to 720: a silence always has an end.")
    made = Silence.objects.create(
        source=alert.source,
        fits=[["key", "=", alert.key]],
        reason=reason.strip()[:300] or USUAL_REASON,
        ends_at=clock.now() + timedelta(hours=lasts),
        made_by=by,
    )
    if alert.is_open:
        Alert.objects.filter(pk=alert.pk).update(silence=made)
    return made


@transaction.atomic
def end(number: int, *, by: Agent) -> None:
    """End it now: alerts that last are told like new ones within seconds."""
    found = Silence.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such silence.")
    if found.ended_by is None:
        found.ended_by = by
        found.save(update_fields=["ended_by"])
        Alert.objects.filter(silence=found).update(silence=None)


def known(number: str) -> Silence | None:
    """The silence with this number, if it is in force and can be undone."""
    pk = primary_key(number)
    in_force = Silence.objects.filter(ends_at__gt=clock.now(), ended_by=None)
    return in_force.filter(pk=pk).first() if pk else None


def over() -> list[Silence]:
    """The last that have come to their end, or were ended by hand."""
    ended = Silence.objects.filter(Q(ends_at__lte=clock.now()) | Q(ended_by__isnull=False))
    return list(
        ended.select_related("made_by__person", "ended_by__person", "source", "component").order_by(
            "-id"
        )[:SHOWN_OVER]
    )


def standing() -> list[Silence]:
    """Those in force, the one that ends first on top."""
    found = Silence.objects.filter(ends_at__gt=clock.now(), ended_by=None)
    return list(found.select_related("made_by__person", "source", "component").order_by("ends_at"))
