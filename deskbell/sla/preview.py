"""What would change if tickets were held to another version, before anyone does it (K8, K9).

Nothing is written. Each ticket's history is played twice: as it is, and with the move at its end, by the
same arithmetic that will count it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from deskbell.lib import clock as desk_clock
from deskbell.sla import core
from deskbell.sla.histories import history_of
from deskbell.sla.models import Clock, PolicyVersion, Standing
from deskbell.sla.policies import policy_numbered, policy_of
from deskbell.tickets.models import Ticket, Tickets

CHUNK = 500  # tickets whose histories are read at once
ROWS = 50  # tickets on a page


@dataclass(frozen=True)
class Change:
    """One clock, before and after the move; None where there is no promise for it."""

    metric: str
    before: core.Clock | None
    after: core.Clock | None

    @property
    def label(self) -> str:
        return Clock.Metric(self.metric).label

    @property
    def late_at_once(self) -> bool:
        """Breached at the instant of the move, and marked so (K8)."""
        was_late = self.before is not None and self.before.breached_at is not None
        return not was_late and self.after is not None and self.after.breached_at is not None

    @property
    def lifted(self) -> bool:
        """A breach that came from an earlier change is taken back (K8)."""
        was_late = self.before is not None and self.before.breached_at is not None
        return was_late and (self.after is None or self.after.breached_at is None)


@dataclass(frozen=True)
class Effect:
    """What the move would do to one ticket; without changes, it keeps every instant."""

    ticket: Ticket
    was: int  # the key of the version that it is held to now
    changes: tuple[Change, ...]

    @property
    def late_at_once(self) -> bool:
        return any(change.late_at_once for change in self.changes)


@dataclass(frozen=True)
class Preview:
    """What a move would do: the late first, then what changes, then what stays as it is."""

    effects: tuple[Effect, ...]

    def __add__(self, other: Preview) -> Preview:
        return _in_order([*self.effects, *other.effects])

    @property
    def total(self) -> int:
        return len(self.effects)

    @property
    def changed(self) -> int:
        return sum(bool(effect.changes) for effect in self.effects)

    @property
    def late(self) -> int:
        return sum(effect.late_at_once for effect in self.effects)

    @property
    def lifted(self) -> int:
        return sum(any(each.lifted for each in effect.changes) for effect in self.effects)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // ROWS))

    def page(self, number: int) -> Sequence[Effect]:
        """The tickets of a page, from 1."""
        return self.effects[(number - 1) * ROWS : number * ROWS]


def preview(
    tickets: Tickets, to: PolicyVersion | core.Policy, *, now: datetime | None = None
) -> Preview:
    """What holding these tickets to this version, or to a policy that isn't saved yet, would change.

    A few queries for each 500 tickets, none for each one.
    """
    policy = policy_of(to) if isinstance(to, PolicyVersion) else to
    return _in_order(_effects(tickets, policy, now or desk_clock.now()))


def _effects(tickets: Tickets, policy: core.Policy, now: datetime) -> Iterator[Effect]:
    numbers = list(tickets.order_by("number").values_list("number", flat=True))
    for chunk in (numbers[first : first + CHUNK] for first in range(0, len(numbers), CHUNK)):
        found = Ticket.objects.with_people().filter(number__in=chunk).order_by("number")
        standings = Standing.objects.in_bulk(chunk)
        for ticket in found.prefetch_related("events"):
            if (standing := standings.get(ticket.number)) is not None:
                yield _effect(ticket, standing, policy, now)


def _effect(ticket: Ticket, standing: Standing, policy: core.Policy, now: datetime) -> Effect:
    history = history_of(ticket.events.all())
    opened_under = policy_numbered(standing.opened_under_id)
    now = max(now, ticket.updated_at)  # no event is before the one before it
    moved = [*history, core.Event(at=now, kind=core.Kind.POLICY, policy=policy)]
    before = _by_key(core.clocks(history, opened_under, now))
    after = _by_key(core.clocks(moved, opened_under, now))
    keys = sorted(before.keys() | after.keys(), key=lambda key: (_METRICS.index(key[0]), key[1]))
    changes = [Change(key[0], before.get(key), after.get(key)) for key in keys]
    return Effect(ticket, standing.version_id, tuple(each for each in changes if _differs(each)))


_METRICS = [str(metric) for metric in core.Metric]


def _by_key(clocks: Iterable[core.Clock]) -> dict[tuple[str, int], core.Clock]:
    return {(str(clock.metric), clock.ordinal): clock for clock in clocks}


def _differs(change: Change) -> bool:
    if change.before is None or change.after is None:
        return True
    fields = ("due", "warn_at", "outcome", "target", "coverage", "marks")
    return any(getattr(change.before, name) != getattr(change.after, name) for name in fields)


def _in_order(effects: Iterable[Effect]) -> Preview:
    return Preview(tuple(sorted(effects, key=_urgency)))


def _urgency(effect: Effect) -> tuple[bool, bool, int]:
    return (not effect.late_at_once, not effect.changes, effect.ticket.number)
