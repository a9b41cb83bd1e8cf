"""Who is on call, by the vectors of the on-call rules. Instants are UTC, schedules Eastern."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from deskbell.oncall.rota import Schedule, final, on_call

NEW_YORK = "America/New_York"


def utc(text: str) -> datetime:
    """utc("2026-03-06 14:00")."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def schedule(
    people: Any = "ab",
    handoff: str = "2026-03-06T09:00",
    every: Any = (1, "weeks"),
    **more: Any,
) -> Schedule:
    """One layer, one letter a person; `overrides` and `zone` go to the schedule, the rest to it."""
    zone, overrides = more.pop("zone", NEW_YORK), more.pop("overrides", [])
    layer = {"people": list(people), "handoff": handoff, "every": list(every), **more}
    return Schedule.from_document({"zone": zone, "layers": [layer], "overrides": overrides})


def drawn(found: Schedule, start: str, end: str) -> list[str]:
    """The final schedule as lines: `03-06 14:00 to 03-13 13:00 a`."""
    return [
        f"{i.start:%m-%d %H:%M} to {i.end:%m-%d %H:%M} {'+'.join(i.people)}"
        for i in final(found, utc(start), utc(end))
    ]


@pytest.mark.parametrize(
    ("handoff", "start", "end"),
    [
        ("2026-03-06T09:00", "2026-03-06 14:00", "2026-03-13 13:00"),  # 167 h
        ("2026-10-30T09:00", "2026-10-30 13:00", "2026-11-06 14:00"),  # 169 h
        ("2027-03-12T09:00", "2027-03-12 14:00", "2027-03-19 13:00"),
        ("2027-11-05T09:00", "2027-11-05 13:00", "2027-11-12 14:00"),
        ("2026-06-05T09:00", "2026-06-05 13:00", "2026-06-12 13:00"),  # no change: 168 h
    ],
)
def test_a_weekly_turn_hands_over_at_the_same_wall_clock_time_s2(
    handoff: str, start: str, end: str
) -> None:
    first = final(schedule(handoff=handoff), utc(start), utc(end))
    assert [(i.start, i.end, i.people) for i in first] == [(utc(start), utc(end), ("a",))]
    assert on_call(schedule(handoff=handoff), utc(end)) == ("b",)


def test_a_handoff_in_the_spring_gap_moves_to_the_end_of_the_gap_t2() -> None:
    daily = schedule(handoff="2026-03-07T02:30", every=(1, "days"))
    assert drawn(daily, "2026-03-07 07:30", "2026-03-09 06:30") == [
        "03-07 07:30 to 03-08 07:00 a",
        "03-08 07:00 to 03-09 06:30 b",
    ]


def test_a_handoff_that_occurs_twice_takes_the_first_t2() -> None:
    daily = schedule(handoff="2026-10-31T01:30", every=(1, "days"))
    assert drawn(daily, "2026-10-31 05:30", "2026-11-02 06:30") == [
        "10-31 05:30 to 11-01 05:30 a",
        "11-01 05:30 to 11-02 06:30 b",
    ]


def test_an_hourly_turn_without_length_is_skipped_and_its_place_used_up_s2() -> None:
    hourly = schedule("abcd", handoff="2026-03-08T00:00", every=(1, "hours"))
    assert drawn(hourly, "2026-03-08 05:00", "2026-03-08 09:00") == [
        "03-08 05:00 to 03-08 06:00 a",
        "03-08 06:00 to 03-08 07:00 b",
        "03-08 07:00 to 03-08 08:00 d",
        "03-08 08:00 to 03-08 09:00 a",
    ]


def test_an_hourly_turn_is_two_hours_long_in_autumn_s2() -> None:
    hourly = schedule("abc", handoff="2026-11-01T00:00", every=(1, "hours"))
    assert drawn(hourly, "2026-11-01 04:00", "2026-11-01 08:00") == [
        "11-01 04:00 to 11-01 05:00 a",
        "11-01 05:00 to 11-01 07:00 b",
        "11-01 07:00 to 11-01 08:00 c",
    ]


