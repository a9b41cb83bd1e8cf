"""Whole histories whose outcome other projects' tests state, through the file of `sla try`.

Facts alone, from zammad/zammad test/unit/ticket_sla_test.rb and spec/lib/escalation_spec.rb. What
that desk calls solution time is our Resolution (K5): it pauses while pending, and closed. Its first
response pauses, too, ours never does (K7), so those cases are told as a Resolution.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from deskbell.sla.core import try_file

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


Ends = tuple[str, str | None, str | None, float, float | None]


class Case(NamedTuple):
    """`story`: lines of an instant (UTC) and what happened. `ends`: of the latest clock the
    outcome, due and stop as instants, counted and late in minutes."""

    metric: str
    minutes: int
    story: str
    ends: Ends
    hours: tuple[str, str] = ("09:00", "18:00")


CASES = {
    "reply in time": Case(
        "first_reply",
        60,
        "2013-03-21T09:30 created; 2013-03-21T10:00 agent_reply",
        ("met", "2013-03-21T10:30", "2013-03-21T10:00", 30, None),
        hours=("08:00", "18:00"),
    ),
    "reply too late": Case(
        "first_reply",
        60,
        "2013-03-21T09:30 created; 2013-03-21T14:00 agent_reply",
        ("breached", "2013-03-21T10:30", "2013-03-21T14:00", 270, 210),
        hours=("08:00", "18:00"),
    ),
    "no reply yet": Case(
        "first_reply",
        60,
        "2013-03-21T09:30 created; 2013-03-21T09:40 note",
        ("running", "2013-03-21T10:30", None, 10, None),
        hours=("08:00", "18:00"),
    ),
    "a late reply around the clock": Case(
        "first_reply",
        60,
        "2013-06-04T09:00 created; 2013-06-04T10:15 agent_reply",
        ("breached", "2013-06-04T10:00", "2013-06-04T10:15", 75, 15),
        hours=("00:00", "24:00"),
    ),
    "solved in time": Case(
        "resolution",
        180,
        "2013-03-21T09:30 created; 2013-03-21T11:30 solved",
        ("met", "2013-03-21T12:30", "2013-03-21T11:30", 120, None),
        hours=("08:00", "18:00"),
    ),
    "solved too late": Case(
        "resolution",
        180,
        "2013-03-21T09:30 created; 2013-03-21T13:00 solved",
        ("breached", "2013-03-21T12:30", "2013-03-21T13:00", 210, 30),
        hours=("08:00", "18:00"),
    ),
    "pending for half an hour": Case(
        "resolution",
        250,
        "2013-06-04T09:00 created; 2013-06-04T10:00 pending; 2013-06-04T10:30 open; "
        "2013-06-04T10:45 agent_reply; 2013-06-04T12:00 closed",
        ("met", "2013-06-04T13:40", "2013-06-04T12:00", 150, None),
    ),
    "pending from the beginning": Case(
        "resolution",
        240,
        "2013-06-04T09:00 created; 2013-06-04T09:00 pending; 2013-06-04T12:00 closed",
        ("met", None, "2013-06-04T12:00", 0, None),
    ),
    "open for half an hour between": Case(
        "resolution",
        240,
        "2013-06-04T09:00 created; 2013-06-04T09:00 pending; 2013-06-04T10:30 open; "
        "2013-06-04T11:00 pending; 2013-06-04T12:00 closed",
        ("met", None, "2013-06-04T12:00", 30, None),
    ),
    "open twice for half an hour": Case(
        "resolution",
        240,
        "2013-06-04T09:00 created; 2013-06-04T09:00 pending; 2013-06-04T10:30 open; "
        "2013-06-04T11:00 pending; 2013-06-04T11:30 open; 2013-06-04T12:00 closed",
        ("met", "2013-06-04T15:00", "2013-06-04T12:00", 60, None),
    ),
    "pending, closed and open again": Case(
        "resolution",
        120,
        "2013-06-04T09:00 created; 2013-06-04T09:30 pending; 2013-06-04T09:45 open; "
        "2013-06-04T10:00 closed; 2013-06-04T10:30 open",
        ("running", "2013-06-04T11:45", None, 45, None),
    ),
    "pending until an hour before the day ends": Case(
        "resolution",
        120,
        "2013-06-04T09:00 created; 2013-06-04T10:00 pending; 2013-06-04T15:00 open",
        ("running", "2013-06-04T16:00", None, 60, None),
    ),
    "the update answered after ten minutes": Case(
        "next_reply",
        60,
        "2013-06-04T09:00 created; 2013-06-04T09:00 agent_reply; "
        "2013-06-04T09:10 customer_message; 2013-06-04T09:20 agent_reply",
        ("met", "2013-06-04T10:10", "2013-06-04T09:20", 10, None),
    ),
    "asking again moves nothing": Case(
        "next_reply",
        60,
        "2013-06-04T09:00 created; 2013-06-04T09:00 agent_reply; "
        "2013-06-04T09:10 customer_message; 2013-06-04T09:20 customer_message",
        ("running", "2013-06-04T10:10", None, 10, None),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_k1_k3_k5_the_outcome_is_the_one_that_others_know(name: str) -> None:
    case = CASES[name]
    outcome, due, stop, counted, late = case.ends
    clock = [c for c in try_file(written(case))["clocks"] if c["metric"] == case.metric][-1]
    assert clock == {
        "metric": case.metric,
        "start": clock["start"],
        "due": due and f"{due}:00Z",
        "stop": stop and f"{stop}:00Z",
        "outcome": outcome,
        "counted": counted * 60,
        "target": case.minutes * 60,
        "late_by": None if late is None else late * 60,
    }


def written(case: Case) -> dict[str, Any]:
    events = [_event(*line.split()) for line in case.story.split("; ")]
    return {
        "zone": "Europe/Berlin",
        "windows": {day: [list(case.hours)] for day in DAYS},
        "targets": {case.metric: case.minutes * 60},
        "events": events,
        "now": events[-1]["at"],
    }


def _event(at: str, what: str) -> dict[str, Any]:
    if what in ("open", "pending", "solved", "closed"):
        return {"at": f"{at}:00Z", "kind": "state", "to": what}
    return {"at": f"{at}:00Z", "kind": what}
