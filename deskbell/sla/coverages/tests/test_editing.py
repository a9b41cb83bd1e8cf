"""Each edit is checked, makes the versions that follow, moves no open ticket, and can be undone (C1, K9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.people.models import Person
from deskbell.sla.coverages import dated, making, public_holidays, schools
from deskbell.sla.coverages.consequences import rehearse
from deskbell.sla.coverages.editing import remove, undo
from deskbell.sla.coverages.schools import Day
from deskbell.sla.freezing import snapshot
from deskbell.sla.models import Clock, Coverage, CoverageEdit, HolidayCalendar, PolicyVersion
from deskbell.sla.policies import current_version, policy_of
from deskbell.sla.verify import differences
from deskbell.tickets.models import Ticket
from tests.town import Town, at

WEEK = {"mon": [["08:00", "12:00"], ["13:00", "19:00"]], "tue": [["22:00", "06:00"]]}
BREAK = Day(date(2026, 12, 21), date(2027, 1, 1), [], "Winter break")
SHORT = Day(date(2026, 11, 25), date(2026, 11, 25), [["08:00", "12:00"]], "Early dismissal")

EDITS: dict[str, Callable[[Coverage, str, Person], CoverageEdit]] = {
    "week": lambda c, why, by: making.set_week(c, "America/Chicago", WEEK, reason=why, by=by),
    "name": lambda c, why, by: making.rename(c, "Office hours", reason=why, by=by),
    "closed": lambda c, why, by: dated.add_exception(
        c, date(2026, 11, 19), date(2026, 11, 20), [], "Snow", reason=why, by=by
    ),
    "opening": lambda c, why, by: dated.add_exception(
        c, date(2026, 11, 21), date(2026, 11, 21), [["09:00", "12:00"]], "Fair", reason=why, by=by
    ),
    "holidays": lambda c, why, by: public_holidays.observe(
        c, "US", "TX", ["Good Friday"], reason=why, by=by
    ),
    "no holidays": lambda c, why, by: public_holidays.stop_observing(
        HolidayCalendar.objects.get(), reason=why, by=by
    ),
    "school": lambda c, why, by: schools.import_calendar(
        c, "North Valley 2026-27", [BREAK, SHORT], reason=why, by=by
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_makes_a_version_moves_no_ticket_and_can_be_undone_k9(
    name: str, hours: Coverage, ticket: Ticket, max_: Person
) -> None:
    before, due = snapshot(hours), Clock.objects.get(ticket=ticket).due_at
    with moved_to(at("2026-11-19 10:00")):
        edited = EDITS[name](hours, "As agreed", max_)
        version = current_version()
        assert (version.number, version.made_by) == (2, max_)
        assert edited.said in version.reason and version.reason.endswith("As agreed")
        assert list(edited.versions.all()) == [version]
        assert Clock.objects.get(ticket=ticket).due_at == due
        assert list(differences()) == []
        undone = undo(edited, by=max_)
        assert snapshot(Coverage.objects.get(pk=hours.pk)) == before
        assert current_version().document == PolicyVersion.objects.get(number=1).document
        assert list(differences()) == []
        assert undone.said == f"Undone: {edited.said}"
        undo(undone, by=max_)
        assert current_version().document == version.document


@pytest.mark.parametrize("name", EDITS)
def test_a_rehearsal_tells_and_changes_nothing(
    name: str, hours: Coverage, ticket: Ticket, max_: Person
) -> None:
    before = snapshot(hours)
    with moved_to(at("2026-11-19 10:00")):
        told = rehearse(lambda why: EDITS[name](hours, why, max_))
    assert [version.number for version in told.versions] == [2]
    assert told.open_tickets == 1
    assert snapshot(Coverage.objects.get(pk=hours.pk)) == before
    assert current_version().number == 1
    assert not CoverageEdit.objects.exists()


def test_a_rehearsal_of_a_span_tells_the_covered_hours_before_and_after(
    hours: Coverage, max_: Person
) -> None:
    span = (date(2026, 11, 18), date(2026, 11, 20))
    with moved_to(at("2026-11-10 10:00")):
        told = rehearse(lambda why: EDITS["closed"](hours, why, max_), span=span)
    assert (told.was, told.now) == (timedelta(hours=33), timedelta(hours=11))
    assert told.difference == timedelta(hours=-22)
    (change,) = told.changes
    assert (change.days, change.was, change.now, change.name) == (
        "Nov 19 to Nov 20, 2026",
        "8:00 am to 7:00 pm",
        "closed",
        "Snow",
    )


@pytest.mark.parametrize(
    ("zone", "week", "sentence"),
    [
        ("US/Eastern", WEEK, "deprecated: write 'America/New_York'"),
        ("Mars/Olympus", WEEK, "is unknown"),
        ("America/New_York", {}, "never opens"),
        ("America/New_York", {"mon": [["08:00", "12:00"], ["11:00", "13:00"]]}, "overlap"),
        ("America/New_York", {"mon": [["22:00", "06:00"]], "tue": [["05:00", "9:00"]]}, "no|not a"),
        ("America/New_York", {"mon": [["22:00", "06:00"]], "tue": [["05:00", "09:00"]]}, "overlap"),
    ],
)
def test_hours_that_can_not_be_kept_are_refused_and_nothing_changes_c1_c5(
    zone: str, week: dict[str, list[list[str]]], sentence: str, hours: Coverage, max_: Person
) -> None:
    with pytest.raises(Refused, match=sentence):
        making.set_week(hours, zone, week, reason="Why not", by=max_)
    with pytest.raises(Refused, match=sentence):
        making.make("Another", zone, week, by=max_)
    assert current_version().number == 1
    assert Coverage.objects.get(pk=hours.pk).windows == hours.windows


def test_an_edit_needs_a_reason_and_a_difference(hours: Coverage, max_: Person) -> None:
    with pytest.raises(Refused, match="why"):
        EDITS["closed"](hours, " \n", max_)
    with pytest.raises(Refused, match="nothing would change"):
        making.set_week(hours, hours.zone, hours.windows, reason="Again", by=max_)


def test_a_summer_of_eleven_weeks_is_one_row_and_covers_nothing(
    hours: Coverage, max_: Person
) -> None:
    summer = (date(2026, 6, 15), date(2026, 8, 30))
    with moved_to(at("2026-05-01 09:00")):
        told = rehearse(
            lambda why: dated.add_exception(hours, *summer, [], "Summer", reason=why, by=max_)
        )
        assert [(c.days, c.was, c.now, c.name) for c in told.changes] == [
            ("Jun 15 to Aug 30, 2026", "8:00 am to 7:00 pm", "closed", "Summer")
        ]
    dated.add_exception(hours, *summer, [], "Summer", reason="School is out", by=max_)
    assert hours.exceptions.count() == 1
    policy = policy_of(current_version()).coverages["business_hours"]
    assert policy.between(at("2026-06-15 00:00"), at("2026-08-31 00:00")) == timedelta(0)
    assert policy.add(at("2026-06-12 18:00"), timedelta(hours=2)) == at("2026-08-31 09:00")
    with moved_to(at("2026-05-01 09:00")):
        row = hours.exceptions.get()
        told = rehearse(lambda why: dated.remove_exception(row, reason=why, by=max_))
        assert next((c.days, c.now, c.name) for c in told.changes) == (
            "Jun 15 to Aug 30, 2026",
            "8:00 am to 7:00 pm",
            "Juneteenth National Independence Day, Independence Day (observed), Independence Day",
        )


def test_what_is_made_by_hand_overrules_a_school_calendar_and_both_a_holiday_c7(
    hours: Coverage, max_: Person
) -> None:
    thanksgiving = date(2026, 11, 26)
    school = Day(thanksgiving, thanksgiving, [["08:00", "10:00"]], "Parade")
    schools.import_calendar(hours, "School", [school], reason="Theirs", by=max_)
    assert current_version().document["coverages"]["business_hours"]["exceptions"][
        "2026-11-26"
    ] == {
        "windows": [["08:00", "10:00"]],
        "name": "Parade",
    }
    dated.add_exception(hours, thanksgiving, thanksgiving, [], "By hand", reason="Ours", by=max_)
    later = school._replace(name="Parade, moved")
    schools.import_calendar(hours, "School", [later], reason="Theirs, again", by=max_)
    frozen = current_version().document["coverages"]["business_hours"]["exceptions"]
    assert frozen["2026-11-26"] == {"windows": [], "name": "By hand"}


def test_who_works_on_a_holiday_works_on_the_day_on_which_it_is_observed_too_c7(
    hours: Coverage, max_: Person
) -> None:
    with moved_to(at("2026-01-05 09:00")):
        public_holidays.observe(hours, "US", "", ["Independence Day"], reason="We work", by=max_)
        frozen = current_version().document["coverages"]["business_hours"]["exceptions"]
    assert {"2026-07-03", "2026-07-04"}.isdisjoint(frozen)
    assert frozen["2026-11-26"]["name"] == "Thanksgiving Day"


def test_places_that_the_library_does_not_know_are_refused_c7(
    hours: Coverage, max_: Person
) -> None:
    for country, state in (("XX", ""), ("", ""), ("US", "Narnia"), ("US", "TX\x00")):
        with pytest.raises(Refused, match="Choose a"):
            public_holidays.observe(hours, country, state, [], reason="Why", by=max_)
    assert public_holidays.place_name("US", "TX") == "Texas, United States"


def test_another_issue_of_a_school_calendar_replaces_the_first(
    hours: Coverage, max_: Person
) -> None:
    schools.import_calendar(hours, "School", [BREAK, SHORT], reason="New", by=max_)
    later = BREAK._replace(last=date(2027, 1, 4))
    changes = schools.compared(hours, "School", [later, SHORT])
    assert (changes.added, changes.dropped, changes.same) == ([later], [BREAK], 1)
    edited = schools.import_calendar(hours, "School", [later, SHORT], reason="Newer", by=max_)
    assert edited.said == "School calendar School: 1 added, 1 dropped"
    assert hours.calendars.count() == 1
    assert schools.days_of(hours, "School") == [SHORT, later]


def test_a_coverage_that_a_promise_counts_in_stays(hours: Coverage, max_: Person) -> None:
    with pytest.raises(Refused, match="Promises of Standard Support count in"):
        remove(hours, by=max_)


def test_one_that_no_promise_counts_in_goes_and_can_come_back(town: Town, max_: Person) -> None:
    made = making.make("Night", "America/Denver", WEEK, district=town.north_valley, by=max_)
    night = made.coverage
    assert night is not None and night.key == "night"
    dated.add_exception(night, date(2026, 6, 1), date(2026, 8, 1), [], "Out", reason="-.", by=max_)
    before = snapshot(night)
    removed = remove(night, by=max_)
    assert not Coverage.objects.filter(key="night").exists()
    undo(removed, by=max_)
    assert snapshot(Coverage.objects.get(key="night")) == before
    assert current_version().number == 1


def test_an_edit_is_not_undone_over_a_later_one(hours: Coverage, max_: Person) -> None:
    first = EDITS["closed"](hours, "One", max_)
    EDITS["opening"](hours, "Two", max_)
    with pytest.raises(Refused, match="later change"):
        undo(first, by=max_)


def test_names_are_one_of_each_and_keys_stay(hours: Coverage, max_: Person) -> None:
    with pytest.raises(Refused, match="already"):
        making.make("business HOURS", "America/New_York", WEEK, by=max_)
    making.rename(hours, "Office", reason="Shorter", by=max_)
    again = making.make("Business hours", "America/New_York", WEEK, by=max_).coverage
    assert again is not None and again.key == "business_hours_2"