def test_a_monthly_handoff_on_the_31st_is_clamped_to_the_last_day_s2() -> None:
    monthly = schedule("abc", handoff="2026-01-31T09:00", every=(1, "months"))
    assert drawn(monthly, "2026-01-31 14:00", "2026-04-30 13:00") == [
        "01-31 14:00 to 02-28 14:00 a",
        "02-28 14:00 to 03-31 13:00 b",
        "03-31 13:00 to 04-30 13:00 c",
    ]


@pytest.mark.parametrize(
    ("every", "instant", "person"),
    [
        ((1, "weeks"), "2026-03-06 13:59", "c"),
        ((1, "weeks"), "2026-02-20 14:00", "b"),
        ((2, "months"), "2026-01-06 14:00", "c"),
        ((12, "hours"), "2026-03-06 13:59", "c"),
        ((1, "weeks"), "2028-03-03 14:00", "c"),  # turn 104
    ],
)
def test_the_turns_go_on_before_the_first_handoff_and_far_after_s2(
    every: tuple[int, str], instant: str, person: str
) -> None:
    assert on_call(schedule("abc", every=every), utc(instant)) == (person,)


@pytest.mark.parametrize(
    ("day", "start", "end", "hours"),
    [
        ("sat", "2026-03-07 22:00", "2026-03-08 12:00", 14),
        ("sat", "2026-10-31 21:00", "2026-11-01 13:00", 16),
        ("sat", "2026-06-06 21:00", "2026-06-07 12:00", 15),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_starts_s3(
    day: str, start: str, end: str, hours: int
) -> None:
    night = schedule("a", restrictions=[{"days": [day], "from": "17:00", "to": "08:00"}])
    found = final(night, utc(start.split()[0] + " 05:00"), utc(end.split()[0] + " 23:00"))
    assert [(i.start, i.end) for i in found] == [(utc(start), utc(end))]
    assert (found[0].end - found[0].start).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("start", "end", "line"),
    [
        ("00:30", "01:30", "11-01 04:30 to 11-01 06:30 a"),
        ("01:30", "03:00", "11-01 05:30 to 11-01 08:00 a"),
    ],
)
def test_a_restriction_starts_at_the_first_and_ends_at_the_last_of_two_t2(
    start: str, end: str, line: str
) -> None:
    early = schedule("a", restrictions=[{"days": ["sun"], "from": start, "to": end}])
    assert drawn(early, "2026-11-01 00:00", "2026-11-02 00:00") == [line]


def test_a_turn_outside_the_restrictions_still_uses_up_its_place_s3() -> None:
    weekdays = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "17:00"}
    daily = schedule("abc", "2026-06-05T00:00", (1, "days"), restrictions=[weekdays])
    assert drawn(daily, "2026-06-05 00:00", "2026-06-09 23:00") == [
        "06-05 13:00 to 06-05 21:00 a",  # Friday; Saturday is b's and Sunday is c's
        "06-08 13:00 to 06-08 21:00 a",
        "06-09 13:00 to 06-09 21:00 b",
    ]


def test_the_highest_layer_that_has_someone_wins_s4() -> None:
    nights = {"days": ["fri"], "from": "22:00", "to": "06:00"}
    stacked = Schedule.from_document(
        {
            "zone": NEW_YORK,
            "layers": [
                {"people": ["a"], "handoff": "2026-06-01T00:00", "every": [1, "days"]},
                {
                    "people": ["n"],
                    "handoff": "2026-06-01T00:00",
                    "every": [1, "days"],
                    "restrictions": [nights],
                },
            ],
        }
    )
    assert drawn(stacked, "2026-06-05 12:00", "2026-06-06 20:00") == [
        "06-05 12:00 to 06-06 02:00 a",
        "06-06 02:00 to 06-06 10:00 n",
        "06-06 10:00 to 06-06 20:00 a",
    ]


def test_a_layer_ends_where_it_is_told_to_and_leaves_a_hole_s1() -> None:
    short = schedule("a", start="2026-06-01T00:00", end="2026-06-02T00:00")
    assert drawn(short, "2026-05-30 00:00", "2026-06-05 00:00") == ["06-01 04:00 to 06-02 04:00 a"]
    assert on_call(short, utc("2026-06-02 04:00")) == ()


