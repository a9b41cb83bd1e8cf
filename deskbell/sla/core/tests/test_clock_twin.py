"""`clocks` against a slow, obvious twin on random histories (K1 to K5, K7, K8, K14).

The twin is written from the rules alone. It knows minutes that are covered or not, counts them
one by one, and looks at a ticket as a handful of variables; it shares nothing with the engine.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from deskbell.sla.core import Clock, Coverage, Event, Policy, Promise, clocks
from deskbell.sla.core.tests.test_twin import TURNING, Windows, _coverage, _random_calendar, _walk
from tests.dice import SEED

MINUTE = timedelta(minutes=1)
DAYS, HORIZON = 4, 18 * 1440  # events happen in the first days; due instants may lie later
METRICS = ("first_reply", "next_reply", "periodic_update", "resolution")
STATES = ("open", "pending", "waiting", "solved", "closed")
NEVER = 10**9

Terms = dict[tuple[str, str], tuple[int, list[bool]]]  # (impact, metric): minutes, what counts


@dataclass
class Twin:
    """A clock. All instants are minutes since the start of the walk."""

    metric: str
    start: int
    target: int
    counts: list[bool]
    pauses: list[list[int]] = field(default_factory=list)
    paused: bool = False
    due: int | None = None
    breached: int | None = None
    reclassified: bool = False
    stop: int | None = None
    cancelled: bool = False

    def find_due(self) -> None:
        """Count minute by minute until the target is reached. What is reached in the instant in
        which a pause begins is not due before it ends; while paused nothing else is due."""
        left = self.target
        pauses_begin = {begin for begin, _ in self.pauses}
        self.due = None if self.paused else NEVER
        for minute in range(self.start, len(self.counts)):
            if not self.counts[minute] or self.resting(minute):
                continue
            if left == 0:  # at once if covered, else at the next opening
                self.due = minute
                return
            left -= 1
            if left == 0 and minute + 1 not in pauses_begin:
                self.due = minute + 1
                return

    def resting(self, minute: int) -> bool:
        return any(begin <= minute < end for begin, end in self.pauses)

    def counted(self, begin: int, end: int) -> int:
        return sum(self.counts[n] and not self.resting(n) for n in range(begin, end))


class Ticket:
    """The rules, one after the other."""

    def __init__(self, terms: Terms, *, waiting_pauses: bool) -> None:
        self.terms = terms
        self.resting_states = ("pending", "waiting") if waiting_pauses else ("pending",)
        self.impact, self.state, self.replied = "normal", "open", False
        self.all: list[Twin] = []
        self.reply: Twin | None = None
        self.unanswered: Twin | None = None
        self.update: Twin | None = None
        self.resolution: Twin | None = None

    def happens(self, at: int, event: Event) -> None:
        self.time_passes(at)
        match event.kind:
            case "created":
                self.resolution = self.begin("resolution", at)
                if event.words == "customer":
                    self.customer(at)
                elif event.words == "agent":
                    self.agent(at)
            case "customer_message":
                self.customer(at)
            case "agent_reply":
                self.agent(at)
            case "state":
                self.becomes(event.to, at)
            case "impact":
                self.impact = event.to
                self.reclassify(at)

    def time_passes(self, at: int) -> None:
        """A clock that runs is breached as soon as now is after its due instant."""
        for clock in self.all:
            late = clock.due is not None and clock.due < at
            if clock.stop is None and late and clock.breached is None:
                clock.breached = clock.due

    def customer(self, at: int) -> None:
        if self.state == "closed":
            return
        self.becomes("open", at)
        if self.reply is None:  # K1, K3: the oldest message that no reply has answered
            self.reply = self.begin("next_reply" if self.replied else "first_reply", at)

    def agent(self, at: int) -> None:
        self.replied, self.unanswered = True, None
        self.end(self.reply, at)
        self.end(self.update, at)
        self.reply = self.update = None
        if self.state in ("open", "waiting"):  # K4
            self.update = self.begin("periodic_update", at)

    def becomes(self, state: str, at: int) -> None:
        before, self.state = self.state, state
        if before == state:
            return
        was_done, is_done = before in ("solved", "closed"), state in ("solved", "closed")
        if is_done and not was_done and self.reply:  # K14
            self.cancel(self.reply, at)
            self.unanswered, self.reply = self.reply, None
        if was_done and not is_done and self.unanswered:
            self.reply, self.unanswered = self.unanswered, None
            self.resume(self.reply, at)
        if state in ("pending", "solved", "closed"):  # K4
            self.cancel(self.update, at)
            self.update = None
        elif state == "open" and self.replied and self.update is None:
            self.update = self.begin("periodic_update", at)
        if self.resolution:
            self.resolve(self.resolution, at, was_done=was_done, is_done=is_done)

    def resolve(self, clock: Twin, at: int, *, was_done: bool, is_done: bool) -> None:
        """K5, K7: to solved, without the time in pending, and the time in solved."""
        if is_done and was_done:
            return
        if clock.paused:
            clock.pauses[-1][1], clock.paused = at, False
        if is_done:
            clock.stop = at
            return
        if was_done:
            assert clock.stop is not None
            clock.pauses.append([clock.stop, at])
            self.resume(clock, at)
        if self.state in self.resting_states:
            clock.pauses.append([at, NEVER])
            clock.paused = True
        if clock.breached is None:
            clock.find_due()

    def reclassify(self, at: int) -> None:
        """K8: as if the new terms had held since the start; never back-dated; lifted again."""
        for clock in self.all:
            if clock.stop is not None or (clock.breached is not None and not clock.reclassified):
                continue
            clock.target, clock.counts = self.terms[self.impact, clock.metric]
            clock.find_due()
            if clock.due is None or clock.due >= at:
                clock.breached, clock.reclassified = None, False
            elif clock.breached is None:
                clock.breached, clock.reclassified = at, True

    def begin(self, metric: str, at: int) -> Twin:
        clock = Twin(metric, at, *self.terms[self.impact, metric])
        clock.find_due()
        self.all.append(clock)
        return clock

    def resume(self, clock: Twin, at: int) -> None:
        """It goes on under the terms that hold now; late already, it is breached now."""
        clock.stop, clock.cancelled = None, False
        if clock.breached is not None and not clock.reclassified:
            return
        clock.target, clock.counts = self.terms[self.impact, clock.metric]
        clock.find_due()
        if clock.due is None or clock.due >= at:
            clock.breached, clock.reclassified = None, False
        elif clock.breached is None:
            clock.breached = at

    def end(self, clock: Twin | None, at: int) -> None:
        if clock:
            clock.stop = at

    def cancel(self, clock: Twin | None, at: int) -> None:
        if clock:
            clock.stop, clock.cancelled = at, True


@pytest.mark.parametrize("part", range(12))
def test_k1_to_k8_and_k14_every_clock_is_that_of_a_count_minute_by_minute(part: int) -> None:
    seed = f"{SEED} {part}"
    print(f"seed {seed!r}")
    dice = random.Random(seed)
    zone = TURNING[part % len(TURNING)]
    start = datetime(2026, dice.randrange(1, 13), dice.randrange(1, 29), tzinfo=UTC)
    covered = {}
    coverages: dict[str, Coverage] = {}
    for name in ("one", "other"):
        week, dated = _random_calendar(dice, start.date())
        if dice.randrange(2):  # whole hours: what meets on a bound is where the rules differ
            week, dated = _in_whole_hours(dice), {}
        coverages[name] = _coverage(zone, week, dated)
        covered[name] = _walk(zone, week, dated, start, HORIZON)
    for _ in range(12):
        _compare_once(dice, start, coverages, covered)


def _compare_once(
    dice: random.Random,
    start: datetime,
    coverages: dict[str, Coverage],
    covered: dict[str, list[bool]],
) -> None:
    terms: Terms = {}
    targets: dict[str, dict[str, Promise]] = {}
    for impact in ("normal", "high"):
        targets[impact] = {}
        for metric in METRICS:
            minutes, name = dice.choice((0, 1, 7, 60, 240, 600, 1440)), dice.choice(list(covered))
            terms[impact, metric] = minutes, covered[name]
            targets[impact][metric] = Promise(minutes * MINUTE, name)
    waiting_pauses = dice.random() < 0.5
    policy = Policy("p", coverages, targets, resolution_pauses_while_waiting=waiting_pauses)
    history = _random_history(dice, start)
    now = history[-1].at + dice.randrange(0, 2000) * MINUTE
    twin = Ticket(terms, waiting_pauses=waiting_pauses)
    for event in history:
        twin.happens((event.at - start) // MINUTE, event)
    twin.time_passes((now - start) // MINUTE)
    found = [_as_twin(clock, start) for clock in clocks(history, policy, now)]
    expected = [_as_engine(clock, (now - start) // MINUTE) for clock in twin.all]
    story = "\n".join(f"{(e.at - start) // MINUTE} {e.kind} {e.to}{e.words}" for e in history)
    assert sorted(found) == sorted(expected), story


def _in_whole_hours(dice: random.Random) -> list[Windows]:
    opening = 60 * dice.randrange(0, 12)
    return [[(opening, opening + 60 * dice.randrange(1, 5)), (1020, 1140)] for _ in range(7)]


def _random_history(dice: random.Random, start: datetime) -> list[Event]:
    kinds = ("customer_message", "agent_reply", "state", "state", "impact", "note", "automatic")
    grid = dice.choice((1, 30, 60))
    minutes = sorted(dice.choices(range(0, DAYS * 1440, grid), k=dice.randrange(2, 20)))
    words = dice.choice(("customer", "customer", "agent", "nobody"))
    history = [Event(start + minutes[0] * MINUTE, "created", words=words)]
    for minute in minutes[1:]:
        kind = dice.choice(kinds)
        to = {"state": dice.choice(STATES), "impact": dice.choice(("normal", "high"))}.get(kind, "")
        history.append(Event(start + minute * MINUTE, kind, to=to))
    return history


def _as_engine(clock: Twin, now: int) -> tuple[object, ...]:
    end = now if clock.stop is None else clock.stop
    if clock.breached is not None:
        outcome = "breached"
    elif clock.stop is None:
        outcome = "running"
    else:
        outcome = "cancelled" if clock.cancelled else "met"
    late = outcome == "breached" and clock.stop is not None
    return (
        clock.metric,
        clock.start,
        clock.target,
        -1 if clock.due is None else min(clock.due, HORIZON),
        -1 if clock.stop is None else clock.stop,
        outcome,
        -1 if clock.breached is None else clock.breached,
        clock.counted(clock.start, end),
        clock.counted(clock.breached or 0, end) if late else -1,
    )


def _as_twin(clock: Clock, start: datetime) -> tuple[object, ...]:
    def minute(at: datetime | None) -> int:
        return -1 if at is None else min((at - start) // MINUTE, HORIZON)

    return (
        str(clock.metric),
        minute(clock.start),
        clock.target // MINUTE,
        minute(clock.due),
        minute(clock.stop),
        str(clock.outcome),
        minute(clock.breached_at),
        clock.counted // MINUTE,
        -1 if clock.late_by is None else clock.late_by // MINUTE,
    )
