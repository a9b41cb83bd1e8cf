"""Calendars of schools are read as RFC 5545 says, and hostile ones are refused with a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from deskbell.lib.errors import Refused
from deskbell.sla.ical import child
from deskbell.sla.ical.contained import LARGEST, read_calendar
from deskbell.sla.ical.guessing import Guess, guess
from deskbell.sla.ical.reading import Event, Unreadable, read

FIRST, LAST = date(2026, 7, 1), date(2027, 6, 30)
EASTERN = "America/New_York"


def calendar(*events: str) -> bytes:
    told = "".join(f"BEGIN:VEVENT\nUID:{n}\n{each}\nEND:VEVENT\n" for n, each in enumerate(events))
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//School//EN\n{told}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def events(*written: str) -> list[Event]:
    return read(calendar(*written), EASTERN, FIRST, LAST)


def test_the_end_of_an_all_day_event_is_exclusive() -> None:
    (event,) = events(
        "DTSTART;VALUE=DATE:20261221\nDTEND;VALUE=DATE:20270102\nSUMMARY:Winter Break"
    )
    assert event == Event(date(2026, 12, 21), date(2027, 1, 1), "Winter Break")


def test_an_event_without_an_end_is_one_day_and_a_duration_counts() -> None:
    found = events(
        "DTSTART;VALUE=DATE:20261111\nSUMMARY:Veterans Day",
        "DTSTART;VALUE=DATE:20270405\nDURATION:P5D\nSUMMARY:Spring Break",
    )
    assert [(e.first.day, e.last.day) for e in found] == [(11, 11), (5, 9)]


def test_times_are_those_of_the_coverages_clock() -> None:
    found = events(
        "DTSTART:20261125T170000Z\nDTEND:20261125T200000Z\nSUMMARY:UTC",
        "DTSTART;TZID=America/Chicago:20261126T113000\nDTEND;TZID=America/Chicago:20261127T010000\nSUMMARY:Central",
        "DTSTART:20261128T120000\nSUMMARY:On the wall",
    )
    assert [(e.first.day, e.last.day, e.starts) for e in found] == [
        (25, 25, "12:00"),
        (26, 27, "12:30"),
        (28, 28, "12:00"),
    ]


def test_events_that_repeat_are_written_out_without_their_exceptions() -> None:
    found = events(
        "DTSTART;VALUE=DATE:20260902\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;VALUE=DATE:20260916"
        "\nSUMMARY:Half day"
    )
    assert [e.first.day for e in found] == [2, 9, 23]


def test_cancelled_events_and_those_of_other_years_are_left_out() -> None:
    assert not events(
        "DTSTART;VALUE=DATE:20261111\nSTATUS:CANCELLED\nSUMMARY:Fair",
        "DTSTART;VALUE=DATE:20191111\nSUMMARY:Long ago",
    )


def test_files_of_old_programs_are_read_too() -> None:
    content = calendar("DTSTART;VALUE=DATE:20261111\nSUMMARY:Día libre").decode().encode("cp1252")
    assert [e.name for e in read(content, EASTERN, FIRST, LAST)] == ["Día libre"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bytes(range(256)) * 50, "no calendar"),
        (b"BEGIN:VCALENDAR\r\n" + bytes(range(256)) * 50, "damaged"),
        (b"<html>Sign in</html>", "no calendar"),
        (calendar("DTSTART:20260901T000000\nRRULE:FREQ=SECONDLY\nSUMMARY:x"), "within a day"),
        (
            calendar(
                *[
                    "DTSTART;VALUE=DATE:20260701\nRRULE:FREQ=DAILY\nSUMMARY:" + str(n)
                    for n in range(15)
                ]
            ),
            "more than 5,000",
        ),
    ],
)
def test_what_is_no_calendar_of_a_school_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(content, EASTERN, FIRST, LAST)


def test_a_child_reads_and_tells_the_same() -> None:
    content = calendar("DTSTART;VALUE=DATE:20261111\nSUMMARY:Veterans Day")
    assert read_calendar(content, EASTERN, FIRST, LAST) == read(content, EASTERN, FIRST, LAST)
    with pytest.raises(Refused, match="no calendar"):
        read_calendar(b"\x00\xff", EASTERN, FIRST, LAST)


@pytest.mark.parametrize(
    "content",
    [
        calendar("DTSTART;VALUE=DATE:00010101\nDTEND;VALUE=DATE:99991231\nSUMMARY:No school"),
        # A day that never comes, looked for until the end of all years.
        calendar(
            *["DTSTART;VALUE=DATE:20260901\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nSUMMARY:x"]
            * 50
        ),
    ],
)
def test_a_file_made_to_exhaust_the_desk_takes_only_the_child_along(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="can’t be read"):
        read_calendar(content, EASTERN, FIRST, LAST)


def test_too_large_and_empty_files_are_refused_before_they_are_read() -> None:
    with pytest.raises(Refused, match="larger than 2 MB"):
        read_calendar(b"x" * (LARGEST + 1), EASTERN, FIRST, LAST)
    with pytest.raises(Refused, match="Choose a calendar file"):
        read_calendar(b" \n", EASTERN, FIRST, LAST)
    assert child.SECONDS < 10


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("No School - Teacher Workday", Guess.CLOSED),
        ("Winter Break", Guess.CLOSED),
        ("Mid-Winter Recess", Guess.CLOSED),
        ("Labor Day Holiday", Guess.CLOSED),
        ("Schools closed", Guess.CLOSED),
        ("No hay clases", Guess.CLOSED),
        ("Día festivo", Guess.CLOSED),
        ("Vacaciones de verano", Guess.CLOSED),
        ("Early Dismissal, all schools", Guess.SHORTER),
        ("Half-day", Guess.SHORTER),
        ("Salida temprana", Guess.SHORTER),
        ("Medio día", Guess.SHORTER),
        ("School resumes after break", Guess.NOTHING),
        ("Breakfast with the principal", Guess.NOTHING),
        ("Board meeting", Guess.NOTHING),
        ("Regresan de vacaciones", Guess.NOTHING),
    ],
)
def test_titles_are_guessed_in_english_and_spanish(name: str, meant: Guess) -> None:
    assert guess(name) == meant
