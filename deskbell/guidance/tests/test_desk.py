"""The team's screens: the list with late ones first, the page of one, the template's form, the table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.guidance.beginning import begin
from deskbell.guidance.doing import mark_done
from deskbell.guidance.models import Onboarding, Step
from deskbell.guidance.standard import STEPS
from deskbell.guidance.template import FIELDS, current, steps_of
from deskbell.guidance.tests.conftest import GO_LIVE, START, StepOf
from deskbell.lib.clock import moved_to
from deskbell.people.models import Agent, District
from tests.town import Town, at

BrowserOf = Callable[[Agent], Client]
NOON = at("2026-11-16 12:00")  # five steps should be done by then


@pytest.fixture
def browser(town: Town, browser_of: BrowserOf) -> Client:
    return browser_of(town.ana)


def test_an_agent_begins_one_and_is_led_to_its_steps(town: Town, browser: Client) -> None:
    form = {
        "district": town.south_ridge.pk,
        "starts_on": "2026-11-02",
        "goes_live_on": "2026-12-07",
        "lead": town.eve.pk,
    }
    with moved_to(at("2026-11-02 09:00")):
        page = browser.post("/onboardings/new", form, follow=True).content.decode()
    assert "Onboarding of South Ridge" in page and "0 of 12" in page
    assert "<strong>Ana Alvarez</strong> began it: start Mon, Nov 2, go-live Mon, Dec 7" in page


def test_the_list_of_districts_leads_to_the_onboarding_or_to_its_beginning(
    town: Town, onboarding: Onboarding, browser: Client
) -> None:
    links = re.findall(
        r"/onboardings/new\?district=\d+", browser.get("/districts").content.decode()
    )
    north, south = (
        f"/onboardings/new?district={d.pk}" for d in (town.north_valley, town.south_ridge)
    )
    assert {north, south} == set(links)
    assert browser.get(north)["Location"] == f"/onboardings/{onboarding.pk}"
    chosen = f'<option value="{town.south_ridge.pk}" selected>'
    assert chosen in browser.get(south).content.decode()


def test_late_ones_come_first_with_what_is_next(
    town: Town, onboarding: Onboarding, browser: Client, step_of: StepOf
) -> None:
    with moved_to(at("2026-11-02 09:00")):
        begin(
            town.south_ridge,
            starts_on=date(2026, 11, 16),
            goes_live_on=date(2026, 12, 21),
            lead=town.ben,
            by=town.ana,
        )
    with moved_to(NOON):
        page = browser.get("/onboardings").content.decode()
    assert re.findall(r"(North Valley|South Ridge)</a>", page) == ["North Valley", "South Ridge"]
    assert ">5 late<" in page and "Kickoff call" in page
    with moved_to(NOON):
        for step in onboarding.to_do.filter(due_on__lte=NOON.date()):
            mark_done(step, by=town.eve.person)
        page = browser.get("/onboardings").content.decode()
    assert " late<" not in page and "6 of 12" in page
    assert re.findall(r"(North Valley|South Ridge)</a>", page) == ["South Ridge", "North Valley"]


def test_the_list_asks_as_many_questions_for_many_as_for_one(
    town: Town, onboarding: Onboarding, browser: Client
) -> None:
    def asked() -> int:
        with moved_to(NOON), CaptureQueriesContext(connection) as queries:
            assert browser.get("/onboardings").status_code == 200
        return len(queries)

    asked()
    few = asked()
    for number in range(5):
        district = District.objects.create(name=f"District {number}")
        with moved_to(at("2026-11-02 09:00")):
            begin(district, starts_on=START, goes_live_on=GO_LIVE, lead=town.eve, by=town.ana)
    assert asked() == few


def test_what_was_done_is_said_with_the_way_back(
    town: Town, browser: Client, step_of: StepOf
) -> None:
    step = step_of("Kickoff call")
    base = f"/onboardings/{step.onboarding_id}"
    page = browser.post(f"{base}/steps/{step.pk}/done", {"note": "All there"}, follow=True)
    shown = page.content.decode()
    assert "marked “Kickoff call” as done" in shown and "All there" in shown
    undo = re.search(r'action="([^"]+/undo)"', shown)
    assert undo
    shown = browser.post(undo[1], follow=True).content.decode()
    assert "took back that “Kickoff call” is done" in shown
    assert not step_of("Kickoff call").is_done


def test_a_refusal_is_said_in_its_form(town: Town, browser: Client, step_of: StepOf) -> None:
    step = step_of("Kickoff call")
    address = f"/onboardings/{step.onboarding_id}/steps/{step.pk}/due"
    answer = browser.post(address, {"due_on": "2026-11-26"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422 and "no working day of North Valley" in answer.content.decode()


def test_a_step_of_another_onboarding_is_not_found(
    town: Town, onboarding: Onboarding, browser: Client
) -> None:
    with moved_to(at("2026-11-02 09:00")):
        other = begin(
            town.south_ridge, starts_on=START, goes_live_on=GO_LIVE, lead=town.eve, by=town.ana
        )
    step = Step.objects.filter(onboarding=other).first()
    assert step
    assert browser.post(f"/onboardings/{onboarding.pk}/steps/{step.pk}/done").status_code == 404


def test_an_administrator_writes_the_template_and_goes_back(
    town: Town, browser_of: BrowserOf
) -> None:
    administrator = browser_of(town.ada)
    form = {name: [str(getattr(step, name)) for step in steps_of(None)] + [""] for name in FIELDS}
    form["title"][1], form["days"][0] = "", "-3"  # one left out; another moved
    form["side"][-1], form["anchor"][-1], form["days"][-1] = "team", "start", "0"
    form["title"][0] = "Say hello"
    shown = administrator.post("/onboardings/template", form, follow=True).content.decode()
    assert "Say hello" in shown and "Ada Abara wrote it" in shown
    titles = [step.title for step in steps_of(current())]
    assert titles[0] == "Say hello" and len(titles) == len(STEPS) - 1
    shown = administrator.post("/onboardings/template/undo", follow=True).content.decode()
    assert "Say hello" not in shown and "wrote it" not in shown


@pytest.mark.parametrize("days", ["soon", "1.5", "300", "--1", ""])
def test_days_that_are_none_are_refused_with_the_step(
    town: Town, browser_of: BrowserOf, days: str
) -> None:
    form = dict.fromkeys(FIELDS, "x") | {"title": "Dance", "side": "team", "anchor": "start"}
    answer = browser_of(town.ada).post("/onboardings/template", {**form, "days": days})
    assert answer.status_code == 422
    assert "“Dance”: give whole working days" in answer.content.decode()


def test_the_table_has_a_line_for_each_step_and_no_formula(
    town: Town, onboarding: Onboarding, browser: Client, step_of: StepOf
) -> None:
    with moved_to(NOON):
        mark_done(step_of("Kickoff call"), note="=1+1", by=town.eve.person)
        answer = browser.get("/onboardings.csv")
        assert hasattr(answer, "streaming_content")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(STEPS)
    first = rows[0]
    assert (first["District"], first["Step"], first["State"]) == (
        "North Valley",
        "Kickoff call",
        "Done",
    )
    assert (first["Done on"], first["Done by"], first["Note"]) == (
        "2026-11-16",
        "Eve Engström",
        "'=1+1",
    )
    assert [row["State"] for row in rows].count("Late") == 4
