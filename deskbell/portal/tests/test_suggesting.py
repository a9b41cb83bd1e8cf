"""Articles beside a request that is being written: what fits, for whom, and what counts as saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from deskbell.helpcenter import missing, publishing
from deskbell.helpcenter.models import Collection, Edition, Face, Feedback, Section
from deskbell.lib.clock import moved_to
from deskbell.portal.tests.conftest import ClientOf
from deskbell.tickets.models import Ticket
from tests.town import Town, at

IN_FORM = {"HX-Request": "true"}


def published(
    town: Town, title: str, body: str = "Open the *directory*.\n", **more: Any
) -> Edition:
    section = Section.objects.first() or Section.objects.create(
        collection=Collection.objects.create(titles={"en": "Sign-in"}), titles={"en": "Passwords"}
    )
    edition = publishing.begin(section, language="en", title=title, body=body, by=town.ana, **more)
    publishing.publish(edition, by=None)
    return edition


@pytest.fixture
def olivia(town: Town, portal_of: ClientOf) -> Client:
    return portal_of(town.olivia)


def suggested(browser: Client, typed: str) -> str:
    return browser.get("/portal/suggestions", {"subject": typed}).content.decode()


def test_articles_come_up_while_the_subject_is_typed(town: Town, olivia: Client) -> None:
    published(town, "Reset a password")
    assert "Reset a password" in suggested(olivia, "i forgot my passw")
    assert "Reset a password" not in suggested(olivia, "pa")  # too little to tell
    assert suggested(olivia, "giraffe").strip() == ""
    form = olivia.get("/portal/new").content.decode()
    assert 'hx-get="/portal/suggestions"' in form


def test_an_article_is_read_in_the_form_or_on_a_page_of_its_own(town: Town, olivia: Client) -> None:
    path = f"/portal/articles/{published(town, 'Reset a password').article_id}"
    part = olivia.get(path, headers=IN_FORM).content.decode()
    assert "<em>directory</em>" in part and "<html" not in part
    assert "<form" not in part  # it stands in one
    page = olivia.get(path).content.decode()
    assert "<em>directory</em>" in page and "<h1" in page


def test_each_district_finds_its_own_and_nobody_the_teams(
    town: Town, olivia: Client, portal_of: ClientOf
) -> None:
    theirs = published(
        town, "Password of North Valley", audience="district", district=town.north_valley
    )
    inside = published(town, "Password of the vault", audience="agents")
    strangers = portal_of(town.sam)
    assert "North Valley" in suggested(olivia, "password")
    for browser, edition in ((strangers, theirs), (strangers, inside), (olivia, inside)):
        assert edition.title not in suggested(browser, "password")
        path = f"/portal/articles/{edition.article_id}"
        assert browser.get(path).status_code == 404
        assert browser.post(f"{path}/answer").status_code == 404
    assert not Feedback.objects.exists()


def test_this_answered_it_counts_as_a_saved_request_once_a_day(town: Town, olivia: Client) -> None:
    article = published(town, "Reset a password").article_id
    with moved_to(at("2026-11-19 10:00")):
        for _ in range(2):
            part = olivia.post(f"/portal/articles/{article}/answer", headers=IN_FORM)
            assert "Nothing was sent" in part.content.decode()
        assert missing.saved() == 1
    told = Feedback.objects.get()
    assert (told.face, told.saved) == (Face.HAPPY, True)
    assert not Ticket.objects.exists()


def test_the_team_reads_how_many_were_saved(town: Town, olivia: Client) -> None:
    agent = Client()
    agent.force_login(town.ana.person)
    assert "had begun a request" not in agent.get("/articles/missing").content.decode()
    article = published(town, "Reset a password").article_id
    olivia.post(f"/portal/articles/{article}/answer")
    assert "1 person had begun a request" in agent.get("/articles/missing").content.decode()


def test_the_words_are_those_of_the_reader(town: Town, olivia: Client) -> None:
    published(town, "Reset a password")
    olivia.cookies["portal-language"] = "es"
    assert "Quizá esto ya lo responde" in suggested(olivia, "password")
