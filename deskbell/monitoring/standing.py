"""How a component stands by all that watches it: checks, heartbeats, vendors, others' alerts, maintenance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.telling import tell
from deskbell.monitoring.models import (
    Alert,
    Check,
    Component,
    ComponentChange,
    Maintenance,
    Source,
)
from deskbell.monitoring.sources import WITHOUT_A_DOOR
from deskbell.monitoring.vendors import verdicts

State = Component.State
GRAVITY = (
    State.NOT_WATCHED, State.UNKNOWN, State.OPERATIONAL, State.MAINTENANCE, State.DEGRADED,
    State.PARTIAL_OUTAGE, State.MAJOR_OUTAGE,
)  # fmt: skip
LIGHT = frozenset({"warning", "warn", "minor", "low", "info", "notice", "p3", "p4", "p5"})
GRAVE = frozenset({"critical", "error", "emergency", "disaster", "page", "fatal", "major", "p1"})


@dataclass(frozen=True)
class ComponentMoved:
    """A component came into another state; `change` says which, and why."""

    component: Component
    change: ComponentChange


@transaction.atomic
def settle(component: Component, *, why: str = "") -> None:
    """Bring the component's state up to its sources; a change is a row of its own, kept for ever."""
    locked = Component.objects.select_for_update(of=("self",)).get(pk=component.pk)
    state = state_of(locked)
    if state == locked.state:
        return
    locked.state, locked.state_since = state, clock.now()
    locked.save(update_fields=["state", "state_since"])
    change = ComponentChange.objects.create(
        component=locked, state=state, at=locked.state_since, why=why[:300]
    )
    tell(ComponentMoved(locked, change))


def state_of(component: Component) -> Component.State:
    """In maintenance while a window is open; else the worst that its sources say. Those that have gone
    silent count only if all have: then it is unknown, and never operational. Without any source of truth
    it is not watched."""
    if is_in_maintenance(component):
        return State.MAINTENANCE
    said = [*_by_checks(component), *verdicts.on(component), *_by_others(component)]
    return max(said, key=GRAVITY.index, default=State.NOT_WATCHED)


def is_in_maintenance(component: Component) -> bool:
    """May it be away now, on purpose?"""
    return Maintenance.objects.covering(clock.now()).filter(components=component).exists()


def _by_checks(component: Component) -> list[Component.State]:
    """Of several checks some are down: a part of it is. Those that nobody could ask say nothing."""
    asked = component.checks.exclude(state=Check.State.PAUSED).values_list("state", flat=True)
    states = list(asked)
    heard = [each for each in states if each in {Check.State.UP, Check.State.DOWN}]
    if not heard:
        return [State.UNKNOWN] if states else []
    down = heard.count(Check.State.DOWN)
    if down == 0:
        return [State.OPERATIONAL]
    return [State.MAJOR_OUTAGE if down == len(heard) else State.PARTIAL_OUTAGE]


def _by_others(component: Component) -> Iterator[Component.State]:
    """Alerts of other systems, and the systems that watch this component alone: well while nothing is
    open, unknown before their first word and when they have gone silent."""
    alerts = component.alerts.open().filter(is_drill=False)
    for severity, stale in alerts.exclude(source__kind__in=WITHOUT_A_DOOR).values_list(
        "severity", "stale_since"
    ):
        yield State.UNKNOWN if stale else _weight(severity)
    for source in Source.objects.filter(component=component, paused=False).exclude(
        kind__in=WITHOUT_A_DOOR
    ):
        yield State.UNKNOWN if _is_silent(source) else State.OPERATIONAL


def _weight(severity: str) -> Component.State:
    """By the sender's own word for how bad it is."""
    word = severity.strip().casefold()
    if word in LIGHT:
        return State.DEGRADED
    return State.MAJOR_OUTAGE if word in GRAVE else State.PARTIAL_OUTAGE


def _is_silent(source: Source) -> bool:
    told = Alert.objects.open().filter(source__kind=Source.Kind.DESK, key=f"silent {source.pk}")
    return told.exists() or not source.bodies.exists()