OVERRIDES = [
    # kind, person, by, and who is on call meanwhile when a is by the layer
    ([("replace", "a", "x")], "x"),
    ([("replace", "z", "x")], "a"),
    ([("replace", "", "x")], "x"),
    ([("add", "x", "")], "a+x"),
    ([("add", "a", "")], "a"),
    ([("remove", "a", "")], ""),
    ([("replace", "a", "x"), ("replace", "a", "y")], "y"),  # the latest made wins (S5)
    ([("replace", "a", "x"), ("replace", "x", "y")], "y"),
    ([("replace", "a", "x"), ("add", "a", "")], "x+a"),
    ([("remove", "a", ""), ("add", "a", "")], "a"),
]


@pytest.mark.parametrize(("made", "people"), OVERRIDES)
def test_an_override_holds_between_its_two_instants_s1_s5(
    made: list[tuple[str, str, str]], people: str
) -> None:
    span = {"from": "2026-06-05T10:00Z", "to": "2026-06-05T12:00Z"}
    overrides = [{**span, "kind": kind, "person": person, "by": by} for kind, person, by in made]
    overridden = schedule("a", overrides=overrides)
    assert "+".join(on_call(overridden, utc("2026-06-05 10:00"))) == people
    assert on_call(overridden, utc("2026-06-05 09:59")) == ("a",)
    assert on_call(overridden, utc("2026-06-05 12:00")) == ("a",)


def test_neighbors_with_the_same_person_are_one_and_keep_both_reasons_s6() -> None:
    override = {"from": "2026-03-10T10:00Z", "to": "2026-03-13T13:00Z", "kind": "replace"}
    merged = schedule(overrides=[{**override, "person": "a", "by": "b"}])
    found = final(merged, utc("2026-03-06 14:00"), utc("2026-03-20 13:00"))
    assert [(i.people, i.why) for i in found] == [
        (("a",), ("layer 1",)),
        (("b",), ("override 1", "layer 1")),
    ]


def test_someone_alone_has_one_interval_however_many_turns_s6() -> None:
    assert len(final(schedule("a"), utc("2026-01-01 00:00"), utc("2026-12-31 00:00"))) == 1


@pytest.mark.parametrize(
    "zone", ["America/Havana", "Asia/Beirut", "Africa/Cairo", "America/Santiago"]
)
def test_midnight_handoffs_leave_no_gap_where_the_clock_changes_at_midnight_t4(zone: str) -> None:
    daily = schedule("ab", "2026-01-01T00:00", (1, "days"), zone=zone)
    year = final(daily, utc("2026-01-01 12:00"), utc("2026-12-31 12:00"))
    assert all(one.end == other.start for one, other in pairwise(year))
    lengths = {(i.end - i.start).total_seconds() / 3600 for i in year[1:-1]}
    assert lengths == {23, 24, 25}


def test_an_hour_that_is_half_missing_leaves_a_turn_of_half_an_hour_s2_t2() -> None:
    hourly = schedule("abc", "2026-10-04T00:00", (1, "hours"), zone="Australia/Lord_Howe")
    assert drawn(hourly, "2026-10-03 13:30", "2026-10-03 17:00") == [  # 02:00 becomes 02:30
        "10-03 13:30 to 10-03 14:30 a",
        "10-03 14:30 to 10-03 15:30 b",
        "10-03 15:30 to 10-03 16:00 c",
        "10-03 16:00 to 10-03 17:00 a",
    ]


def test_a_monthly_handoff_on_the_29th_knows_leap_years_s2() -> None:
    monthly = schedule("ab", "2027-12-29T00:00", (2, "months"), zone="UTC")
    assert drawn(monthly, "2027-12-29 00:00", "2028-06-29 00:00") == [
        "12-29 00:00 to 02-29 00:00 a",
        "02-29 00:00 to 04-29 00:00 b",
        "04-29 00:00 to 06-29 00:00 a",
    ]


