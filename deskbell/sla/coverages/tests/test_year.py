"""The year as a person reads it: hours, reasons, and days of 23 and 25 hours (C1, C2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from deskbell.sla import core
from deskbell.sla.coverages.year import Year, begins, year_of

HOUR = timedelta(hours=1)
SUMMER = {
    str(date(2026, 6, 15) + n * timedelta(days=1)): {"windows": [], "name": "Summer"}
    for n in range(77)
}
BUSINESS = {
    "zone": "America/New_York",
    "windows": {key: [["08:00", "19:00"]] for key in ("mon", "tue", "wed", "thu", "fri")},
    "exceptions": {
        **SUMMER,
        "2026-11-26": {"windows": [], "name": "Thanksgiving"},
        "2026-11-27": {"windows": [["08:00", "12:00"]], "name": ""},
    },
}
ALWAYS = core.Coverage.always("America/New_York").document()


def drawn(document: dict[str, Any], first: date) -> Year:
    return year_of(document, first, date(2026, 11, 25))


def day(year: Year, wanted: date):  # type: ignore[no-untyped-def]
    return next(d for month in year.months for d in month.days if d.date == wanted)


def test_a_day_tells_its_hours_and_its_reason_in_words() -> None:
    year = drawn(BUSINESS, date(2026, 7, 1))
    assert day(year, date(2026, 11, 26)).words == (
        "Thursday, November 26, 2026: closed (Thanksgiving)."
    )
    assert day(year, date(2026, 11, 25)).words == (
        "Wednesday, November 25, 2026: 8:00 am to 7:00 pm. Today."
    )
    assert day(year, date(2026, 11, 27)).covered == 4 * HOUR
    assert [d.shade for d in year.months[4].days[24:29]] == [3, 0, 2, 0, 0]


def test_change_days_have_their_23_and_25_hours_c2() -> None:
    year = drawn(ALWAYS, date(2026, 7, 1))
    assert [(d.date, d.length, d.shade) for d in year.clock_changes] == [
        (date(2026, 11, 1), 25 * HOUR, 5),
        (date(2027, 3, 14), 23 * HOUR, 5),
    ]
    assert "this day has 25 hours" in year.clock_changes[0].words
    assert year.covered == timedelta(days=365)


def test_a_summer_is_told_once_a_month_and_once_in_the_year_c1() -> None:
    year = drawn(BUSINESS, date(2026, 1, 1))
    assert [
        (m.first.month, n.dates) for m in year.months for n in m.notes if n.first.name == "Summer"
    ] == [
        (6, "15 to 30"),
        (7, "1 to 31"),
        (8, "1 to 30"),
    ]
    (summer,) = [note for note in year.unusual if note.first.name == "Summer"]
    assert (summer.days, summer.count) == ("Jun 15 to Aug 30, 2026", 77)
    july = year.months[6]
    assert (july.open_days, july.covered) == (0, timedelta(0))


def test_hours_over_midnight_count_on_both_dates_and_are_told_on_the_first_c1() -> None:
    year = drawn({**BUSINESS, "windows": {"mon": [["22:00", "06:00"]]}}, date(2027, 1, 1))
    monday, tuesday = day(year, date(2027, 2, 1)), day(year, date(2027, 2, 2))
    assert (monday.hours, monday.covered) == ("10:00 pm until 6:00 am the next day", 2 * HOUR)
    assert (tuesday.hours, tuesday.covered) == ("closed", 6 * HOUR)


def test_a_year_begins_where_it_is_asked_or_around_today() -> None:
    today = date(2026, 3, 5)
    assert begins("", today, 7) == date(2025, 7, 1)
    assert begins("", today, 1) == date(2026, 1, 1)
    assert begins("2030", today, 7) == date(2030, 7, 1)
    for nonsense in ("0", "99999", "٢٠٢٦", "-5", "x"):
        assert begins(nonsense, today, 7) == date(2025, 7, 1)
