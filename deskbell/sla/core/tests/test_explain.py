"""Explaining a deadline, and the instant at which a clock warns."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise

from deskbell.sla.core import (
    Clock,
    Event,
    Kind,
    Outcome,
    Promise,
    Segment,
    State,
    clocks,
    explain,
    held,
)
from deskbell.sla.core.tests.scenario import NEW_YORK, STANDARD, instant, play
from tests.dice import SEED

RESOLVES = replace(
    STANDARD,
    targets={
        "normal": {
            "first_reply": Promise(timedelta(hours=4), "business_hours"),
            "next_reply": Promise(timedelta(hours=8), "business_hours"),
            "periodic_update": Promise(timedelta(hours=11), "business_hours"),
            "resolution": Promise(timedelta(hours=22), "business_hours"),
        },
        "urgent": {"resolution": Promise(timedelta(hours=3), "always")},
    },
)


def test_explain_says_why_each_span_counts_or_not() -> None:
    found = play("""
        Sun 09:00  opened normal by nobody  | no first reply
        Tue 18:50  customer writes          | first reply due Thu 11:50
    """)
    assert _told(explain(found[0])) == [
        "Tue 18:50 to Tue 19:00: 0:10:00 covered by Business hours",
        "Tue 19:00 to Wed 00:00: 0:00:00 closed",
        "Wed 00:00 to Thu 00:00: 0:00:00 Veterans Day",
        "Thu 00:00 to Thu 08:00: 0:00:00 closed",
        "Thu 08:00 to Thu 11:50: 3:50:00 covered by Business hours",
    ]


def test_explain_calls_a_date_without_a_name_closed() -> None:
    document = STANDARD.document()
    document["coverages"]["business_hours"]["exceptions"] = {"2026-11-06": []}
    (clock,) = play(
        """
        Thu 18:00  opened normal  | first reply due Mon 11:00
    """,
        type(STANDARD).from_document(document),
    )
    assert [segment.reason for segment in explain(clock)] == [
        "covered by Business hours",
        "closed",
        "covered by Business hours",
    ]


def test_explain_shows_the_pauses() -> None:
    found = play(
        """
        Thu 18:00  opened normal      | resolution due Mon 18:00
        Thu 18:30  pending            | resolution paused, 30 min of 22 h
        Fri 09:00  solved             |
        Fri 10:00  open               |
        Fri 11:00  solved             | resolution met, 1 h 30 min of 22 h
    """,
        RESOLVES,
    )
    (clock,) = [each for each in found if each.metric == "resolution"]
    assert _told(explain(clock)) == [
        "Thu 18:00 to Thu 18:30: 0:30:00 covered by Business hours",
        "Thu 18:30 to Fri 09:00: 0:00:00 paused: waiting for the customer",
        "Fri 09:00 to Fri 10:00: 0:00:00 paused: solved",
        "Fri 10:00 to Fri 11:00: 1:00:00 covered by Business hours",
    ]


def test_explain_joins_neighboring_days_of_one_name() -> None:
    summer = {
        (date(2026, 11, 9) + timedelta(days=n)).isoformat(): [[], "Fall break"] for n in range(12)
    }
    document = STANDARD.document()
    document["coverages"]["business_hours"]["exceptions"] = summer
    (clock,) = play(
        """
        Fri 18:00  opened normal  | first reply due Mon 11:00
    """,
        type(STANDARD).from_document(document),
    )
    reasons = [segment.reason for segment in explain(clock)]
    assert reasons == [
        "covered by Business hours",
        "closed",
        "Fall break",
        "closed",
        "covered by Business hours",
    ]


def test_a_live_chat_names_both_promises_and_the_one_that_counts_k15() -> None:
    chat, impact = play("""
        Thu 18:00  opened normal in chat  | first reply due Thu 18:05
        Thu 18:02  agent replies          | first reply met, 2 min of 5 min
        Thu 18:10  chat ends              |
        Thu 18:20  customer writes        | next reply due Fri 15:20
    """)[::2]
    assert [(each.kind, each.of, each.counts) for each in held(chat)] == [
        ("impact", "normal", False),
        ("chat", "", True),
    ]
    assert [_at(each.due) for each in held(chat) if each.due] == ["Fri 11:00", "Thu 18:05"]
    assert [(each.kind, each.counts, each.due) for each in held(impact)] == [
        ("impact", True, impact.due)
    ]


def test_a_clock_that_was_late_keeps_the_promise_under_which_it_was_k8() -> None:
    (clock,) = play("""
        Thu 09:00  opened normal     | first reply due Thu 13:00
        Thu 14:00  impact urgent     | first reply breached Thu 13:00
    """)
    assert [(each.of, each.due) for each in held(clock)] == [("normal", clock.due)]


def test_a_paused_clock_names_its_promise_without_a_due_instant_k7() -> None:
    found = play(
        """
        Thu 18:00  opened normal      | resolution due Mon 18:00
        Thu 18:30  pending            | resolution paused, 30 min of 22 h
    """,
        RESOLVES,
    )
    (clock,) = [each for each in found if each.metric == "resolution"]
    assert [(each.due, each.counts) for each in held(clock)] == [(None, True)]


def test_a_clock_warns_at_three_quarters_of_the_covered_target() -> None:
    (clock,) = play("""
        Thu 18:00  opened normal  | first reply due Fri 11:00
    """)
    assert clock.warn_at == instant("Fri 10:00")


def test_explain_adds_up_and_has_no_gap_on_random_histories() -> None:
    print(f"seed {SEED}")
    dice = random.Random(SEED)
    seen: set[tuple[Outcome, bool]] = set()
    for _ in range(150):
        history, now = _random_history(dice)
        for clock in clocks(history, RESOLVES, now):
            _adds_up(clock)
            seen.add((clock.outcome, clock.due is None))
    assert {outcome for outcome, _ in seen} == set(Outcome)
    assert (Outcome.RUNNING, True) in seen


def _adds_up(clock: Clock) -> None:
    segments = explain(clock)
    for one, other in pairwise(segments):
        assert one.end == other.start
    if segments:
        end = clock.stop or clock.due or clock.as_of
        assert (segments[0].start, segments[-1].end) == (clock.start, end)
    runs_to_due = clock.stop is None and clock.due is not None
    total = sum((segment.counted for segment in segments), timedelta(0))
    assert total == (clock.target if runs_to_due else clock.counted)
    assert all(segment.covered == bool(segment.counted) for segment in segments)


def _random_history(dice: random.Random) -> tuple[list[Event], datetime]:
    at = instant("Mon 09:00") + timedelta(minutes=dice.randrange(10_000))
    history = [Event(at, Kind.CREATED, impact=dice.choice(("normal", "urgent")))]
    for _ in range(dice.randrange(8)):
        at += timedelta(minutes=dice.choice((0, 5, 60, 600, 2000)))
        history.append(dice.choice(_HAPPENINGS)(at))
    return history, at + timedelta(minutes=dice.choice((0, 30, 3000)))


_HAPPENINGS = [
    *[partial(Event, kind=Kind.STATE, to=state) for state in State if state != "closed"],
    *[partial(Event, kind=kind) for kind in (Kind.CUSTOMER_MESSAGE, Kind.AGENT_REPLY)],
    *[partial(Event, kind=Kind.IMPACT, to=impact) for impact in ("normal", "urgent")],
]


def _told(segments: Sequence[Segment]) -> list[str]:
    return [
        f"{_at(each.start)} to {_at(each.end)}: {each.counted} {each.reason}" for each in segments
    ]


def _at(at: datetime) -> str:
    return f"{at.astimezone(NEW_YORK):%a %H:%M}"
