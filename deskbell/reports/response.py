"""How soon chats are answered (P3): the mean first reply of those begun in business hours, in covered time,
against what is promised; with the list from which it was computed, so that anyone can count again.

Begun and answered are instants of the first reply's own clock, so what counts as a reply is what the SLA
says (K1); their distance is measured in the hours that the promise to chats had when the ticket opened.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from deskbell.lib import clock
from deskbell.sla.core import Metric
from deskbell.sla.models import Clock
from deskbell.sla.policies import current_version, policy_numbered, policy_of
from deskbell.tickets.models import Channel, Ticket

LAST_DAYS = timedelta(days=14)  # that the bubble speaks of
FEWEST = 5  # answered chats; of fewer it says nothing
SECONDS_KEPT = 60.0


@dataclass(frozen=True)
class Line:
    """One chat that was begun in business hours. Times are covered ones."""

    ticket: Ticket
    began_at: datetime
    answered_at: datetime | None  # None: nobody has yet
    took: timedelta  # until the answer, or until now
    promised: timedelta

    @property
    def is_within(self) -> bool:
        """Answered inside the promise. One that still waits may yet be."""
        return self.answered_at is not None and self.took <= self.promised

    @property
    def is_late(self) -> bool:
        return self.took > self.promised


@dataclass(frozen=True)
class Response:
    """What the lines say together; the figures are None while nothing was answered."""

    since: datetime
    until: datetime
    promised: timedelta | None
    lines: list[Line]
    unanswered: int  # solved or left without an answer: counted apart (K14)

    @property
    def answered(self) -> list[Line]:
        return [line for line in self.lines if line.answered_at is not None]

    @property
    def mean(self) -> timedelta | None:
        times = [line.took for line in self.answered]
        return sum(times, timedelta(0)) / len(times) if times else None

    @property
    def middle(self) -> timedelta | None:
        """The median: half were answered sooner."""
        times = [line.took.total_seconds() for line in self.answered]
        return timedelta(seconds=median(times)) if times else None

    @property
    def share_within(self) -> float | None:
        """Of all that are decided: those that wait and are not late yet don't count."""
        decided = [line for line in self.lines if line.answered_at or line.is_late]
        return sum(line.is_within for line in decided) / len(decided) if decided else None


def measured(since: datetime, until: datetime, *, demo: bool = False) -> Response:
    """The chats begun in [since, until) and in business hours, the newest first. `demo`: those of the
    make-believe town instead, which count nowhere else. Two queries."""
    now, lines, unanswered = clock.now(), [], 0
    for first in _first_replies(since, until, demo):
        policy = policy_numbered(first.ticket.standing.opened_under_id)
        promise = policy.chat.get(Metric.FIRST_REPLY)
        if promise is None or not (hours := policy.coverages[promise.coverage]).contains(
            first.started_at
        ):
            continue
        if first.outcome == Clock.Outcome.CANCELLED:
            unanswered += 1
            continue
        took = hours.between(first.started_at, first.stopped_at or now)
        lines.append(Line(first.ticket, first.started_at, first.stopped_at, took, promise.target))
    present = policy_of(current_version()).chat.get(Metric.FIRST_REPLY)
    return Response(since, until, present.target if present else None, lines, unanswered)


_kept: tuple[float, int | None] | None = None


def usual_minutes() -> int | None:
    """In how many minutes the team usually answered a chat in the last two weeks, rounded up; None while
    too few were answered to say so. Asked by every bubble that opens: remembered for a minute."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] >= SECONDS_KEPT:
        _kept = (time.monotonic(), _usual_minutes())
    return _kept[1]


def _usual_minutes() -> int | None:
    now = clock.now()
    found = measured(now - LAST_DAYS, now)
    if len(found.answered) < FEWEST or found.mean is None:
        return None
    return max(1, -(-found.mean // timedelta(minutes=1)))


def _first_replies(since: datetime, until: datetime, demo: bool) -> list[Clock]:
    """Of each chat its first reply's clock. A ticket that came otherwise and is a chat now doesn't count."""
    found = Clock.objects.filter(
        metric=Clock.Metric.FIRST_REPLY,
        ordinal=1,
        ticket__channel=Channel.CHAT,
        ticket__demo=demo,
        ticket__aside="",
        started_at__gte=since,
        started_at__lt=until,
    )
    chosen = found.select_related(
        "ticket__standing", "ticket__requester", "ticket__district", "ticket__assignee__person"
    )
    return list(chosen.order_by("-started_at", "-id"))
