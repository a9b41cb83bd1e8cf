"""Coverage by example: C1 to C5, C7. The slow twin is in `test_twin.py`."""

from __future__ import annotations

import json
from bisect import bisect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deskbell.sla.core import BadCoverage, BadZone, Coverage, PastHorizon, standard_support

NEW_YORK = ZoneInfo("America/New_York")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
SPLIT = Coverage.weekly(
    "America/New_York",
    dict.fromkeys(WORKDAYS, (("08:00", "12:00"), ("13:00", "19:00"))),
    {
        date(2026, 11, 26): ([], "Thanksgiving"),
        date(2026, 11, 27): [("08:00", "12:00")],
        date(2026, 11, 28): ([("10:00", "12:00")], "Open Saturday"),
    },
    name="Business hours",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=NEW_YORK)


ADDED = [
    ("11-24 10:00", 1, "11-24 11:00"),
    ("11-24 10:00", 2, "11-24 12:00"),  # C4: due at closing time, not after lunch
    ("11-24 10:00", 3, "11-24 14:00"),  # C1: several windows a day
    ("11-24 12:30", 1, "11-24 14:00"),
    ("11-24 18:00", 1, "11-24 19:00"),
    ("11-25 18:00", 2, "11-27 09:00"),  # C1: closed all day on the holiday
    ("11-27 11:00", 2, "11-28 11:00"),  # C1: shorter hours, then a special opening
    ("11-28 11:00", 2, "11-30 09:00"),
    ("11-24 10:00", 0, "11-24 10:00"),  # C4: zero is the start if covered ...
    ("11-24 12:00", 0, "11-24 13:00"),  # ... else the next opening
    ("11-28 12:00", 0, "11-30 08:00"),
]


@pytest.mark.parametrize(("start", "hours", "end"), ADDED)
def test_c4_add_is_the_earliest_instant_with_so_much_covered_time(
    start: str, hours: int, end: str
) -> None:
    assert SPLIT.add(at(start), hours * HOUR) == at(end)


SUBTRACTED = [
    ("11-24 11:00", 1, "11-24 10:00"),
    ("11-24 12:00", 4, "11-24 08:00"),
    ("11-24 14:00", 1, "11-24 13:00"),  # C4: the latest instant, after lunch and not before it
    ("11-24 14:00", 2, "11-24 11:00"),
    ("11-27 09:00", 2, "11-25 18:00"),
    ("11-24 10:00", 0, "11-24 10:00"),  # C4: zero is the end if covered ...
    ("11-24 12:30", 0, "11-24 12:00"),  # ... else the last closing
    ("11-26 12:00", 0, "11-25 19:00"),
    ("11-24 12:00", 0, "11-24 12:00"),
]


@pytest.mark.parametrize(("end", "hours", "start"), SUBTRACTED)
def test_c4_subtract_is_the_latest_instant_with_so_much_covered_time(
    end: str, hours: int, start: str
) -> None:
    assert SPLIT.subtract(at(end), hours * HOUR) == at(start)


def test_c3_between_is_negative_when_b_is_before_a() -> None:
    assert SPLIT.between(at("11-25 18:00"), at("11-27 09:00")) == 2 * HOUR
    assert SPLIT.between(at("11-27 09:00"), at("11-25 18:00")) == -2 * HOUR
    assert SPLIT.between(at("11-26 09:00"), at("11-26 18:00")) == timedelta(0)


