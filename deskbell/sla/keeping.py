"""Keeping the clocks: after each event they are derived anew, in the transaction of that event.

Nothing is counted on: the whole history goes through `sla.core.clocks`, and what differs from the
stored rows is written. So the clocks can't drift from the journal (K12).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from deskbell.lib import together
from deskbell.lib.remembering import recall, remember
from deskbell.lib.rows import update_rows
from deskbell.lib.telling import takes_many
from deskbell.realtime.wake import wake
from deskbell.sla import core
from deskbell.sla.histories import history_of
from deskbell.sla.ladder import next_rung_at
from deskbell.sla.models import Clock, Standing
from deskbell.sla.policies import current_version, policy_numbered, version_numbered
from deskbell.tickets.events import Fact, TicketOpened
from deskbell.tickets.models import Ticket, TicketEvent

DERIVED = (
    "started_at",
    "target",
    "coverage",
    "due_at",
    "warn_at",
    "stopped_at",
    "outcome",
    "breached_at",
    "late_by",
    "marks",
)
KEPT = "the clocks of a ticket"
TOLD = ("warning_told_at", "breach_told_at", "rungs_told", "next_rung_at")


@takes_many
def recompute(facts: Sequence[Fact]) -> None:
    """Bring the clocks of tickets up to the events that were just appended to them."""
    if isinstance(facts[0], TicketOpened):
        _begin(facts)
    else:
        _keep([fact.ticket for fact in facts], [fact.event.at for fact in facts])


def _begin(facts: Sequence[Fact]) -> None:
    """`keep` for tickets that this transaction opened: nothing is stored yet, so nothing is compared."""
    tickets = [fact.ticket for fact in facts]
    events = _grouped(TicketEvent.objects.filter(ticket__in=tickets).order_by("sequence"))
    standings, clocks = [], []
    for fact in facts:
        version = current_version(fact.ticket.district)
        standing = Standing(ticket=fact.ticket, opened_under=version, version=version)
        begun = _derive(fact.ticket, events[fact.ticket.pk], standing, now=fact.event.at)
        standing.next_due_at, standing.next_metric = _next_due(begun)
        standings.append(standing)
        clocks += begun
    together.insert_all(standings)
    together.insert_all(clocks)
    if any(standing.next_due_at for standing in standings):
        wake("clocks")


def keep(ticket: Ticket, *, now: datetime) -> list[Clock]:
    """Derive the clocks of a locked ticket as of `now`; store what differs, return them all."""
    return keep_many([ticket], now=now)[ticket.pk]


def keep_many(tickets: Sequence[Ticket], *, now: datetime) -> dict[int, list[Clock]]:
    """`keep` for several locked tickets, in as many queries as for one. Their clocks by number."""
    return _keep(tickets, [now] * len(tickets))


def _keep(tickets: Sequence[Ticket], instants: Sequence[datetime]) -> dict[int, list[Clock]]:
    standings = _standings_of(tickets)
    events = _grouped(TicketEvent.objects.filter(ticket__in=tickets).order_by("sequence"))
    stored = _grouped(Clock.objects.filter(ticket__in=tickets))
    kept: dict[int, list[Clock]] = {}
    changes = _Changes()
    for ticket, now in zip(tickets, instants, strict=True):
        standing = standings[ticket.pk]
        derived = _derive(ticket, events[ticket.pk], standing, now=now)
        kept[ticket.pk] = _compare(derived, stored[ticket.pk], standing, changes)
        _note_next_due(standing, kept[ticket.pk], changes)
        standing.ticket = ticket  # and so the ticket's standing is known, to whoever draws it
    changes.write()
    for number, clocks in kept.items():
        remember((KEPT, number), clocks)
    return kept


def unstopped(tickets: Sequence[Ticket]) -> dict[int, list[Clock]]:
    """Of each of these tickets, by number, the clocks that someone still has to stop, the next due first. One
    question for all of them; none where they were kept a moment ago (`lib/remembering.py`)."""
    found: dict[int, list[Clock]] = {}
    for ticket in tickets:
        if (kept := recall((KEPT, ticket.pk))) is not None:
            waiting = [clock for clock in kept if clock.is_unstopped]
            found[ticket.pk] = sorted(waiting, key=_by_due)
    others = [ticket for ticket in tickets if ticket.pk not in found]
    found.update((ticket.pk, []) for ticket in others)
    for clock in Clock.objects.unstopped().of(others) if others else ():
        found[clock.ticket_id].append(clock)
    return found


def _by_due(clock: Clock) -> tuple[bool, datetime, int]:
    return clock.due_at is None, clock.due_at or clock.started_at, clock.pk


def derive(ticket: Ticket, standing: Standing, *, now: datetime) -> list[Clock]:
    """The clocks that follow from the ticket's events, unsaved. What `verify` compares with."""
    return _derive(ticket, ticket.events.all(), standing, now=now)


