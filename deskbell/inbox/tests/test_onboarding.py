"""In a ticket's side panel: how far the onboarding of its district is, and which step was asked about."""

from __future__ import annotations

from datetime import date

from django.test import Client

from deskbell.guidance.asking import ask
from deskbell.guidance.beginning import begin
from deskbell.guidance.doing import mark_done
from deskbell.guidance.models import Onboarding
from deskbell.lib.clock import moved_to
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at


def beside(browser: Client, ticket: Ticket) -> str:
    return browser.get(f"/tickets/{ticket.number}/beside").content.decode()


def begun(town: Town) -> Onboarding:
    return begin(
        town.north_valley,
        starts_on=date(2026, 11, 2),
        goes_live_on=date(2026, 12, 7),
        lead=town.eve,
        by=town.ana,
    )


def test_it_says_how_far_the_district_is_and_leads_there(town: Town, browser: Client) -> None:
    with moved_to(at("2026-11-09 09:00")):
        onboarding = begun(town)
        mark_done(onboarding.steps.get(title="Kickoff call"), by=town.eve.person)
        ticket = open_for_customer("Rosters", Words("How?"), requester=town.olivia)
        elsewhere = open_for_customer("Rosters", Words("How?"), requester=town.sam)
        shown = beside(browser, ticket)
        assert f"/onboardings/{onboarding.pk}" in shown
        assert "1 of 12 steps done" in shown and "1 late" in shown
        assert "Next: Name your contacts, and a number for emergencies, Wed, Nov 4" in shown
        assert "Onboarding" not in beside(browser, elsewhere)


def test_a_question_leads_to_its_step(town: Town, browser: Client) -> None:
    with moved_to(at("2026-11-09 09:00")):
        step = begun(town).steps.get(title="Choose a pilot class")
        words = Words("Sixth grade?", door=Channel.PORTAL)
        ticket = ask(step, "Which class?", words, requester=town.olivia)
        assert f"#step-{step.pk}" in beside(browser, ticket)
        page = browser.get(f"/tickets/{ticket.number}").content.decode()
        assert "opened the ticket; a question about a step of their onboarding" in page