def test_a_day_that_a_zone_left_out_is_a_turn_without_length_s2() -> None:
    daily = schedule("abc", "2011-12-29T00:00", (1, "days"), zone="Pacific/Apia")
    assert drawn(daily, "2011-12-29 10:00", "2012-01-01 10:00") == [  # there is no 30th there
        "12-29 10:00 to 12-30 10:00 a",
        "12-30 10:00 to 12-31 10:00 c",
        "12-31 10:00 to 01-01 10:00 a",
    ]


def test_someone_twice_in_the_order_has_two_turns_of_three_s1() -> None:
    daily = schedule("aab", "2026-06-01T00:00", (1, "days"), zone="UTC")
    assert drawn(daily, "2026-06-01 00:00", "2026-06-04 00:00") == [
        "06-01 00:00 to 06-03 00:00 a",
        "06-03 00:00 to 06-04 00:00 b",
    ]


def test_two_may_have_a_turn_together_and_a_hole_is_answered_by_the_layer_below_s4() -> None:
    rota = Schedule.from_document(
        {
            "zone": "UTC",
            "layers": [
                {"people": ["z"]},
                {"people": [["a", "b"], None], "handoff": "2026-06-01", "every": [1, "days"]},
                {"people": [], "handoff": "2026-06-01"},
            ],
        }
    )
    assert drawn(rota, "2026-06-01 00:00", "2026-06-04 00:00") == [
        "06-01 00:00 to 06-02 00:00 a+b",
        "06-02 00:00 to 06-03 00:00 z",
        "06-03 00:00 to 06-04 00:00 a+b",
    ]


def test_windows_that_touch_or_overlap_are_one_also_over_days_s3() -> None:
    weekend = [
        {"days": ["fri"], "from": "17:00", "to": "24:00"},
        {"days": ["sat", "sun"]},
        {"days": ["sun"], "from": "20:00", "to": "08:00"},
    ]
    found = schedule("a", zone="UTC", restrictions=weekend)
    assert drawn(found, "2026-06-04 00:00", "2026-06-09 00:00") == ["06-05 17:00 to 06-08 08:00 a"]


def test_a_weekly_turn_that_changes_inside_a_night_shares_the_night_s3() -> None:
    nights = [{"from": "22:00", "to": "06:00"}]
    found = schedule("ab", "2026-06-01T00:00", (1, "days"), zone="UTC", restrictions=nights)
    assert drawn(found, "2026-06-01 12:00", "2026-06-03 00:00") == [
        "06-01 22:00 to 06-02 00:00 a",
        "06-02 00:00 to 06-02 06:00 b",
        "06-02 22:00 to 06-03 00:00 b",
    ]


def test_standing_in_for_everyone_leaves_each_place_to_be_claimed_again_s5() -> None:
    span = {"from": "2026-06-05T10:00Z", "to": "2026-06-05T12:00Z"}
    everyone, a_alone = {**span, "by": "x"}, {**span, "person": "a", "by": "y"}
    pair = schedule([["a", "b"]], overrides=[everyone])
    assert on_call(pair, utc("2026-06-05 11:00")) == ("x",)
    pair = schedule([["a", "b"]], overrides=[everyone, a_alone])
    assert on_call(pair, utc("2026-06-05 11:00")) == ("y", "x")
    empty = schedule("", overrides=[everyone])
    assert on_call(empty, utc("2026-06-05 11:00")) == ("x",)


def test_a_temporary_schedule_replaces_everything_in_its_span_s1() -> None:
    override = {"from": "2026-06-01", "to": "2026-06-09", "kind": "add", "person": "x"}
    rota = Schedule.from_document(
        {
            "zone": "UTC",
            "layers": [{"people": ["a"]}],
            "overrides": [override],
            "temporary": [
                {"from": "2026-06-02", "to": "2026-06-05", "people": ["t", "u"]},
                {"from": "2026-06-03", "to": "2026-06-04", "people": []},
            ],
        }
    )
    found = final(rota, utc("2026-06-01 12:00"), utc("2026-06-06 00:00"))
    assert [(f"{i.start:%d %H}", "".join(i.people), i.why) for i in found] == [
        ("01 12", "ax", ("layer 1", "override 1")),
        ("02 00", "tu", ("temporary 1",)),
        ("04 00", "tu", ("temporary 1",)),
        ("05 00", "ax", ("layer 1", "override 1")),
    ]
