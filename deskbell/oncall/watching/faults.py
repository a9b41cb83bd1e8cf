"""What can be wrong with the desk's own watching, each asked in one statement (E8).

The work grows with what is open, and never with what has been: each question has a partial index.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import (
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat

from deskbell.lib import clock
from deskbell.monitoring.models import Alert, Body, Maintenance
from deskbell.oncall.models import Call, Page
from deskbell.realtime.models import Beat
from deskbell.tickets.events import Kind
from deskbell.tickets.models import State, TicketEvent

LATE = timedelta(seconds=90)  # a step that was due so long ago is not being taken
PAGE_WAITS = timedelta(minutes=3)  # leased, tried, tried again
TRIED = 5  # times: a provider that has not taken it for minutes, since each attempt waits longer
BODY_WAITS = timedelta(minutes=2)
JOINS_FOR = timedelta(
    minutes=15
)  # an answer counts for alerts of its group that come a little later
NAMED = 5  # in a sentence
# Without these the desk does not do what it is for, on however many machines it runs.
LOOPS = (
    "alerts",
    "calls",
    "clocks",
    "heartbeats",
    "jobs",
    "lasting",
    "mail",
    "outbound",
    "pages",
    "repaging",
)


class Fault(NamedTuple):
    """Something is wrong. `reason` groups what the managers are told at most once an hour."""

    reason: str
    sentence: str


def find() -> list[Fault]:
    """Everything that is wrong now; empty if all is well."""
    now = clock.now()
    return [*_alerts(now), *_calls(now), *_pages(now), *_bodies(now), *_beats()]


def left_alone(now: datetime) -> QuerySet[Alert]:
    """Open alerts that nobody has in hand, for which no call goes on, and that nothing keeps quiet."""
    calls = Call.objects.filter(ticket=OuterRef("ticket"))
    standing = calls.filter(state__in=[Call.State.RINGING, Call.State.HELD], next_at__gt=now - LATE)
    answered = calls.filter(
        state=Call.State.ANSWERED, ended_at__gte=OuterRef("received_at") - JOINS_FOR
    )
    forgotten = answered.filter(checks_at__lte=now - LATE)
    acknowledged = TicketEvent.objects.filter(
        ticket=OuterRef("ticket"), kind=Kind.ACKNOWLEDGED
    ).annotate(of=KeyTextTransform("episode", "data"))
    this = Concat(Value("alert "), Cast(OuterRef("pk"), TextField()))
    # Counted and not only asked for: else it is planned as one look through all events there are.
    counted = acknowledged.filter(of=this).order_by().values("ticket").annotate(many=Count("pk"))
    quiet = Q(silence__ends_at__gt=now) | Q(hidden_by__state=Alert.State.OPEN)
    quiet |= Q(component__in=Maintenance.objects.covering(now).values("components"), ticket=None)
    done = Q(ticket__state__in=[State.SOLVED, State.CLOSED]) | Q(ticket__demo=True)
    return (
        Alert.objects.open()
        .exclude(pk__in=Alert.objects.open().filter(quiet | done).values("pk"))
        .filter(~Exists(standing))
        .annotate(acknowledged=Subquery(counted.values("many")))
        .filter(Exists(forgotten) | ~Exists(answered) & Q(acknowledged=None))
        .order_by("id")
    )


def _alerts(now: datetime) -> Iterator[Fault]:
    titles = list(left_alone(now).values_list("title", flat=True)[: NAMED + 1])
    if titles:
        yield Fault("alerts", f"Nobody has these alerts, and nobody is called: {_listed(titles)}.")


def _calls(now: datetime) -> Iterator[Fault]:
    late = Call.objects.filter(Q(next_at__lte=now - LATE) | Q(checks_at__lte=now - LATE))
    late = late.filter(~Q(ticket__demo=True)).order_by("next_at", "id")
    numbers = [f"#{number}" for number in late.values_list("ticket_id", flat=True)[: NAMED + 1]]
    if numbers:
        yield Fault("calls", f"Calls should have gone on, and have not: {_listed(numbers)}.")


def _pages(now: datetime) -> Iterator[Fault]:
    waits = Q(due_at__lte=now - PAGE_WAITS) | Q(attempts__gte=TRIED)
    since = Case(When(attempts__gte=TRIED, then="created_at"), default="due_at")
    waiting = Page.objects.filter(waits, state=Page.State.QUEUED).annotate(since=since)
    first = waiting.order_by("since").values_list("since", flat=True).first()
    if first:
        yield Fault(
            "pages", f"Pages wait and do not leave, the oldest for {_minutes(now - first)}."
        )


def _bodies(now: datetime) -> Iterator[Fault]:
    waiting = Body.objects.filter(state=Body.State.WAITING).order_by("id")
    first = waiting.values_list("received_at", flat=True).first()
    if first and first <= now - BODY_WAITS:
        yield Fault(
            "bodies", f"What was received is not read, the oldest for {_minutes(now - first)}."
        )


def _beats() -> Iterator[Fault]:
    """Loops that hang or are gone. One that has never been seen is only missed if the desk needs it."""
    now = clock.now()
    beats = {beat.name: beat for beat in Beat.objects.all()}
    silent = [
        f"“{name}” for {_minutes(now - beat.at)}"
        for name, beat in sorted(beats.items())
        if now - beat.at > timedelta(seconds=beat.within)
    ]
    silent += [f"“{name}” since the desk was set up" for name in LOOPS if name not in beats]
    if silent:
        yield Fault("loops", f"Parts of the desk have not been heard of: {_listed(silent)}.")


def _listed(names: list[str]) -> str:
    more = ", and more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _minutes(amount: timedelta) -> str:
    return f"{max(1, round(amount.total_seconds() / 60))} min"
