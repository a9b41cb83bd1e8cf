"""Wall-clock times and zone names: T2, T3, T4 and the vectors of the on-call rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deskbell.sla.core import BadZone, wall

HOUR = timedelta(hours=1)
NEW_YORK = "America/New_York"

T2 = [
    # zone, wall clock, first, last
    (NEW_YORK, "2026-11-01 01:30", "2026-11-01 05:30", "2026-11-01 06:30"),
    (NEW_YORK, "2026-03-08 02:30", "2026-03-08 07:00", "2026-03-08 07:00"),
    (NEW_YORK, "2026-03-08 02:00", "2026-03-08 07:00", "2026-03-08 07:00"),
    (NEW_YORK, "2026-03-08 03:00", "2026-03-08 07:00", "2026-03-08 07:00"),
    (NEW_YORK, "2026-11-01 01:00", "2026-11-01 05:00", "2026-11-01 06:00"),
    (NEW_YORK, "2026-11-01 02:00", "2026-11-01 07:00", "2026-11-01 07:00"),
    (NEW_YORK, "2027-03-14 02:30", "2027-03-14 07:00", "2027-03-14 07:00"),
    (NEW_YORK, "2027-11-07 01:30", "2027-11-07 05:30", "2027-11-07 06:30"),
    (NEW_YORK, "2026-03-06 09:00", "2026-03-06 14:00", "2026-03-06 14:00"),
    (NEW_YORK, "2026-03-13 09:00", "2026-03-13 13:00", "2026-03-13 13:00"),
    (NEW_YORK, "2026-10-30 09:00", "2026-10-30 13:00", "2026-10-30 13:00"),
    (NEW_YORK, "2026-11-06 09:00", "2026-11-06 14:00", "2026-11-06 14:00"),
    # T4: zones that change at midnight, and one that changes by half an hour
    ("America/Havana", "2026-03-08 00:00", "2026-03-08 05:00", "2026-03-08 05:00"),
    ("America/Havana", "2026-11-01 00:00", "2026-11-01 04:00", "2026-11-01 05:00"),
    ("Asia/Beirut", "2026-03-29 00:00", "2026-03-28 22:00", "2026-03-28 22:00"),
    ("Asia/Beirut", "2026-10-24 23:30", "2026-10-24 20:30", "2026-10-24 21:30"),
    ("Africa/Cairo", "2026-04-24 00:30", "2026-04-23 22:00", "2026-04-23 22:00"),
    ("Africa/Cairo", "2026-10-29 23:30", "2026-10-29 20:30", "2026-10-29 21:30"),
    ("America/Santiago", "2026-09-06 00:15", "2026-09-06 04:00", "2026-09-06 04:00"),
    ("America/Santiago", "2026-04-04 23:30", "2026-04-05 02:30", "2026-04-05 03:30"),
    ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30", "2026-10-03 15:30"),
    ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", "2026-04-04 15:15"),
    ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00", "2011-12-30 10:00"),
]


@pytest.mark.parametrize(("zone", "clock", "first", "last"), T2)
def test_t2_starts_take_the_first_occurrence_and_ends_the_last(
    zone: str, clock: str, first: str, last: str
) -> None:
    at = datetime.fromisoformat(clock)
    assert wall.first(wall.zone(zone), at) == _utc(first)
    assert wall.last(wall.zone(zone), at) == _utc(last)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-07 17:00", "2026-03-08 08:00", 14),
        ("2026-10-31 17:00", "2026-11-01 08:00", 16),
        ("2026-03-06 09:00", "2026-03-13 09:00", 167),
        ("2026-10-30 09:00", "2026-11-06 09:00", 169),
    ],
)
def test_t3_the_length_of_a_shift_over_a_change_is_counted_in_utc(
    start: str, end: str, hours: int
) -> None:
    zone = wall.zone(NEW_YORK)
    begins = wall.first(zone, datetime.fromisoformat(start))
    assert wall.last(zone, datetime.fromisoformat(end)) - begins == hours * HOUR


def test_t2_a_gap_ends_at_the_same_instant_for_every_time_in_it_to_the_microsecond() -> None:
    zone = wall.zone(NEW_YORK)
    for minutes in (0, 1, 30, 59):
        at = datetime(2026, 3, 8, 2, minutes, 59, 999_999)
        assert wall.first(zone, at) == _utc("2026-03-08 07:00")
    before = datetime(2026, 3, 8, 1, 59, 59, 999_999)
    assert wall.first(zone, before) == _utc("2026-03-08 07:00") - timedelta(microseconds=1)


@pytest.mark.parametrize(
    "name",
    ["America/Havana", "Asia/Beirut", "Africa/Cairo", "America/Santiago", "Australia/Lord_Howe"],
)
def test_t4_every_minute_around_the_changes_agrees_with_a_walk_through_utc(name: str) -> None:
    zone = wall.zone(name)
    for change in _changes(zone):
        shown: dict[datetime, list[datetime]] = {}
        for minute in range(-180, 181):
            at = change + timedelta(minutes=minute)
            shown.setdefault(at.astimezone(zone).replace(tzinfo=None, fold=0), []).append(at)
        clock, past = min(shown), max(shown)
        while clock <= past:
            met = shown.get(clock, [change])
            if -120 < (met[0] - change) / timedelta(minutes=1) < 120:
                assert (wall.first(zone, clock), wall.last(zone, clock)) == (met[0], met[-1])
            clock += timedelta(minutes=1)


@pytest.mark.parametrize(
    ("alias", "modern"),
    [
        ("US/Eastern", "America/New_York"),
        ("EST5EDT", "America/New_York"),
        ("EST", "America/New_York"),
        ("PST8PDT", "America/Los_Angeles"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Iceland", "Atlantic/Reykjavik"),
    ],
)
def test_t4_a_deprecated_alias_is_refused_with_the_modern_name(alias: str, modern: str) -> None:
    with pytest.raises(BadZone, match=f"deprecated: write '{modern}'"):
        wall.zone(alias)
    assert wall.zone(modern).key == modern


def test_t4_an_unknown_zone_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(BadZone, match="did you mean 'America/New_York'"):
        wall.zone("america/new york")
    for name in ("", "Mars/Olympus", "../etc/passwd", "localtime", "Factory"):
        with pytest.raises(BadZone, match="unknown"):
            wall.zone(name)


def test_t4_zones_that_are_names_of_their_own_country_are_not_aliases() -> None:
    for name in ("Europe/Amsterdam", "Europe/Oslo", "America/Nassau", "UTC", "Etc/GMT+5"):
        assert wall.zone(name) == ZoneInfo(name)


def test_a_wall_clock_time_is_naive() -> None:
    with pytest.raises(ValueError, match="must be naive"):
        wall.first(wall.zone(NEW_YORK), datetime(2026, 1, 1, tzinfo=UTC))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _changes(zone: ZoneInfo) -> list[datetime]:
    """The instants in 2026 at which the zone's offset changes, found minute by minute."""
    found = []
    for hour in range(365 * 24):
        at = datetime(2026, 1, 1, tzinfo=UTC) + hour * HOUR
        if at.astimezone(zone).utcoffset() != (at + HOUR).astimezone(zone).utcoffset():
            minutes = (at + timedelta(minutes=minute) for minute in range(1, 61))
            before = at.astimezone(zone).utcoffset()
            found.append(next(m for m in minutes if m.astimezone(zone).utcoffset() != before))
    assert len(found) == 2
    return found
