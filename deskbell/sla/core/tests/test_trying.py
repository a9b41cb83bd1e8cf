"""The file of `deskbell sla try`, in and out; and that the core stands alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from deskbell.sla.core import try_file

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def document() -> dict[str, Any]:
    return {
        "zone": "America/New_York",
        "windows": {day: [["08:00", "19:00"]] for day in WORKDAYS},
        "exceptions": {"2026-11-26": []},
        "targets": {"first_reply": 14400, "next_reply": 28800, "resolution": None},
        "events": [
            {"at": "2026-11-25T18:50:00-05:00", "kind": "created"},
            {"at": "2026-11-27T17:30:00Z", "kind": "agent_reply"},
            {"at": "2026-11-27T18:00:00Z", "kind": "state", "to": "pending"},
            {"at": "2026-11-27T19:00:00Z", "kind": "customer_message"},
        ],
        "now": "2026-11-27T20:00:00Z",
    }


def test_a_whole_history_gives_its_clocks() -> None:
    assert json.loads(json.dumps(try_file(document()))) == {
        "clocks": [
            {
                "metric": "first_reply",
                "start": "2026-11-25T23:50:00Z",
                "due": "2026-11-27T16:50:00Z",
                "stop": "2026-11-27T17:30:00Z",
                "outcome": "breached",
                "counted": 16800,
                "target": 14400,
                "late_by": 2400,
            },
            {
                "metric": "next_reply",
                "start": "2026-11-27T19:00:00Z",
                "due": "2026-11-30T16:00:00Z",
                "stop": None,
                "outcome": "running",
                "counted": 3600,
                "target": 28800,
                "late_by": None,
            },
        ]
    }


ALIKE: list[Callable[[dict[str, Any]], Any]] = [
    lambda d: d.update(now="2026-11-27T15:00:00-05:00"),
    lambda d: d.update(now="2026-11-27T20:00:00.000000+00:00"),
    lambda d: d.update(now="2026-11-27 20:00Z"),
    lambda d: d.update(exceptions={"2026-11-26": {"windows": [], "name": "Thanksgiving"}}),
    lambda d: d.update(exceptions={"2026-11-26": [[], "Thanksgiving"]}),
    lambda d: d.update(exceptions={"2026-11-26": {"name": None}}),
    lambda d: d["targets"].pop("resolution"),
    lambda d: d["targets"].update(first_reply=14400.0),
    lambda d: d["windows"].update(sat=[], sun=[]),
    lambda d: d["events"][0].update(words="customer", to=None, subject="Black screen"),
    lambda d: d["events"].insert(1, {"at": "2026-11-25T23:50:00Z", "kind": "customer_message"}),
    lambda d: d["events"].insert(1, {"at": "2026-11-26T00:00:00Z", "kind": "automatic"}),
    lambda d: d["events"].append({"at": "2027-01-01T00:00:00Z", "kind": "agent_reply"}),
]


@pytest.mark.parametrize("change", ALIKE)
def test_other_ways_to_write_the_same_file(change: Callable[[dict[str, Any]], Any]) -> None:
    other = document()
    change(other)
    assert try_file(other) == try_file(document())


def test_k2_a_ticket_may_be_created_with_an_agents_words() -> None:
    opened = document()
    opened["events"][0]["words"] = "agent"
    metrics = [clock["metric"] for clock in try_file(opened)["clocks"]]
    assert metrics == ["next_reply"]


def test_fractions_of_a_second_are_kept_and_whole_numbers_are_whole() -> None:
    exact = document()
    exact["events"][0]["at"] = "2026-11-25T23:50:00.000001Z"
    exact["targets"]["first_reply"] = 0.5
    first = try_file(exact)["clocks"][0]
    assert (first["due"], first["target"]) == ("2026-11-25T23:50:00.500001Z", 0.5)
    assert first["late_by"] == 600 - 0.500001 + 4.5 * 3600
    assert try_file(document())["clocks"][0]["counted"].__class__ is int


REFUSED: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("has no 'now'", lambda d: d.pop("now")),
    ("has no 'zone'", lambda d: d.pop("zone")),
    ("Event 2 has no 'at'", lambda d: d["events"][1].pop("at")),
    ("without a zone", lambda d: d.update(now="2026-11-27T20:00:00")),
    ("at of event 1 is 'yesterday'", lambda d: d["events"][0].update(at="yesterday")),
    ("not a kind of event", lambda d: d["events"][1].update(kind="reply")),
    ("not a state", lambda d: d["events"][2].update(to="snoozed")),
    ("out of order", lambda d: d["events"].reverse()),
    ("deprecated: write 'America/New_York'", lambda d: d.update(zone="US/Eastern")),
    ("is negative", lambda d: d["targets"].update(first_reply=-1)),
    ("not a known metric", lambda d: d["targets"].update(reply=1)),
    ("never opens", lambda d: d.update(windows={})),
    ("must be an object", lambda d: d.update(targets=[1])),
    ("must be a list", lambda d: d.update(events={})),
    ("Event 1 must be an object", lambda d: d.update(events=["created"])),
    ("must be an object of seconds", lambda d: d.update(targets=None)),
    ("words of event 1 is 'robot'", lambda d: d["events"][0].update(words="robot")),
    ("write true or false", lambda d: d.update(resolution_pauses_while_waiting="no")),
    ("before or after all calendars", lambda d: d.update(now="9999-12-31T23:00:00-05:00")),
    ("not a calendar", lambda d: d.update(exceptions=["2026-11-26"])),
    ("not a date", lambda d: d.update(exceptions={"2026-11-31": []})),
    ("7 is not a name", lambda d: d.update(exceptions={"2026-11-26": {"name": 7}})),
    ("not a weekday", lambda d: d["windows"].update(Monday=[["08:00", "19:00"]])),
    ("no length", lambda d: d["windows"].update(mon=[["08:00", "08:00"]])),
    ("overlap", lambda d: d["windows"].update(mon=[["08:00", "12:00"], ["11:00", "13:00"]])),
    ("'nobody' is unknown", lambda d: d.update(zone="nobody")),
]


@pytest.mark.parametrize(("sentence", "spoil"), REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_what_to_change(
    sentence: str, spoil: Callable[[dict[str, Any]], Any]
) -> None:
    spoiled = document()
    spoil(spoiled)
    with pytest.raises(ValueError, match=sentence):
        try_file(spoiled)


def test_the_core_stands_alone_and_only_vectors_need_numpy() -> None:
    lines = [
        "import sys, deskbell.sla.core",
        "assert not {'django', 'numpy', 'psycopg'} & set(sys.modules), 'too much was imported'",
        "import deskbell.sla.core.vector",
        "assert 'numpy' in sys.modules",
    ]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)
