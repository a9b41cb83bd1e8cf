"""Agents beside each other: drafts on all devices, crossing answers, mentions, tags, snoozing, presence."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from deskbell.helpcenter import publishing
from deskbell.helpcenter.models import Collection, Section
from deskbell.inbox.models import Draft, Glance
from deskbell.inbox.tests.conftest import ClientOf
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.people import portraits
from deskbell.people.models import Notice
from deskbell.people.notices import topic_of_agent
from deskbell.people.teams import add_agent
from deskbell.realtime.models import LiveEvent
from deskbell.sla import timers
from deskbell.tickets import snoozing
from deskbell.tickets.assigning import assign
from deskbell.tickets.models import Message, State, Ticket
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.pictures import picture
from tests.town import Town


def told(topic: str, name: str) -> list[dict[str, object]]:
    events = LiveEvent.objects.filter(topic=topic, name=name).order_by("pk")
    return [json.loads(event.data) for event in events]


def test_a_draft_is_found_again_on_any_device_and_goes_when_it_is_sent(
    town: Town, ticket: Ticket, client_of: ClientOf
) -> None:
    desk, phone = client_of(town.ana.person), client_of(town.ana.person)
    path = f"/tickets/{ticket.number}"
    form = {"kind": "reply", "text": "Dear Tess", "page": "desk"}
    assert desk.post(f"{path}/draft", form).status_code == 204
    assert "Dear Tess</textarea>" in phone.get(path).content.decode()
    assert "Dear Tess" not in client_of(town.ben.person).get(path).content.decode()
    assert told(topic_of_agent(town.ana.pk), "draft")[-1]["text"] == "Dear Tess"
    assert f"#{ticket.number}" in phone.get("/inbox?view=drafts").content.decode()
    desk.post(f"{path}/replies", {"text": "Dear Tess, done", "page": "desk"})
    assert not Draft.objects.exists()
    assert told(topic_of_agent(town.ana.pk), "draft")[-1]["text"] == ""
    assert f"#{ticket.number}" not in phone.get("/inbox?view=drafts").content.decode()


def test_an_empty_draft_is_none_and_a_note_is_kept_apart(browser: Client, ticket: Ticket) -> None:
    path = f"/tickets/{ticket.number}"
    for kind in ("reply", "note"):
        browser.post(f"{path}/draft", {"kind": kind, "text": f"a {kind}"})
    browser.post(f"{path}/draft", {"kind": "reply", "text": "  "})
    assert [draft.text for draft in Draft.objects.all()] == ["a note"]
    browser.post(f"{path}/notes", {"text": "a note"})
    assert not Draft.objects.exists()


def test_what_is_far_too_long_is_refused_as_a_draft(browser: Client, ticket: Ticket) -> None:
    form = {"kind": "note", "text": "x" * 100_001}
    answer = browser.post(f"/tickets/{ticket.number}/draft", form)
    assert answer.status_code == 422


def test_a_reply_that_crosses_a_colleagues_is_held_back_once(
    town: Town, ticket: Ticket, browser: Client
) -> None:
    path = f"/tickets/{ticket.number}/replies"
    seen = ticket.last_sequence
    reply(ticket, Words("Try again"), by=town.ben)
    refused = browser.post(path, {"text": "Restart it", "seen": seen})
    assert refused.status_code == 422
    assert "Ben Baker has answered while you were writing" in refused.content.decode()
    assert not Message.objects.filter(text="Restart it").exists()
    ticket.refresh_from_db()
    browser.post(path, {"text": "Restart it", "seen": ticket.last_sequence})
    assert Message.objects.filter(text="Restart it").count() == 1


def test_ones_own_reply_and_one_that_was_taken_back_cross_nothing(
    town: Town, ticket: Ticket, browser: Client
) -> None:
    path = f"/tickets/{ticket.number}/replies"
    reply(ticket, Words("Mine"), by=town.ana)
    taken = reply(ticket, Words("Oh"), by=town.ben)
    Message.objects.filter(pk=taken.pk).update(undone_at=clock.now())
    assert browser.post(path, {"text": "And this", "seen": "2"}).status_code == 302
    assert browser.post(path, {"text": "And that", "seen": "x"}).status_code == 302


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Look, @Ben Baker!", {"Ben Baker"}),
        ("@ben please", {"Ben Baker"}),
        ("@Ben Baker and @Eve", {"Ben Baker", "Eve Engström"}),
        ("@Ben @ben @Ben Baker", {"Ben Baker"}),
        ("@Max", set()),  # there are two
        ("@Max Meyer", {"Max Meyer"}),
        ("write to ben@desk.example or x@ben", set()),
        ("@Benjamin", set()),
        ("@Ana I am", set()),  # she wrote it
        ("nobody @ all", set()),
    ],
)
def test_whom_a_note_names_is_told(text: str, names: set[str], town: Town, ticket: Ticket) -> None:
    add_agent("max2@desk.example", "Max Mirren")
    note(ticket, Words(text), by=town.ana)
    notices = Notice.objects.filter(path__startswith=f"/tickets/{ticket.number}#event-")
    assert {str(each.recipient) for each in notices} == names
    assert all(each.text.startswith("Ana Alvarez named you on #") for each in notices)


def test_who_is_named_finds_the_ticket_among_their_mentions(
    town: Town, ticket: Ticket, client_of: ClientOf
) -> None:
    note(ticket, Words("@Ben please"), by=town.ana)
    reply(ticket, Words("Ask @Eve"), by=town.ana)
    hear(ticket, Words("@Eve help"), author=town.tess)
    row = f'id="row-{ticket.number}"'
    assert row in client_of(town.ben.person).get("/inbox?view=mentions").content.decode()
    assert row not in client_of(town.eve.person).get("/inbox?view=mentions").content.decode()


def test_tags_are_put_on_and_taken_off_on_the_page(ticket: Ticket, browser: Client) -> None:
    path = f"/tickets/{ticket.number}"
    browser.post(f"{path}/tags", {"tag": " #Lab  3 "})
    browser.post(f"{path}/tags", {"tag": "lab 3"})
    html = browser.get(path).content.decode()
    assert "put the tag “lab 3” on it" in html
    ticket.refresh_from_db()
    assert ticket.tags == ["lab 3"]
    assert f'id="row-{ticket.number}"' in browser.get('/inbox?q=tag:"lab 3"').content.decode()
    browser.post(f"{path}/tags/removal", {"tag": "lab 3"})
    ticket.refresh_from_db()
    assert ticket.tags == []


def test_a_snoozed_ticket_is_back_when_its_time_has_come(
    town: Town, ticket: Ticket, browser: Client
) -> None:
    assign(ticket, town.ana, by=town.ana)
    browser.post(f"/tickets/{ticket.number}/snooze", {"until": "1h"})
    row = f'id="row-{ticket.number}"'
    assert row not in browser.get("/inbox").content.decode()
    assert row in browser.get("/inbox?view=snoozed").content.decode()
    assert "Bring it back" in browser.get(f"/tickets/{ticket.number}").content.decode()
    snoozing.step()
    assert Ticket.objects.get(pk=ticket.pk).snoozed_until
    with moved_to(clock.now() + timedelta(minutes=61)):
        snoozing.step()
        assert row in browser.get("/inbox").content.decode()
    assert Notice.objects.filter(recipient=town.ana, text__contains="is back").count() == 1


def test_a_snoozed_ticket_is_back_when_the_customer_writes(
    town: Town, ticket: Ticket, browser: Client
) -> None:
    browser.post(f"/tickets/{ticket.number}/snooze", {"until": "answer"})
    note(ticket, Words("They think about it"), by=town.ana)
    assert "until the customer answers" in browser.get(f"/tickets/{ticket.number}").content.decode()
    hear(ticket, Words("It works"), author=town.tess)
    assert Ticket.objects.get(pk=ticket.pk).snoozed_until is None


def test_a_snoozed_ticket_is_back_when_its_clock_warns(ticket: Ticket, browser: Client) -> None:
    """Snoozing stops no clock (K7): nobody breaks a promise by not looking."""
    browser.post(f"/tickets/{ticket.number}/snooze", {"until": "answer"})
    due = ticket.clocks.get().warn_at
    assert due
    with moved_to(due + timedelta(seconds=1)):
        timers.tell_what_is_due()
    assert Ticket.objects.get(pk=ticket.pk).snoozed_until is None
    assert ticket.events.filter(kind="woken", data__why="a clock is due").exists()


def test_it_can_be_brought_back_by_hand_and_what_is_done_needs_no_snoozing(
    town: Town, ticket: Ticket, browser: Client
) -> None:
    path = f"/tickets/{ticket.number}"
    browser.post(f"{path}/snooze", {"until": "tomorrow"})
    browser.post(f"{path}/waking")
    assert Ticket.objects.get(pk=ticket.pk).snoozed_until is None
    past = (clock.now() - timedelta(hours=1)).isoformat()
    assert browser.post(f"{path}/snooze", {"until": past}).status_code == 422
    set_state(ticket, State.SOLVED, by=town.ana, unanswered=True)
    assert browser.post(f"{path}/snooze", {"until": "1h"}).status_code == 422


def test_a_glance_is_kept_while_the_page_is_before_the_eyes(
    town: Town, ticket: Ticket, browser: Client
) -> None:
    path = f"/tickets/{ticket.number}/presence"
    browser.post(path, {"doing": "reading"})
    browser.post(path, {"doing": "replying"})
    assert Glance.objects.get().agent == town.ana
    browser.post(path, {"doing": "reading", "hidden": "yes"})
    assert not Glance.objects.exists()
    browser.post(path, {"doing": "reading"})
    browser.post(path, {"doing": "gone"})
    assert not Glance.objects.exists()


def test_who_is_there_is_told_to_the_others(town: Town, ticket: Ticket, browser: Client) -> None:
    path = f"/tickets/{ticket.number}/presence"
    browser.post(path, {"doing": "reading", "asks": "yes"})
    browser.post(path, {"doing": "replying"})
    browser.post(path, {"doing": "dancing"})
    heard = told(f"ticket:{ticket.number}", "presence")
    assert [(each["name"], each["doing"], each["asks"]) for each in heard] == [
        ("Ana Alvarez", "reading", True),
        ("Ana Alvarez", "replying", False),
    ]
    assert {each["portrait"] for each in heard} == {""}
    portraits.choose(town.ana.person, picture())
    browser.post(path, {"doing": "noting"})
    last = told(f"ticket:{ticket.number}", "presence")[-1]
    assert last["portrait"] == town.ana.portrait_path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Could you look at it, @Ben Baker?", "it names @Ben Baker"),
        ("I have attached the log", "You write of an attachment"),
        ("Please see the attachment.", "You write of an attachment"),
        ("Find the screenshot attached", "You write of an attachment"),
    ],
)
def test_a_reply_that_looks_wrong_is_held_back_once(
    text: str, sentence: str, town: Town, ticket: Ticket, browser: Client
) -> None:
    path = f"/tickets/{ticket.number}/replies"
    refused = browser.post(path, {"text": text})
    assert refused.status_code == 422
    assert sentence in refused.content.decode()
    assert browser.post(path, {"text": text, "sure": "yes"}).status_code == 302
    assert ticket.messages.filter(text=text, public=True).count() == 1


@pytest.mark.parametrize(
    "text",
    ["Thanks for the attachment you sent", "Write to ben@desk.example", "The lamp is attached"],
)
def test_what_only_sounds_like_it_goes_at_once(text: str, ticket: Ticket, browser: Client) -> None:
    answer = browser.post(f"/tickets/{ticket.number}/replies", {"text": text})
    assert answer.status_code == 302


def test_articles_about_the_same_stand_beside_a_ticket(
    town: Town, ticket: Ticket, browser: Client
) -> None:
    collection = Collection.objects.create(titles={"en": "Screens"})
    section = Section.objects.create(collection=collection, titles={"en": "Dark ones"})
    beside = f"/tickets/{ticket.number}/beside"
    for title, audience in ((ticket.subject, "agents"), ("Feed the giraffe", "everyone")):
        edition = publishing.begin(
            section, language="en", title=title, body="Do.", by=town.ana, audience=audience
        )
        assert edition.draft and edition.draft.title not in browser.get(beside).content.decode()
        publishing.publish(edition, by=None)
    shown = browser.get(beside).content.decode()
    assert f'{ticket.subject}</a> <span class="tag">team</span>' in shown
    assert "giraffe" not in shown
