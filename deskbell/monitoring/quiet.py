"""Alerts of which nobody is paged for now: silenced, in maintenance, or the symptom of another (inhibition).

They are kept and shown. When what covers them is over and they still last, they are told like new ones.
"""

from __future__ import annotations

from deskbell.lib import clock
from deskbell.monitoring.models import Alert, Component, Maintenance, Silence
from deskbell.tickets.impacts import Impact

DEEPEST = 5  # steps from a symptom to its cause
GRAVEST_FIRST = list(Impact)


def silence_of(alert: Alert) -> Silence | None:
    """The silence that covers it now, the one that ends last."""
    now = clock.now()
    standing = Silence.objects.filter(ends_at__gt=now, starts_at__lte=now, ended_by=None)
    fitting = [each for each in standing if fits(each, alert)]
    return max(fitting, key=lambda each: each.ends_at, default=None)


def fits(silence: Silence, alert: Alert) -> bool:
    """Do the source, the component and all of the labels fit? One that names nothing fits nothing."""
    if not (silence.source_id or silence.component_id or silence.fits):
        return False
    if silence.source_id and silence.source_id != alert.source_id:
        return False
    if silence.component_id and silence.component_id != alert.component_id:
        return False
    known = {"title": alert.title, "key": alert.key, "severity": alert.severity, **alert.labels}
    return all(_holds(known.get(label, ""), how, value) for label, how, value in silence.fits)


def cause_of(alert: Alert) -> Alert | None:
    """An open alert of a component on which this one's depends, near or far: it explains this one.

    One of lower impact does not: its call may wait until the morning, and this one must not. Nor does a
    stale one, of which nobody knows whether it is still so, nor a drill.
    """
    if alert.component_id is None:
        return None
    found = {alert.component_id}
    seen = set(found)
    for _ in range(DEEPEST):
        below = Component.objects.filter(supports__in=found).values_list("pk", flat=True)
        found = set(below) - seen
        if not found:
            return None
        seen |= found
        causes = Alert.objects.open().filter(
            component__in=found,
            hidden_by=None,
            silence=None,
            stale_since=None,
            is_drill=False,
            impact__in=_as_grave_as(alert.impact),
        )
        cause = causes.order_by("id").first()
        if cause:
            return cause
    return None


def _as_grave_as(impact: str) -> list[Impact]:
    return GRAVEST_FIRST[: GRAVEST_FIRST.index(Impact(impact)) + 1]


def is_in_maintenance(alert: Alert) -> bool:
    """May its component be away now, on purpose?"""
    covering = Maintenance.objects.covering(clock.now())
    return (
        alert.component_id is not None and covering.filter(components=alert.component_id).exists()
    )


def is_quiet(alert: Alert) -> bool:
    return bool(alert.silence_id or alert.hidden_by_id) or is_in_maintenance(alert)


def _holds(known: str, how: str, value: str) -> bool:
    match how:
        case "=":
            return known == value
        case "!=":
            return known != value
        case "~":
            return value.casefold() in known.casefold()
    return False
