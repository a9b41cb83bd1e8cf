"""What the browsers are told: the same fragments as in the page, each to those who may see it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from deskbell.inbox import drawing
from deskbell.inbox.finding import asking
from deskbell.people.models import Agent
from deskbell.people.notices import notify
from deskbell.people.teams import set_access
from deskbell.realtime.models import LiveEvent
from deskbell.realtime.topics import read, sign
from deskbell.tickets.assigning import assign
from deskbell.tickets.fields.defining import Written, define
from deskbell.tickets.fields.setting import set_field
from deskbell.tickets.finding.filters import Asker
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.opening import open_by_agent, open_for_alert, open_for_customer
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import Town


def told(topic: str, name: str) -> list[str]:
    return [e.data for e in LiveEvent.objects.filter(topic=topic, name=name).order_by("id")]


def test_a_new_ticket_appears_in_every_list(town: Town, ticket: Ticket) -> None:
    row = told("inbox", "row")[-1]
    assert f'id="row-{ticket.number}"' in row
    assert "Black screen" in row
    assert 'data-due="2' in row


@pytest.mark.parametrize("how", ["by a customer", "by an agent", "by an alert"])
def test_the_row_of_a_new_ticket_is_drawn_as_it_would_be_if_it_were_read_again(
    how: str, town: Town
) -> None:
    match how:
        case "by a customer":
            opened = open_for_customer("Dark", Words("Help"), requester=town.tess)
        case "by an agent":
            opened = open_by_agent(
                "Dark", Words("Hi"), by=town.ana, requester=town.tess, customers_words=False
            )
        case _:
            opened = open_for_alert(
                "Dark", Words("Down"), impact=Impact.URGENT, episode="e", source="a check"
            )
    again = Ticket.objects.with_people().select_related("standing").get(pk=opened.pk)

    assert told("inbox", "row")[-1] == drawing.row(again)


@pytest.mark.parametrize(
    "what", ["reply", "note", "impact", "assignee", "state", "field", "customer"]
)
def test_whatever_changes_a_ticket_redraws_its_row_its_clocks_and_its_facts(
    what: str, town: Town, looked_at: Ticket
) -> None:
    LiveEvent.objects.all().delete()
    changes: dict[str, Callable[[], object]] = {
        "reply": lambda: reply(looked_at, Words("Hello"), by=town.ana),
        "note": lambda: note(looked_at, Words("Hm"), by=town.ana),
        "impact": lambda: set_impact(looked_at, "urgent", by=town.ana),
        "assignee": lambda: assign(looked_at, town.ben, by=town.ana),
        "state": lambda: set_state(looked_at, State.WAITING, by=town.ana),
        "field": lambda: set_field(looked_at, define(Written("Room")), ["204"], by=town.ana.person),
        "customer": lambda: hear(looked_at, Words("Anyone?"), author=town.tess),
    }
    changes[what]()
    topic = f"ticket:{looked_at.number}"
    assert told("inbox", "row")
    assert told(topic, "item")
    assert 'id="clocks"' in told(topic, "clocks")[-1]
    assert 'id="facts"' in told(topic, "facts")[-1]


def test_page_and_push_draw_an_entry_alike(browser: Client, town: Town, looked_at: Ticket) -> None:
    reply(looked_at, Words("We look into it"), by=town.ana)
    pushed = told(f"ticket:{looked_at.number}", "item")[-1]
    assert "We look into it" in pushed
    assert pushed.strip() in browser.get(f"/tickets/{looked_at.number}").content.decode()


def test_where_nobody_looks_at_it_nothing_is_drawn_but_its_row(town: Town, ticket: Ticket) -> None:
    """Whoever opens the page in this moment is told to read it anew: it may have been drawn before."""
    LiveEvent.objects.all().delete()
    reply(ticket, Words("Hello"), by=town.ana)
    names = LiveEvent.objects.filter(topic=f"ticket:{ticket.number}").values_list("name", flat=True)

    assert told("inbox", "row")
    assert set(names) == {"timeline"}


def test_a_push_holds_nothing_of_one_reader(browser: Client, town: Town, ticket: Ticket) -> None:
    browser.post(f"/tickets/{ticket.number}/replies", {"text": "Hello"})
    everything = " ".join(LiveEvent.objects.values_list("data", flat=True))
    assert "csrfmiddlewaretoken" not in everything


def test_what_did_not_happen_is_not_told(town: Town) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        open_for_customer("Black screen", Words("x"), requester=town.tess)
        raise ZeroDivisionError
    assert not LiveEvent.objects.exists()


def test_a_notice_reaches_its_agent_alone_with_the_count(town: Town, ana: Agent) -> None:
    with transaction.atomic():
        notify([ana], "First reply is late", path="/tickets/7", urgent=True)
    assert json.loads(told(f"agent:{ana.pk}", "notice")[0]) == {
        "id": ana.notices.get().pk,
        "text": "First reply is late",
        "path": "/tickets/7",
        "urgent": True,
        "unread": 1,
    }
    assert not told(f"agent:{town.ben.pk}", "notice")


@pytest.mark.parametrize(
    ("path", "topics"),
    [
        ("/inbox/live", {"inbox"}),
        ("/tickets/{}/live", {"ticket:{}"}),
        ("/notices/live", set()),
    ],
)
def test_a_page_may_hear_its_own_topics_and_its_agents(
    path: str, topics: set[str], browser: Client, ana: Agent, ticket: Ticket
) -> None:
    token = browser.get(path.format(ticket.number)).json()["topics"]
    mine = f"agent:{ana.pk}"
    assert read(token).topics == {mine} | {topic.format(ticket.number) for topic in topics}


def test_who_leaves_the_team_hears_nothing_more(town: Town, ana: Agent) -> None:
    set_access(ana, allowed=False, by=town.ada)
    assert [e.topic for e in LiveEvent.objects.filter(name="revoke")] == [f"agent:{ana.pk}"]
    set_access(ana, allowed=True, by=town.ada)
    assert LiveEvent.objects.filter(name="revoke").count() == 1


@pytest.mark.parametrize(
    ("path", "script"),
    [("/inbox", "list"), ("/tickets/{}", "ticket"), ("/team", "bell"), ("/notices", "bell")],
)
def test_each_page_hears_by_its_own_script_and_no_other(
    path: str, script: str, browser: Client, ticket: Ticket
) -> None:
    html = browser.get(path.format(ticket.number)).content.decode()
    scripts = re.findall(r'src="/static/inbox/(\w+)\.', html)
    everywhere = {"palette", "speaking", "tab"}  # they open no stream of their own
    assert [each for each in scripts if each not in everywhere] == [script]


def test_the_list_signs_its_topics_before_it_reads_the_rows(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes in while the page is drawn is told after it was drawn, so nothing is missed."""
    order: list[str] = []
    find = asking.find

    def signing(topics: Iterable[str]) -> str:
        order.append("sign")
        return sign(topics)

    def reading(question: str, asker: Asker, **more: Any) -> asking.Found:
        order.append("read")
        return find(question, asker, **more)

    monkeypatch.setattr("deskbell.inbox.views.lists.sign", signing)
    monkeypatch.setattr("deskbell.inbox.finding.asking.find", reading)
    browser.get("/inbox")
    assert order == ["sign", "read"]
