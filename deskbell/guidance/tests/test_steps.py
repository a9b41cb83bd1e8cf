"""Implementation guidance (P9): the template makes steps; all that is done to them can be taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from deskbell.guidance import template
from deskbell.guidance.beginning import begin
from deskbell.guidance.doing import end, mark_done, reopen, resume
from deskbell.guidance.models import Onboarding, OnboardingEvent, Side
from deskbell.guidance.planning import add, give, move, remove, set_due, set_lead
from deskbell.guidance.standard import STEPS
from deskbell.guidance.tests.conftest import GO_LIVE, START, StepOf
from deskbell.guidance.undoing import undo
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from tests.town import Town, at


def days_of(onboarding: Onboarding) -> dict[str, date]:
    return dict(onboarding.steps.filter(removed_at=None).values_list("title", "due_on"))


def kinds(onboarding: Onboarding) -> list[str]:
    return [event.kind for event in OnboardingEvent.objects.filter(onboarding=onboarding)]


def test_the_template_makes_steps_with_owners_and_working_days(
    town: Town, onboarding: Onboarding
) -> None:
    days = days_of(onboarding)
    assert len(days) == len(STEPS)
    assert days["Kickoff call"] == START
    assert days["Share rosters and set up single sign-on"] == date(2026, 11, 9)
    assert days["Check sign-in and network from a school"] == date(
        2026, 11, 13
    )  # after Veterans Day
    assert days["Train the teachers"] == date(2026, 11, 30)
    assert days["Go live"] == GO_LIVE
    assert days["Two-week check"] == date(2026, 12, 21)
    owners = set(onboarding.steps.values_list("side", "owner__name"))
    assert owners == {(Side.TEAM, "Eve Engström"), (Side.DISTRICT, "Olivia Ortiz")}


def test_a_short_onboarding_has_no_step_before_its_start(town: Town) -> None:
    with moved_to(at("2026-11-02 09:00")):
        short = begin(
            town.south_ridge,
            starts_on=date(2026, 11, 3),
            goes_live_on=date(2026, 11, 6),
            lead=town.eve,
            by=town.ana,
        )
    assert min(days_of(short).values()) == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("start", "live", "told"),
    [
        (date(2026, 12, 7), date(2026, 12, 7), "after the start"),
        (date(2026, 12, 7), date(2031, 1, 6), "within two years"),
        (date(2026, 12, 7), date(2027, 1, 11), "goes on already"),
    ],
)
def test_what_can_not_begin_is_refused(
    town: Town, onboarding: Onboarding, start: date, live: date, told: str
) -> None:
    with moved_to(at("2026-11-02 09:00")), pytest.raises(Refused, match=told):
        begin(town.north_valley, starts_on=start, goes_live_on=live, lead=town.eve, by=town.ana)


def test_a_step_is_done_with_a_note_and_is_not_after_all(town: Town, step_of: StepOf) -> None:
    event = mark_done(step_of("Kickoff call"), note="Went well", by=town.eve.person)
    done = step_of("Kickoff call")
    assert (done.is_done, done.done_by, done.note) == (True, town.eve.person, "Went well")
    with pytest.raises(Refused, match="done already"):
        mark_done(done, by=town.ana.person)

    undo(done.onboarding, event.sequence, by=town.ana.person)

    again = step_of("Kickoff call")
    assert (again.is_done, again.done_by, again.note) == (False, None, "")
    assert kinds(done.onboarding) == ["begun", "done", "reopened"]
    with pytest.raises(Refused, match="not done"):
        reopen(again, by=town.ana.person)


def test_with_its_last_step_it_is_complete_and_goes_on_when_that_is_taken_back(
    town: Town, onboarding: Onboarding
) -> None:
    for step in onboarding.to_do:
        last = mark_done(step, by=town.eve.person)
    onboarding.refresh_from_db()
    assert onboarding.ended_at and kinds(onboarding)[-1] == "ended"
    undo(onboarding, last.sequence, by=town.eve.person)
    onboarding.refresh_from_db()
    assert onboarding.is_going_on


def test_moving_the_days_moves_what_is_not_done_and_undo_moves_it_back(
    town: Town, onboarding: Onboarding, step_of: StepOf
) -> None:
    mark_done(step_of("Train the teachers"), by=town.eve.person)
    before = days_of(onboarding)
    with moved_to(at("2026-11-20 09:00")):
        event = move(
            onboarding, starts_on=START, goes_live_on=date(2026, 12, 14), by=town.ana.person
        )
    after = days_of(onboarding)
    assert {title for title in before if before[title] != after[title]} == {
        "Accompany the pilot class",
        "Tell your schools",
        "Agree to go live",
        "Go live",
        "Two-week check",
    }
    assert after["Agree to go live"] == date(2026, 12, 11)
    assert event.data["moved"] == 5

    with moved_to(at("2026-11-21 09:00")):
        undo(onboarding, event.sequence, by=town.ana.person)
    assert days_of(onboarding) == before


def test_a_steps_own_day_keeps_its_distance_when_all_move(
    town: Town, onboarding: Onboarding, step_of: StepOf
) -> None:
    with moved_to(at("2026-11-20 09:00")):
        event = set_due(step_of("Train the teachers"), date(2026, 12, 2), by=town.ana.person)
        move(onboarding, starts_on=START, goes_live_on=date(2026, 12, 14), by=town.ana.person)
    assert step_of("Train the teachers").due_on == date(2026, 12, 9)
    with pytest.raises(Refused, match="changed again"):
        undo(onboarding, event.sequence, by=town.ana.person)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 11, 26), "Thu, Nov 26 is no working day of North Valley"),
        (date(2026, 10, 30), "from the start on"),
        (date(2028, 11, 1), "within a year"),
    ],
)
def test_no_step_is_due_on_a_day_off_or_out_of_reach(
    town: Town, step_of: StepOf, day: date, told: str
) -> None:
    with pytest.raises(Refused, match=told):
        set_due(step_of("Train the teachers"), day, by=town.ana.person)


def test_each_side_owns_its_own_steps(town: Town, onboarding: Onboarding, step_of: StepOf) -> None:
    event = give(step_of("Choose a pilot class"), town.victor, by=town.ana.person)
    assert step_of("Choose a pilot class").owner == town.victor
    for title, person in (
        ("Choose a pilot class", town.ana.person),
        ("Choose a pilot class", town.sam),  # of the other district
        ("Choose a pilot class", town.tess),  # without a place
        ("Go live", town.olivia),
    ):
        with pytest.raises(Refused, match="can’t do this step"):
            give(step_of(title), person, by=town.ana.person)
    undo(onboarding, event.sequence, by=town.ana.person)
    assert step_of("Choose a pilot class").owner == town.olivia


def test_everything_else_that_was_done_can_be_taken_back_as_well(
    town: Town, onboarding: Onboarding, step_of: StepOf
) -> None:
    by: dict[str, Any] = {"by": town.ana.person}
    before = days_of(onboarding)
    led = set_lead(onboarding, town.ben, **by)
    added = add(
        onboarding, "Label the carts", text="", side="district", day=date(2026, 11, 30), **by
    )
    removed = remove(step_of("Go live"), **by)
    ended = end(onboarding, **by)
    with pytest.raises(Refused, match="over"):
        mark_done(step_of("Label the carts"), **by)
    for event in (ended, removed, added, led):
        undo(onboarding, event.sequence, **by)
    onboarding.refresh_from_db()
    assert onboarding.is_going_on and onboarding.lead == town.eve
    assert days_of(onboarding) == before
    with pytest.raises(Refused, match="can’t be taken back"):
        undo(onboarding, 1, **by)


def test_an_old_one_does_not_go_on_beside_a_new_one(town: Town, onboarding: Onboarding) -> None:
    end(onboarding, by=town.ana.person)
    with moved_to(at("2026-11-20 09:00")):
        begin(town.north_valley, starts_on=START, goes_live_on=GO_LIVE, lead=town.eve, by=town.ana)
    with pytest.raises(Refused, match="goes on already"):
        resume(onboarding, by=town.ana.person)


def test_another_template_holds_for_the_next_one_alone(town: Town, onboarding: Onboarding) -> None:
    call = template.steps_of(None)[0]
    template.save([call], by=town.ada)
    with moved_to(at("2026-11-02 09:00")):
        small = begin(
            town.south_ridge, starts_on=START, goes_live_on=GO_LIVE, lead=town.eve, by=town.ana
        )
    assert list(days_of(small)) == ["Kickoff call"]
    assert len(days_of(onboarding)) == len(STEPS)
    template.go_back()
    assert len(template.steps_of(template.current())) == len(STEPS)
    with pytest.raises(Refused, match="nothing to take back"):
        template.go_back()
