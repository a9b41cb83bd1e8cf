"""A late step tells its owner once a working day, then the lead: twice by nobody, whatever dies."""

from __future__ import annotations

from threading import Barrier, Thread
from unittest.mock import patch

import pytest
from django.db import connections

from deskbell.guidance import late
from deskbell.guidance.beginning import begin
from deskbell.guidance.doing import mark_done
from deskbell.guidance.models import Onboarding, OnboardingEvent
from deskbell.guidance.planning import give, set_lead
from deskbell.guidance.tests.conftest import GO_LIVE, START, StepOf
from deskbell.lib.clock import moved_to
from deskbell.mail.models import OutboundMail
from deskbell.people.models import Contact, Notice
from tests.town import Town, at, build


def told_at(*times: str) -> list[list[str]]:
    """Who was told anew, by name, after the worker looked at each of these times."""
    found: list[list[str]] = []
    seen: set[str] = set()
    for time in times:
        with moved_to(at(time)):
            late.step()
        notices = {f"n{n.pk}": str(n.recipient) for n in Notice.objects.order_by("pk")}
        letters = OutboundMail.objects.filter(subject__startswith="Your onboarding")
        all_ = notices | {f"m{m.pk}": m.to_name for m in letters.order_by("pk")}
        found.append([name for key, name in all_.items() if key not in seen])
        seen |= set(all_)
    return found


def test_owners_hear_once_a_working_day_and_the_lead_from_the_second_on(
    town: Town, onboarding: Onboarding, step_of: StepOf
) -> None:
    mark_done(step_of("Kickoff call"), by=town.eve.person)
    told = told_at(
        "2026-11-04 12:00",  # the day on which contacts are due
        "2026-11-05 07:59",
        "2026-11-05 08:00",
        "2026-11-05 18:00",
        "2026-11-06 09:00",
        "2026-11-07 09:00",  # a Saturday
        "2026-11-11 09:00",  # Veterans Day
    )
    olivia, eve = "Olivia Ortiz", "Eve Engström"
    assert told == [[], [], [olivia], [], [eve, olivia], [], []]
    assert Notice.objects.get().path == f"/onboardings/{onboarding.pk}"


def test_one_mail_names_all_that_is_late_in_both_languages_and_leads_to_the_portal(
    town: Town, onboarding: Onboarding
) -> None:
    told_at("2026-11-10 09:00")
    letter = OutboundMail.objects.get(subject__startswith="Your onboarding")
    assert letter.to_address == "olivia@northvalley.example"
    for text in (letter.text, letter.html):
        assert "Allow the service in your network" in text
        assert "Permita el servicio en su red" in text
        assert "Kickoff call" not in text  # the team’s
        assert f"/portal/onboarding/{onboarding.pk}" in text
    notice = Notice.objects.get(recipient=town.eve)
    assert notice.text == "“Kickoff call” is late in the onboarding of North Valley"


def test_what_nobody_owns_is_told_to_its_side(
    town: Town, onboarding: Onboarding, step_of: StepOf
) -> None:
    mark_done(step_of("Name your contacts, and a number for emergencies"), by=town.olivia)
    give(step_of("Kickoff call"), None, by=town.ana.person)
    set_lead(onboarding, town.ben, by=town.ana.person)
    assert told_at("2026-11-03 09:00") == [["Ben Baker"]]


def test_a_step_of_someone_who_has_left_is_told_to_the_owners(
    town: Town, onboarding: Onboarding, step_of: StepOf
) -> None:
    mark_done(step_of("Kickoff call"), by=town.eve.person)
    give(
        step_of("Name your contacts, and a number for emergencies"), town.victor, by=town.ana.person
    )
    Contact.objects.filter(person=town.victor).delete()
    assert told_at("2026-11-05 09:00") == [["Olivia Ortiz"]]


def test_nothing_is_told_of_what_is_over(town: Town, onboarding: Onboarding) -> None:
    for step in onboarding.to_do:
        mark_done(step, by=town.eve.person)
    assert told_at("2026-12-30 09:00") == [[]]


def test_who_dies_before_the_commit_has_told_nothing(town: Town, onboarding: Onboarding) -> None:
    with (
        moved_to(at("2026-11-05 09:00")),
        patch.object(late, "notify", side_effect=SystemExit),  # as a kill would
        pytest.raises(SystemExit),
    ):
        late.tell_late(onboarding.pk)
    assert not OnboardingEvent.objects.filter(kind="reminded").exists()
    assert told_at("2026-11-05 09:00") == [["Eve Engström", "Olivia Ortiz"]]


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_it_once() -> None:
    town, start = build(), Barrier(2)
    with moved_to(at("2026-11-02 09:00")):
        begin(town.north_valley, starts_on=START, goes_live_on=GO_LIVE, lead=town.eve, by=town.ana)

    def work() -> None:
        with moved_to(at("2026-11-05 09:00")):
            start.wait()
            late.step()
        connections.close_all()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Notice.objects.count() == 1
    assert OutboundMail.objects.filter(subject__startswith="Your onboarding").count() == 1