def differing(stored: Clock, derived: Clock) -> list[str]:
    """The names of the derived fields in which two clocks differ."""
    return [name for name in DERIVED if getattr(stored, name) != getattr(derived, name)]


class _Changes:
    """What is to be written, in as few statements as can be."""

    def __init__(self) -> None:
        self.new: list[Clock] = []
        self.changed: dict[tuple[str, ...], list[Clock]] = defaultdict(list)
        self.gone: list[Clock] = []
        self.standings: list[Standing] = []

    def write(self) -> None:
        Clock.objects.bulk_create(self.new)
        for fields, clocks in self.changed.items():
            update_rows(clocks, fields)
        if self.gone:
            Clock.objects.filter(pk__in=[clock.pk for clock in self.gone]).delete()
        if self.standings:
            update_rows(self.standings, ("next_due_at", "next_metric"))
            wake("clocks")


def _derive(
    ticket: Ticket, events: Iterable[TicketEvent], standing: Standing, *, now: datetime
) -> list[Clock]:
    found = core.clocks(history_of(events), policy_numbered(standing.opened_under_id), now)
    return [_row(ticket, clock) for clock in found]


def _standings_of(tickets: Sequence[Ticket]) -> dict[int, Standing]:
    """Where each ticket stands; at its opening, under the version in force (K9)."""
    standings = Standing.objects.in_bulk([ticket.pk for ticket in tickets])
    for ticket in tickets:
        if ticket.pk not in standings:
            version = current_version(ticket.district)
            standings[ticket.pk] = Standing.objects.create(
                ticket=ticket, opened_under=version, version=version
            )
    return standings


def _row(ticket: Ticket, derived: core.Clock) -> Clock:
    return Clock(
        ticket=ticket,
        metric=str(derived.metric),
        ordinal=derived.ordinal,
        started_at=derived.start,
        target=derived.target,
        coverage=derived.coverage,
        due_at=derived.due,
        warn_at=derived.warn_at,
        stopped_at=derived.stop,
        outcome=str(derived.outcome),
        breached_at=derived.breached_at,
        late_by=derived.late_by,
        marks=sorted(derived.marks),
    )


def _compare(
    derived: list[Clock], stored: list[Clock], standing: Standing, changes: _Changes
) -> list[Clock]:
    """The ticket's clocks as they are from now on; what differs is noted for writing."""
    left = {(clock.metric, clock.ordinal): clock for clock in stored}
    kept = []
    for clock in derived:
        before = left.pop((clock.metric, clock.ordinal), None)
        if before is None:
            changes.new.append(clock)
        elif fields := _take_over(before, clock, standing):
            changes.changed[fields].append(before)
        kept.append(before or clock)
    changes.gone += left.values()  # the history no longer has them: that of a reply undone
    return kept


def _take_over(stored: Clock, derived: Clock, standing: Standing) -> tuple[str, ...]:
    """Give the stored clock what was derived; the names of the fields that changed by it."""
    changed = differing(stored, derived)
    for name in changed:
        setattr(stored, name, getattr(derived, name))
    told = [getattr(stored, name) for name in TOLD]
    if stored.outcome == Clock.Outcome.RUNNING and {"due_at", "warn_at"} & set(changed):
        # Moved to a later instant, it warns, and may breach, again (K8).
        stored.warning_told_at = stored.breach_told_at = None
        stored.rungs_told = 0
    stored.next_rung_at = next_rung_at(stored, version_numbered(standing.version_id))
    if told != [getattr(stored, name) for name in TOLD]:
        changed += TOLD
    return tuple(changed)


def _note_next_due(standing: Standing, clocks: list[Clock], changes: _Changes) -> None:
    """Remember the earliest instant someone has to act by; the timers are woken if it is another."""
    due, metric = _next_due(clocks)
    if (standing.next_due_at, standing.next_metric) != (due, metric):
        standing.next_due_at, standing.next_metric = due, metric
        changes.standings.append(standing)


def _next_due(clocks: list[Clock]) -> tuple[datetime | None, str]:
    """The earliest instant that is still to be kept, with its metric; none is `(None, "")`."""
    waiting = [
        (c.due_at, c.metric)
        for c in clocks
        if c.due_at and c.stopped_at is None and c.outcome in {"running", "breached"}
    ]
    return min(waiting, default=(None, ""))


def _grouped(rows: Iterable[Clock] | Iterable[TicketEvent]) -> dict[int, list]:  # type: ignore[type-arg]
    found: dict[int, list] = defaultdict(list)  # type: ignore[type-arg]
    for row in rows:
        found[row.ticket_id].append(row)
    return found
