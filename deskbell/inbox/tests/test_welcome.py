"""The first run and the invitation, as the person with the link lives through them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from deskbell.people import sign_in as doors
from deskbell.people.models import Agent
from deskbell.sla.policies import ensure_default_policy
from tests.town import Town

pytestmark = pytest.mark.django_db

PASSWORD = "a brass bell rings"
FORM = {
    "name": "Ada Abara",
    "email": "ada@desk.example",
    "password": PASSWORD,
    "desk_name": "Harbor Help",
    "zone": "America/New_York",
}


@pytest.fixture
def first_page() -> str:
    """The address of the first run, on a desk with its policy."""
    ensure_default_policy()
    return f"/welcome/{doors.first_administrator_link()}"


def test_the_first_run_shows_the_promise_that_will_hold(first_page: str) -> None:
    """C7: the targets, and which holidays each coverage observes."""
    html = Client().get(first_page).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Urgent 24/7 15 min 30 min 1 h" in text
    assert "Low Business hours 11 h 22 h 55 h" in text
    assert "24/7 : observes no holidays" in text
    assert "24/5 : observes no holidays" in text
    assert "Business hours : closed on the US federal holidays" in text


def test_the_first_administrator_lands_in_an_inbox_that_says_what_to_do(first_page: str) -> None:
    browser = Client()
    assert browser.post(first_page, FORM)["Location"] == "/inbox"
    html = browser.get("/inbox").content.decode()
    assert "Harbor Help" in html
    assert "Try it: write to" in html


def test_a_refusal_keeps_what_was_typed_but_the_password(first_page: str) -> None:
    answer = Client().post(first_page, {**FORM, "password": "short"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "too short" in html
    assert "Harbor Help" in html
    assert 'value="ada@desk.example"' in html
    assert "short" not in re.findall(r'name="password"[^>]*value="([^"]*)"', html)


def test_a_link_opens_once_and_then_says_whom_to_ask(first_page: str) -> None:
    Client().post(first_page, FORM)
    for answer in (Client().get(first_page), Client().post(first_page, FORM)):
        assert answer.status_code == 404
        assert "Ask for a new one" in answer.content.decode()
    assert Agent.objects.count() == 1


def test_an_administrator_passes_an_invitation_on_by_hand(town: Town) -> None:
    ada = Client()
    ada.force_login(town.ada.person)
    form = {"name": "Ivy Ito", "email": "ivy@desk.example", "role": "agent"}
    html = ada.post("/team", form).content.decode()
    [path] = re.findall(r'value="[^"]+(/welcome/[^"]+)"', html)
    ivy = Client()
    page = ivy.get(path)
    assert "Ivy Ito" in page.content.decode()
    assert "What this desk promises" not in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert ivy.post(path, {"name": "Ivy Ito", "password": PASSWORD})["Location"] == "/inbox"
    assert ivy.get("/inbox").status_code == 200
    assert path not in ada.get("/team").content.decode()


def test_a_district_is_known_by_its_domains_from_then_on(town: Town) -> None:
    ada = Client()
    ada.force_login(town.ada.person)
    form = {
        "name": "Pine Hollow",
        "zone": "America/Denver",
        "domains": "pine.example, hollow.example",
    }
    assert ada.post("/districts", form)["Location"] == "/districts"
    html = ada.get("/districts").content.decode()
    for words in ["Pine Hollow", "Mountain", "pine.example, hollow.example"]:
        assert words in html
    answer = ada.post("/districts", {**form, "name": "Another"})
    assert "pine.example already belongs to Pine Hollow." in answer.content.decode()
