"""A rota in JSON: what may be left out, and what is refused with the change to make (S1)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deskbell.oncall.rota import BadSchedule, Schedule
from deskbell.oncall.rota.preview import preview

ALONE = {"zone": "UTC", "layers": [{"people": ["a"]}]}


def read(**layer: Any) -> Schedule:
    whole = {"people": ["a", "b"], "handoff": "2026-03-06T09:00", **layer}
    return Schedule.from_document({"zone": "America/New_York", "layers": [whole]})


def shown(document: Any, start: str = "2026-06-01", end: str = "2026-06-02") -> list[str]:
    """The preview as lines: `2026-06-01T00:00:00Z 2026-06-02T00:00:00Z a (layer 1)`."""
    return [
        f"{each['from']} {each['to']} {'+'.join(each['people'])} ({', '.join(each['why'])})"
        for each in preview(json.dumps(document), start, end)
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"zone": "UTC"},
        {"zone": "UTC", "layers": [], "overrides": [], "temporary": []},
        {"zone": "UTC", "layers": None, "overrides": None},
        {"zone": "UTC", "layers": [{}]},
        {"zone": "UTC", "layers": [{"people": []}]},
        {"zone": "UTC", "layers": [{"people": [None, ""], "handoff": "2026-01-01"}]},
        {"zone": "UTC", "layers": [{"people": ["a"], "end": "2026-05-01"}]},
    ],
)
def test_nobody_is_on_call_where_nobody_is_named(document: dict[str, Any]) -> None:
    assert shown(document) == []


def test_someone_alone_needs_no_handoff() -> None:
    assert shown(ALONE) == ["2026-06-01T00:00:00Z 2026-06-02T00:00:00Z a (layer 1)"]


def test_turns_without_a_handoff_begin_where_the_layer_starts() -> None:
    layer = {"people": ["a", "b"], "start": "2026-06-01T12:00", "every": [1, "days"]}
    assert shown({"zone": "UTC", "layers": [layer]}, end="2026-06-03T00:00") == [
        "2026-06-01T12:00:00Z 2026-06-02T12:00:00Z a (layer 1)",
        "2026-06-02T12:00:00Z 2026-06-03T00:00:00Z b (layer 1)",
    ]


def test_times_may_carry_an_offset_and_seconds_t1() -> None:
    layer = {"people": ["a", "b"], "handoff": "2026-03-06T09:00:30-05:00", "every": [1, "days"]}
    lines = shown(
        {"zone": "America/New_York", "layers": [layer]}, "2026-03-08T12:00Z", "2026-03-09T13:00Z"
    )
    assert lines == [  # half a minute past nine by the clock, on the other side of a change too
        "2026-03-08T12:00:00Z 2026-03-08T13:00:30Z b (layer 1)",
        "2026-03-08T13:00:30Z 2026-03-09T13:00:00Z a (layer 1)",
    ]


def test_from_takes_the_first_of_two_and_to_the_last_t2() -> None:
    document = {"zone": "America/New_York", "layers": [{"people": ["a"]}]}
    assert shown(document, "2026-11-01T01:30", "2026-11-01T01:30") == [
        "2026-11-01T05:30:00Z 2026-11-01T06:30:00Z a (layer 1)"
    ]


@pytest.mark.parametrize(
    ("override", "people"),
    [
        ({"by": "x"}, "x"),
        ({"kind": "replace", "by": "x"}, "x"),
        ({"kind": "replace", "person": None, "by": "x"}, "x"),
        ({"kind": "add", "person": "x"}, "a+x"),
        ({"kind": "add", "by": "x"}, "a+x"),
        ({"kind": "add", "person": "x", "by": "someone who made it"}, "a+x"),
        ({"kind": "replace", "person": "nobody of these", "by": "x"}, "a"),
        ({"kind": "remove", "person": "nobody of these"}, "a"),
    ],
)
def test_overrides_are_read_as_they_are_meant_s5(override: dict[str, Any], people: str) -> None:
    span = {"from": "2026-05-31", "to": "2026-06-03"}
    found = preview(
        json.dumps({**ALONE, "overrides": [span | override]}), "2026-06-01", "2026-06-02"
    )
    assert ["+".join(each["people"]) for each in found] == [people]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"every": [0, "weeks"]}, "write 1 or more"),
        ({"every": [10**9, "hours"]}, "write 1 or more"),
        ({"every": [True, "weeks"]}, "write it like"),
        ({"every": 1}, "write it like"),
        ({"every": [1, "fortnights"]}, "no unit"),
        ({"every": [1.5, "days"]}, "write it like"),
        ({"handoff": "soon"}, "2026-03-06T09:00"),
        ({"handoff": None}, "handoff is None"),
        ({"handoff": "9026-03-06T09:00"}, "year 9026"),
        ({"people": "ab"}, "people is 'ab': write a list"),
        ({"people": [{"name": "a"}]}, "no person"),
        ({"start": 5}, "start is 5"),
        ({"restrictions": {"days": ["mon"]}}, "restrictions is .* write a list"),
        ({"restrictions": ["mon"]}, "A restriction is written as an object"),
        ({"restrictions": [{"days": ["fun"], "from": "09:00", "to": "10:00"}]}, "no weekday"),
        ({"restrictions": [{"days": ["mon"], "from": "9", "to": "10:00"}]}, "HH:MM"),
        ({"restrictions": [{"days": ["mon"], "from": "09:00", "to": "24:01"}]}, "HH:MM"),
    ],
)
def test_a_layer_that_cannot_be_read_is_refused_with_what_to_change(
    change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadSchedule, match=sentence):
        read(**change)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "A rota is written as an object"),
        ({}, "unknown"),
        ({"zone": 5}, "unknown"),
        ({"zone": "US/Eastern"}, "write 'America/New_York'"),  # T4
        ({"zone": "UTC", "layers": [1]}, "A layer is written as an object"),
        ({"zone": "UTC", "overrides": [{"to": "2026-06-01", "by": "x"}]}, "from is None"),
        (
            {"zone": "UTC", "overrides": [{"from": "2026-06-02", "to": "2026-06-01", "by": "x"}]},
            "end",
        ),
        ({"zone": "UTC", "overrides": [{"from": "2026-06-01", "to": "2026-06-02"}]}, "stands in"),
        (
            {"zone": "UTC", "overrides": [{"from": "2026-06-01", "to": "2026-06-02", "kind": "x"}]},
            "no kind of override",
        ),
        (
            {
                "zone": "UTC",
                "overrides": [{"from": "2026-06-01", "to": "2026-06-02", "kind": "add"}],
            },
            "must name the person",
        ),
        ({"zone": "UTC", "temporary": [{"from": "2026-06-01", "to": "2026-06-01"}]}, "must end"),
    ],
)
def test_a_rota_that_cannot_be_read_is_refused_with_what_to_change(
    document: Any, sentence: str
) -> None:
    with pytest.raises(BadSchedule, match=sentence):
        Schedule.from_document(document)


@pytest.mark.parametrize(
    ("text", "start", "end", "sentence"),
    [
        (b"{", "2026-06-01", "2026-06-02", "no JSON: .* line 1"),
        (b"\xff\xfe{}", "2026-06-01", "2026-06-02", "UTF-8|JSON"),
        (b"[" * 100_000, "2026-06-01", "2026-06-02", "deeply|JSON"),
        (b'{"zone": "UTC"}', "2026-06-02", "2026-06-01", "must be later"),
        (b'{"zone": "UTC"}', "noon", "2026-06-01", "--from is 'noon'"),
        (b'{"zone": "UTC"}', "2026-06-01", "5026-06-01", "--to is in the year 5026"),
    ],
)
def test_a_file_or_span_that_cannot_be_read_is_refused(
    text: bytes, start: str, end: str, sentence: str
) -> None:
    with pytest.raises(BadSchedule, match=sentence):
        preview(text, start, end)


def test_a_layer_of_shifts_has_everyone_of_those_that_overlap_s9() -> None:
    shifts = [
        {"from": "2026-03-06T09:00Z", "to": "2026-03-06T17:00Z", "people": ["ana"]},
        {"from": "2026-03-06T15:00Z", "to": "2026-03-06T20:00Z", "people": ["ben"]},
    ]
    document = {"zone": "UTC", "layers": [{"people": ["eve"]}, {"shifts": shifts}]}
    found = preview(json.dumps(document), "2026-03-06T08:00Z", "2026-03-06T21:00Z")
    assert [(each["from"][11:13], each["people"]) for each in found] == [
        ("08", ["eve"]),
        ("09", ["ana"]),
        ("15", ["ana", "ben"]),
        ("17", ["ben"]),
        ("20", ["eve"]),
    ]