def test_c6_what_is_asked_first_makes_no_difference() -> None:
    for zone in ("Pacific/Auckland", "Pacific/Honolulu"):
        nights = {"windows": dict.fromkeys(WORKDAYS, (("20:30", "07:00"),)), "zone": zone}
        start = datetime(2026, 6, 1, tzinfo=UTC)
        span = (start - timedelta(days=400), start + timedelta(days=1200))
        expected = Coverage.from_document(nights).intervals(*span)
        stepping = Coverage.from_document(nights)
        steps = [start + n * 5 * HOUR for n in range(1200 * 24 // 5)]
        steps += [start - n * 5 * HOUR for n in range(400 * 24 // 5)]
        for step in steps:
            inside = any(opening <= step < closing for opening, closing in _near(expected, step))
            assert stepping.contains(step) == inside, step


def _near(
    spans: list[tuple[datetime, datetime]], step: datetime
) -> list[tuple[datetime, datetime]]:
    place = bisect(spans, (step, step))
    return spans[max(0, place - 2) : place + 2]


def test_c3_the_first_question_may_go_backwards_and_far() -> None:
    hours = standard_support({}).coverages["business_hours"]
    assert hours.between(at("11-24 10:00") + timedelta(days=2800), at("11-24 10:00")) < 0 * HOUR


def test_c1_windows_are_half_open() -> None:
    assert SPLIT.contains(at("11-24 08:00"))
    assert not SPLIT.contains(at("11-24 12:00"))
    assert SPLIT.contains(at("11-24 12:00") - timedelta(microseconds=1))


def test_c3_next_opening_is_strictly_after_the_instant() -> None:
    assert SPLIT.next_opening(at("11-24 07:59")) == at("11-24 08:00")
    assert SPLIT.next_opening(at("11-24 08:00")) == at("11-24 13:00")
    assert SPLIT.next_opening(at("11-25 13:00")) == at("11-27 08:00")


def test_c3_next_closing_is_strictly_after_the_instant() -> None:
    assert SPLIT.next_closing(at("11-24 11:59")) == at("11-24 12:00")
    assert SPLIT.next_closing(at("11-24 12:00")) == at("11-24 19:00")
    assert SPLIT.next_closing(at("11-25 19:00")) == at("11-27 12:00")
    weekdays = standard_support({}).coverages["weekdays"]
    assert weekdays.next_closing(at("11-23 00:00")) == at("11-28 00:00")
    with pytest.raises(PastHorizon, match="no closing after"):
        Coverage.always("America/New_York").next_closing(at("11-24 12:00"))


def test_c5_the_closing_after_a_long_opening_is_found_and_that_of_a_finite_calendar() -> None:
    year = {date(2026, 1, 1) + timedelta(days=n): [("00:00", "24:00")] for n in range(900)}
    coverage = Coverage.weekly("UTC", {"mon": [("08:00", "09:00")]}, year)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert coverage.next_closing(start) == start + timedelta(days=900)
    finite = Coverage.weekly("UTC", {}, year)
    assert finite.next_closing(start) == start + timedelta(days=900)
    with pytest.raises(PastHorizon):
        finite.next_closing(start + timedelta(days=900))


def test_c1_days_show_each_dates_windows_as_written_and_why_they_differ() -> None:
    week = (("08:00", "12:00"), ("13:00", "19:00"))
    assert SPLIT.days(date(2026, 11, 25), date(2026, 11, 29)) == [
        (date(2026, 11, 25), week, False, ""),
        (date(2026, 11, 26), (), True, "Thanksgiving"),
        (date(2026, 11, 27), (("08:00", "12:00"),), True, ""),
        (date(2026, 11, 28), (("10:00", "12:00"),), True, "Open Saturday"),
        (date(2026, 11, 29), (), False, ""),
    ]
    nights = Coverage.weekly("UTC", {"fri": [("22:00", "06:00")], "sat": [("08:00", "24:00")]})
    friday, saturday = nights.days(date(2026, 11, 27), date(2026, 11, 28))
    assert (friday.windows, saturday.windows) == ((("22:00", "06:00"),), (("08:00", "24:00"),))
    assert nights.days(date(2026, 11, 28), date(2026, 11, 27)) == []


def test_c1_c3_intervals_are_cut_to_the_span_and_merged_where_they_meet() -> None:
    assert SPLIT.intervals(at("11-24 11:00"), at("11-24 14:00")) == [
        (at("11-24 11:00"), at("11-24 12:00")),
        (at("11-24 13:00"), at("11-24 14:00")),
    ]
    assert SPLIT.intervals(at("11-24 14:00"), at("11-24 11:00")) == []
    assert SPLIT.intervals(at("11-24 12:00"), at("11-24 13:00")) == []
    always = Coverage.always("America/New_York")
    assert always.intervals(at("11-01 00:00"), at("11-20 00:00")) == [
        (at("11-01 00:00"), at("11-20 00:00"))
    ]


def test_c3_instants_come_back_in_utc_and_exact_to_the_microsecond() -> None:
    start = at("11-24 10:00") + timedelta(microseconds=1)
    end = SPLIT.add(start, 3 * HOUR + timedelta(microseconds=1))
    assert (end.tzinfo, end) == (UTC, at("11-24 14:00") + timedelta(microseconds=2))
    assert SPLIT.between(start, end) == 3 * HOUR + timedelta(microseconds=1)


def test_c1_a_window_over_midnight_belongs_to_the_day_on_which_it_starts() -> None:
    nights = Coverage.weekly(
        "America/New_York", {"fri": [("22:00", "06:00")]}, {date(2026, 11, 27): []}
    )
    assert nights.intervals(at("11-20 00:00"), at("12-06 00:00")) == [
        (at("11-20 22:00"), at("11-21 06:00")),
        (at("12-04 22:00"), at("12-05 06:00")),
    ]


def test_c1_an_exception_replaces_what_starts_on_its_date_not_what_began_before() -> None:
    nights = Coverage.weekly(
        "America/New_York",
        dict.fromkeys(WORKDAYS, (("22:00", "06:00"),)),
        {date(2026, 11, 26): ([], "Thanksgiving")},
    )
    assert nights.intervals(at("11-25 12:00"), at("11-27 12:00")) == [
        (at("11-25 22:00"), at("11-26 06:00"))
    ]


LENGTHS = [
    ("America/New_York", date(2026, 3, 8), 23.0),
    ("America/New_York", date(2026, 11, 1), 25.0),
    ("America/New_York", date(2026, 7, 1), 24.0),
    ("America/Havana", date(2026, 3, 8), 23.0),
    ("Asia/Beirut", date(2026, 3, 29), 23.0),
    ("Africa/Cairo", date(2026, 4, 24), 23.0),
    ("America/Havana", date(2026, 11, 1), 25.0),
    ("Asia/Beirut", date(2026, 10, 24), 25.0),
    ("America/Santiago", date(2026, 9, 6), 23.0),
    ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
]


@pytest.mark.parametrize(("zone", "day", "hours"), LENGTHS)
def test_c2_a_day_of_24_hours_is_as_long_as_the_clock_makes_it(
    zone: str, day: date, hours: float
) -> None:
    only = Coverage.weekly(zone, {}, {day: [("00:00", "24:00")]})
    whole = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert only.between(*whole) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("00:30", "01:30", "2026-11-01 04:30", "2026-11-01 06:30"),  # its end comes twice: the last
        (
            "01:30",
            "03:00",
            "2026-11-01 05:30",
            "2026-11-01 08:00",
        ),  # its start comes twice: the first
        ("01:15", "01:45", "2026-11-01 05:15", "2026-11-01 06:45"),
        ("23:00", "01:30", "2026-11-02 04:00", "2026-11-02 06:30"),
    ],
)
def test_c2_t2_a_window_starts_at_the_first_and_ends_at_the_last_of_two(
    start: str, end: str, first: str, last: str
) -> None:
    only = Coverage.weekly("America/New_York", {}, {date(2026, 11, 1): [(start, end)]})
    whole = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    bounds = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last)]
    assert only.intervals(*whole) == [tuple(bounds)]


