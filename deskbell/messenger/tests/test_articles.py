"""Help first: the help center inside the bubble, and nothing in it that its reader may not read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.helpcenter import publishing
from deskbell.helpcenter.models import Audience, Collection, Edition, Search, Section
from deskbell.messenger.tests.conftest import Bubble, Portal
from deskbell.messenger.trees import tree_of
from deskbell.people.models import District
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.models import Ticket
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town

EVERYONE, DISTRICTS = "Print at school", "Print invoices"
NORTH, SOUTH, TEAM = "Print in North Valley", "Print in South Ridge", "Print secrets"


@pytest.fixture
def shelf(town: Town) -> dict[str, Edition]:
    """An article about printing for each audience, by title."""
    collection = Collection.objects.create(titles={"en": "Using apps"})
    section = Section.objects.create(collection=collection, titles={"en": "Printing"})

    def publish(title: str, audience: str, district: District | None = None) -> Edition:
        edition = publishing.begin(
            section,
            language="en",
            title=title,
            summary="What to press",
            body="Press *Print*.\n",
            by=town.ana,
            audience=audience,
            district=district,
        )
        publishing.publish(edition, by=None)
        return edition

    return {
        EVERYONE: publish(EVERYONE, Audience.EVERYONE),
        DISTRICTS: publish(DISTRICTS, Audience.DISTRICTS),
        NORTH: publish(NORTH, Audience.DISTRICT, town.north_valley),
        SOUTH: publish(SOUTH, Audience.DISTRICT, town.south_ridge),
        TEAM: publish(TEAM, Audience.AGENTS),
    }


def found(tab: Bubble, text: str, more: str = "") -> set[str]:
    status, told = tab.get(f"articles?q={text}&lang=en{more}")
    assert status == 200
    return {each["title"] for each in told["articles"]}


def opened(tab: Bubble, shelf: dict[str, Edition]) -> set[str]:
    return {
        title
        for title, edition in shelf.items()
        if tab.get(f"articles/{edition.named}?lang=en")[0] == 200
    }


def test_who_has_said_nothing_yet_finds_what_is_for_everyone(
    shelf: dict[str, Edition], new_bubble: Any
) -> None:
    looking = Bubble(Client())
    looking.token = ""
    for tab in (looking, new_bubble().begin()):
        assert found(tab, "prin") == {EVERYONE}  # while it is being typed
        assert opened(tab, shelf) == {EVERYONE}


def test_a_signed_identity_opens_what_is_for_its_district_and_nothing_else(
    shelf: dict[str, Edition], portal: Portal
) -> None:
    for mia in (
        portal.tab(district="North Valley"),
        portal.tab("x", email="x@northvalley.example"),
    ):
        assert found(mia, "print") == {EVERYONE, DISTRICTS, NORTH}
        assert opened(mia, shelf) == {EVERYONE, DISTRICTS, NORTH}
    nobody = portal.tab("nobody")
    assert found(nobody, "print") == opened(nobody, shelf) == {EVERYONE}


def test_an_address_that_a_visitor_leaves_opens_nothing(
    shelf: dict[str, Edition], bubble: Bubble
) -> None:
    assert bubble.post("address", {"address": "olivia@northvalley.example"})[0] == 200
    assert found(bubble, "print") == opened(bubble, shelf) == {EVERYONE}


def test_an_agents_own_session_in_the_desk_opens_nothing_more(
    shelf: dict[str, Edition], town: Town
) -> None:
    browser = Client()
    browser.force_login(town.ana.person)
    told = browser.get("/bubble/articles?q=print").json()
    assert [each["title"] for each in told["articles"]] == [EVERYONE]


def test_an_article_comes_as_names_and_texts(shelf: dict[str, Edition], bubble: Bubble) -> None:
    told = bubble.get(f"articles/{shelf[EVERYONE].named}")[1]
    assert (told["title"], told["lang"]) == (EVERYONE, "en")
    assert told["body"] == [["p", {}, "Press ", ["em", {}, "Print"], "."]]
    assert told["path"] == f"/help/articles/{shelf[EVERYONE].named}"


def test_one_that_is_not_there_and_one_that_is_not_theirs_look_alike(
    shelf: dict[str, Edition], bubble: Bubble
) -> None:
    hidden = bubble.get(f"articles/{shelf[TEAM].named}")
    assert hidden == bubble.get("articles/999-nothing") == bubble.get("articles/nothing")
    assert hidden[0] == 404 and "no such article" in hidden[1]["error"]


def test_what_is_asked_to_the_end_in_vain_stays_known(
    shelf: dict[str, Edition], bubble: Bubble
) -> None:
    found(bubble, "hologram")
    assert not Search.objects.exists()
    found(bubble, "hologram", "&asked")
    assert Search.objects.get().words == "hologram" and Search.objects.get().found == 0


def test_the_teams_links_to_articles_come_as_cards_to_those_who_may_read_them(
    shelf: dict[str, Edition], portal: Portal, town: Town
) -> None:
    mia = portal.tab(district="North Valley")
    mia.say("How do I print?")
    links = [f"{settings.DESK_URL}/help/articles/{shelf[t].named}" for t in (EVERYONE, NORTH, TEAM)]
    reply(Ticket.objects.get(), Words(" ".join(links)), by=town.ana)
    asked, answered = mia.get("conversation")[1]["messages"]
    assert asked["articles"] == []
    assert [each["title"] for each in answered["articles"]] == [EVERYONE, NORTH]
    pushed = LiveEvent.objects.filter(topic__startswith="visit:", name="message").last()
    assert pushed and json.loads(pushed.data)["articles"] == answered["articles"]


def test_more_links_cost_no_more_queries(
    shelf: dict[str, Edition], portal: Portal, town: Town
) -> None:
    mia = portal.tab()
    mia.say("How do I print?")
    link = f"{settings.DESK_URL}/help/articles/{shelf[EVERYONE].named}"
    asked = []
    for _ in range(2):
        for _ in range(3):
            reply(Ticket.objects.get(), Words(f"See {link}"), by=town.ana)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(mia.get("conversation")[1]["messages"]) > 3
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("html", "nodes"),
    [
        ("<h2 id=a>One</h2>\n<p>Two</p>", [["h4", {}, "One"], ["p", {}, "Two"]]),
        ("<ol class=steps>\n<li>One</li>\n</ol>", [["ol", {}, ["li", {}, "One"]]]),
        ("<p><em>a</em> <em>b</em></p>", [["p", {}, ["em", {}, "a"], " ", ["em", {}, "b"]]]),
        ("<p>a<br>b &lt;b&gt;</p>", [["p", {}, "a", ["br", {}], "b <b>"]]),
    ],
)  # fmt: skip
def test_an_articles_html_becomes_a_tree(html: str, nodes: list[Any]) -> None:
    assert tree_of(html, "https://desk.example", "https://desk.example/help/articles/1") == nodes


def test_links_and_pictures_lead_to_the_desk() -> None:
    html = '<p><a href="/help/x">a</a><a href="#b">b</a><img src="/help/images/1.png" alt="A lamp"></p>'
    (paragraph,) = tree_of(html, "https://desk.example", "https://desk.example/a")
    _, _, first, second, picture = list(paragraph)
    assert (first[0], second[0]) == ("a", "a")
    assert [each[1]["href"] for each in (first, second)] == [
        "https://desk.example/help/x",
        "https://desk.example/a#b",
    ]
    source = "https://desk.example/help/images/1.png"
    assert picture == ["img", {"alt": "A lamp", "src": source}]
