"""Kept zone data: new data of the world must not move what was promised under the old (K9)."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deskbell.sla.core import (
    BadZone,
    Coverage,
    Event,
    Kind,
    Policy,
    clocks,
    explain,
    standard_support,
    wall,
)

NEW_YORK = "America/New_York"
A_WEEK_LATER = {"2026-03-15 07:00": -4, "2026-11-08 06:00": -5}


def made_up(changes: dict[str, int]) -> bytes:
    """A TZif file (RFC 8536, version 1) of a zone that starts at UTC-5 and changes in 2026."""
    at = [int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) for text in changes]
    kinds, names = (-5, -4), b"EST\0EDT\0"
    counts = struct.pack(">6l", 0, 0, 0, len(at), len(kinds), len(names))
    indices = bytes(kinds.index(hours) for hours in changes.values())
    types = b"".join(
        struct.pack(">lbb", hours * 3600, hours == -4, 4 * (hours == -4)) for hours in kinds
    )
    header = b"TZif" + bytes(16) + counts
    return header + struct.pack(f">{len(at)}l", *at) + indices + types + names


LATER = wall.frozen(NEW_YORK, made_up(A_WEEK_LATER))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def test_k9_a_coverage_goes_by_the_zone_data_that_it_is_given() -> None:
    week = {day: [("08:00", "19:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
    kept, present = Coverage.weekly(LATER, week), Coverage.weekly(NEW_YORK, week)
    span = utc("03-09 00:00"), utc("03-10 00:00")
    assert present.intervals(*span) == [(utc("03-09 12:00"), utc("03-09 23:00"))]
    assert kept.intervals(*span) == [(utc("03-09 13:00"), utc("03-10 00:00"))]
    assert kept.between(utc("03-16 00:00"), utc("03-17 00:00")) == timedelta(hours=11)
    always = Coverage.weekly(LATER, {"sun": [("00:00", "24:00")]})
    assert always.between(utc("03-08 05:00"), utc("03-09 05:00")) == timedelta(hours=24)
    assert always.between(utc("03-15 05:00"), utc("03-16 04:00")) == timedelta(hours=23)


def test_k9_t2_gaps_and_repeated_times_lie_where_the_kept_data_have_them() -> None:
    gap, twice = datetime(2026, 3, 15, 2, 30), datetime(2026, 11, 8, 1, 30)
    assert wall.first(LATER, gap) == wall.last(LATER, gap) == utc("03-15 07:00")
    assert (wall.first(LATER, twice), wall.last(LATER, twice)) == (
        utc("11-08 05:30"),
        utc("11-08 06:30"),
    )


def test_k9_a_policy_read_with_kept_zones_promises_what_it_promised() -> None:
    document = standard_support({}).document()
    history = [Event(utc("03-09 12:30"), Kind.CREATED)]
    due = [
        clocks(history, Policy.from_document(document, zones), utc("03-09 12:30"))[0]
        for zones in (None, {}, {"Europe/Paris": LATER}, {NEW_YORK: LATER})
    ]
    assert [clock.due for clock in due] == [utc("03-09 16:30")] * 3 + [utc("03-09 17:00")]
    assert explain(due[-1])[0].end == utc("03-09 13:00")
    assert Policy.from_document(document, {NEW_YORK: LATER}).document() == document


def test_k9_the_data_in_use_can_be_kept_and_give_the_same_instants() -> None:
    for name in (NEW_YORK, "Europe/Dublin", "Africa/Casablanca", "UTC", "Etc/GMT+5"):
        kept, present = wall.frozen(name, wall.tzif(name)), ZoneInfo(name)
        assert kept.key == name
        for hours in range(0, 24 * 365 * 3, 7):
            at = datetime(2036, 1, 1) + timedelta(hours=hours)
            assert wall.first(kept, at) == wall.first(present, at)
            assert wall.last(kept, at) == wall.last(present, at)


def test_k9_without_data_of_the_machine_those_of_the_package_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("zoneinfo.TZPATH", ())
    assert wall.tzif(NEW_YORK).startswith(b"TZif")


def test_k9_a_name_that_was_deprecated_since_is_accepted_with_its_data_alone() -> None:
    kept = wall.frozen("Europe/Kiev", wall.tzif("Europe/Kyiv"))
    document = {"zone": "Europe/Kiev", "windows": {"mon": [["08:00", "19:00"]]}}
    assert Coverage.from_document(document, {"Europe/Kiev": kept}).zone is kept
    with pytest.raises(BadZone, match="write 'Europe/Kyiv'"):
        Coverage.from_document(document)
    with pytest.raises(BadZone, match="write 'Europe/Kyiv'"):
        Coverage.weekly(kept, document["windows"])  # type: ignore[arg-type]
    with pytest.raises(BadZone, match="write 'Europe/Kyiv'"):
        wall.tzif("Europe/Kiev")


def test_k9_zone_data_that_cannot_be_read_and_names_that_are_none_are_refused() -> None:
    for broken in (b"", b"TZif", wall.tzif(NEW_YORK)[:300]):
        with pytest.raises(BadZone, match="'America/New_York' cannot be read"):
            wall.frozen(NEW_YORK, broken)
    with pytest.raises(BadZone, match="'Mars/Olympus' is unknown"):
        wall.frozen("Mars/Olympus", wall.tzif(NEW_YORK))
    with pytest.raises(BadZone, match="unknown"):
        wall.tzif("../../etc/passwd")