def test_c2_business_hours_are_always_eleven_hours_long() -> None:
    hours = standard_support({}).coverages["business_hours"]
    for day in (date(2026, 3, 9), date(2026, 11, 2), date(2026, 7, 1)):
        midnight = datetime(day.year, day.month, day.day, tzinfo=NEW_YORK)
        assert hours.between(midnight, midnight + timedelta(days=1)) == 11 * HOUR


def test_c2_24_7_has_no_seam_at_midnight_nor_when_the_clocks_change() -> None:
    for zone in ("America/New_York", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe"):
        always = Coverage.always(zone)
        span = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
        assert always.intervals(*span) == [span]
        with pytest.raises(PastHorizon, match="no opening after"):
            always.next_opening(span[0])


@pytest.mark.parametrize("days", range(385, 410))
def test_c5_the_opening_after_a_long_closure_is_found_wherever_the_search_began(days: int) -> None:
    first = date(2026, 6, 1)
    closed: dict[date, Any] = {first + timedelta(days=n): [] for n in range(days)}
    school = Coverage.weekly("UTC", {"mon": [("08:00", "09:00")]}, closed)
    opening = school.next_opening(datetime(2026, 6, 1, tzinfo=UTC))
    monday = first + timedelta(days=-(-days // 7) * 7)
    assert opening == datetime(monday.year, monday.month, monday.day, 8, tzinfo=UTC)


def test_c7_holidays_close_business_hours_alone() -> None:
    coverages = standard_support({date(2026, 11, 26): "Thanksgiving"}).coverages
    noon = at("11-26 12:00")
    assert {key: each.contains(noon) for key, each in coverages.items()} == {
        "always": True,
        "weekdays": True,
        "business_hours": False,
    }
    assert not coverages["weekdays"].contains(at("11-28 00:00"))
    assert coverages["weekdays"].contains(at("11-28 00:00") - MINUTE)


def test_c5_past_the_end_of_a_finite_calendar_it_raises() -> None:
    finite = Coverage.weekly("UTC", {}, {date(2026, 6, 1): [("08:00", "10:00")]})
    start = datetime(2026, 6, 1, 8, tzinfo=UTC)
    assert finite.add(start, 2 * HOUR) == start + 2 * HOUR
    asked: list[Callable[[], object]] = [
        lambda: finite.add(start, 2 * HOUR + timedelta(microseconds=1)),
        lambda: finite.add(start + 2 * HOUR, timedelta(0)),
        lambda: finite.subtract(start, MINUTE),
        lambda: finite.subtract(start - HOUR, timedelta(0)),
        lambda: finite.next_opening(start),
        lambda: SPLIT.add(start, timedelta.max),
        lambda: SPLIT.contains(datetime(2300, 1, 1, tzinfo=UTC)),
    ]
    for ask in asked:
        with pytest.raises(PastHorizon):
            ask()


def test_c5_the_sentence_says_whether_the_windows_or_the_years_are_at_an_end() -> None:
    finite = Coverage.weekly("UTC", {}, {date(2026, 6, 1): [("08:00", "10:00")]})
    with pytest.raises(PastHorizon, match="after its last opening"):
        finite.add(datetime(2026, 6, 1, tzinfo=UTC), 3 * HOUR)
    with pytest.raises(PastHorizon, match="from 1900 to 2199 only"):
        Coverage.weekly("UTC", {"mon": [("08:00", "09:00")]}).add(at("11-24 10:00"), 9500 * HOUR)


def test_c5_a_closure_of_years_is_walked_over_and_a_summer_is_a_normal_case() -> None:
    closed: dict[date, Any] = {
        date(2026, 6, 1) + timedelta(days=n): ([], "Closed") for n in range(900)
    }
    school = Coverage.weekly("America/New_York", {"mon": [("08:00", "09:00")]}, closed)
    opening = datetime(2028, 11, 20, 8, tzinfo=NEW_YORK)
    start = datetime(2026, 6, 1, 12, tzinfo=NEW_YORK)
    assert school.next_opening(start) == opening
    assert school.add(start, MINUTE) == opening + MINUTE
    assert school.subtract(opening + MINUTE, 2 * MINUTE).date() == date(2026, 5, 25)


def test_c3_bad_arguments_are_refused_by_name() -> None:
    naive, aware = datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
    asked: list[tuple[str, Callable[[], object]]] = [
        ("t is a naive", lambda: SPLIT.contains(naive)),
        ("t is a naive", lambda: SPLIT.next_opening(naive)),
        ("start is a naive", lambda: SPLIT.add(naive, HOUR)),
        ("end is a naive", lambda: SPLIT.subtract(naive, HOUR)),
        ("a is a naive", lambda: SPLIT.between(naive, aware)),
        ("b is a naive", lambda: SPLIT.intervals(aware, naive)),
        ("t must be an aware datetime", lambda: SPLIT.contains(date(2026, 1, 1))),  # type: ignore[arg-type]
        ("amount must be a timedelta", lambda: SPLIT.add(aware, 3600)),  # type: ignore[arg-type]
        ("amount is negative: use subtract", lambda: SPLIT.add(aware, -HOUR)),
        ("amount is negative: use add", lambda: SPLIT.subtract(aware, -HOUR)),
    ]
    for sentence, ask in asked:
        with pytest.raises(ValueError, match=sentence):
            ask()


def test_t4_a_deprecated_zone_is_refused_when_a_coverage_is_made() -> None:
    with pytest.raises(BadZone, match="America/New_York"):
        Coverage.always("US/Eastern")


def test_a_coverage_goes_to_json_and_back_whole() -> None:
    document = json.loads(json.dumps(SPLIT.document()))
    again = Coverage.from_document(document)
    assert again.document() == SPLIT.document()
    span = (at("11-20 00:00"), at("12-20 00:00"))
    assert again.intervals(*span) == SPLIT.intervals(*span)
    bare = Coverage.from_document(
        {"zone": "UTC", "windows": {"thu": [["22:00", "02:00"]]}, "exceptions": {"2026-11-26": []}}
    )
    assert bare.document()["windows"] == {"thu": [["22:00", "02:00"]]}
    with pytest.raises(BadCoverage, match="not a date"):
        Coverage.from_document({"zone": "UTC", "exceptions": {"26.11.": []}})


def test_many_threads_extend_one_coverage_and_agree() -> None:
    shared = standard_support({}).coverages["business_hours"]
    alone = standard_support({}).coverages["business_hours"]
    starts = [datetime(2010 + n * 7 % 30, 3, 2, 12, tzinfo=UTC) for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda start: shared.add(start, 500 * HOUR), starts))
    assert found == [alone.add(start, 500 * HOUR) for start in starts]
