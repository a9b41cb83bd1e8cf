"""The desk's own metrics, as Prometheus reads them (text format 0.0.4).

Follows “Exposition formats” and the naming advice of Prometheus' documentation; each name is checked with
`promtool check metrics`. Each figure is one count by an index of what is open, however long the desk has run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from deskbell.lib import clock
from deskbell.monitoring.components import shares
from deskbell.monitoring.models import Alert, Body, Check, Component
from deskbell.oncall.models import Call, Page
from deskbell.realtime.models import Beat
from deskbell.sla.models import Clock
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import State, Ticket

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Metric:
    """A gauge with its values, each by labels."""

    name: str
    help: str
    values: list[tuple[Labels, float]] = field(default_factory=list)


def text() -> str:
    """All metrics; ends with a newline, as the format wants it."""
    return "".join(line + "\n" for metric in metrics() for line in _lines(metric))


def metrics() -> Iterator[Metric]:
    """How the desk is doing now. Make-believe tickets don't count."""
    tickets = Ticket.objects.filter(demo=False).exclude(state__in=[State.SOLVED, State.CLOSED])
    yield Metric(
        "deskbell_tickets_open",
        "Tickets that are neither solved nor closed, by impact.",
        _by("impact", tickets, Impact.values),
    )
    late = Clock.objects.unstopped().filter(outcome=Clock.Outcome.BREACHED, ticket__demo=False)
    yield Metric("deskbell_clocks_late", "Promises breached and not yet kept.", _one(late))
    watched, components = shares.watched()[0], Component.objects.filter(retired_at=None)
    yield Metric(
        "deskbell_components",
        "Components that are watched, by state.",
        _by("state", components, Component.State.values),
    )
    yield Metric(
        "deskbell_component_state",
        "1 for the state in which a component is.",
        [({"component": key, "state": state}, 1) for key, state in _states(components)],
    )
    checks = Check.objects.filter(component__retired_at=None)
    yield Metric(
        "deskbell_checks",
        "Checks and heartbeats, by state.",
        _by("state", checks, Check.State.values),
    )
    if watched is not None:
        yield Metric(
            "deskbell_watched_ratio",
            "Minutes with a verdict out of minutes promised, of the last 30 days.",
            [({}, round(watched / 100, 4))],
        )
    yield Metric("deskbell_alerts_open", "Open alerts.", _one(Alert.objects.open()))
    waiting = Body.objects.filter(state=Body.State.WAITING)
    yield Metric("deskbell_bodies_waiting", "Alert bodies stored and not yet read.", _one(waiting))
    ringing = Call.objects.filter(state=Call.State.RINGING)
    yield Metric("deskbell_calls_ringing", "Calls that nobody has answered.", _one(ringing))
    queued = Page.objects.filter(state=Page.State.QUEUED)
    yield Metric("deskbell_pages_queued", "Pages that have not left.", _one(queued))
    yield Metric(
        "deskbell_part_last_seen_timestamp_seconds",
        "When a part of the desk was last heard of.",
        [({"part": beat.name}, beat.at.timestamp()) for beat in Beat.objects.order_by("name")],
    )
    yield Metric("deskbell_time_seconds", "The desk’s own clock.", [({}, clock.now().timestamp())])


def _one(rows: QuerySet[Any]) -> list[tuple[Labels, float]]:
    return [({}, rows.count())]


def _by(name: str, rows: QuerySet[Any], known: Iterable[str]) -> list[tuple[Labels, float]]:
    """A value for each that is known, 0 where there is none: what comes and goes alarms nobody."""
    found = dict(rows.order_by().values_list(name).annotate(n=Count("pk")))
    return [({name: each}, found.get(each, 0)) for each in known]


def _states(components: QuerySet[Component]) -> Iterable[tuple[str, str]]:
    return components.order_by("key").values_list("key", "state")


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {metric.help}"
    yield f"# TYPE {metric.name} gauge"
    for labels, value in metric.values:
        inside = ",".join(f'{name}="{_escaped(each)}"' for name, each in labels.items())
        yield f"{metric.name}{{{inside}}} {value:.16g}" if inside else f"{metric.name} {value:.16g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
