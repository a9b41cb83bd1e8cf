"""Billing threads: who finds them, at which address, by which road (P9). An agent without billing, and a
customer who owns nothing, must find nothing of one anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from deskbell.inbox import live
from deskbell.inbox.models import Preferences
from deskbell.inbox.tests.conftest import ClientOf
from deskbell.lib.errors import Refused
from deskbell.mail.inbound import matching
from deskbell.mail.models import OutboundMail
from deskbell.people.customer_links import new_link
from deskbell.people.customers import customer
from deskbell.people.models import Contact, Notice, Person, Team
from deskbell.realtime.models import LiveEvent
from deskbell.realtime.topics import read
from deskbell.tickets.access import tickets_for, visible_to
from deskbell.tickets.assigning import assign, hand_to_team
from deskbell.tickets.billing import begin_billing
from deskbell.tickets.bulk import changing
from deskbell.tickets.bulk.models import BulkChange
from deskbell.tickets.escalating import HandOver, escalate
from deskbell.tickets.finding import spelling
from deskbell.tickets.following import follow, follow_as_named
from deskbell.tickets.links import link_for, ticket_by_link
from deskbell.tickets.merging import merge
from deskbell.tickets.models import Category, Mention, State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.words import Words
from tests.town import Town

SECRET = "zebrafish"  # a word of the thread alone
DENIED, FOUND, ASKED = 404, 200, 302


@dataclass(frozen=True)
class Stage:
    """A teacher's ordinary ticket, the thread that began from it, and the people around."""

    ticket: Ticket
    thread: Ticket


@pytest.fixture
def stage(town: Town) -> Stage:
    town.ben.teams.set([Team.objects.get(name="Billing")])
    ticket = open_for_customer("Two things", Words("The invoice is wrong"), requester=town.tess)
    message = ticket.messages.get()
    thread = begin_billing(ticket, message, town.olivia, by=town.ana, subject=SECRET, whole=False)
    hear(thread, Words(f"Yes, {SECRET}"), author=town.olivia)
    return Stage(ticket, thread)


def portal_of(person: Person) -> Client:
    who, browser = customer(person), Client()
    assert who
    browser.post(f"/portal/enter/{new_link(who)}")
    return browser


def editor(town: Town) -> Person:
    """Who sees all of the district's requests but for billing."""
    person = Person.objects.with_address("edward@northvalley.example", "Edward")
    Contact.objects.create(person=person, district=town.north_valley, role=Contact.Role.EDITOR)
    return person


# who: what the thread's addresses at the desk answer
AT_THE_DESK = {"ana": DENIED, "eve": DENIED, "ben": FOUND, "max": FOUND, "ada": FOUND}
ADDRESSES = ("", "/live", "/clocks", "/clocks.pdf", "/clocks/first_reply/1", "/beside")


@pytest.mark.parametrize("who", AT_THE_DESK)
def test_who_of_the_team_opens_the_thread_at_each_address(
    who: str, stage: Stage, town: Town, client_of: ClientOf
) -> None:
    browser = client_of(getattr(town, who).person)
    base = f"/tickets/{stage.thread.number}"
    got = {path: browser.get(base + path).status_code for path in ADDRESSES}
    assert got == dict.fromkeys(ADDRESSES, AT_THE_DESK[who])
    posted = browser.post(f"{base}/notes", {"text": "x"}).status_code
    assert posted == (ASKED if AT_THE_DESK[who] == FOUND else DENIED)


LISTS = (
    "/inbox",
    "/inbox?view=unassigned",
    "/inbox?view=team",
    f"/inbox?q={SECRET}",
    "/inbox?q=about:billing",
    "/inbox?q=from:olivia@northvalley.example",
    "/inbox?q=number",
    "/inbox/rows?q=is:open&numbers=number",
    f"/inbox/palette?q={SECRET}",
    "/inbox/palette?q=number",
)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("who", ["ana", "ben", "max"])
def test_who_finds_it_in_lists_searches_and_the_palette(
    who: str, path: str, stage: Stage, town: Town, client_of: ClientOf
) -> None:
    asked = path.replace("number", str(stage.thread.number)).replace(
        f"{stage.thread.number}s=", "numbers="
    )
    said = client_of(getattr(town, who).person).get(asked).content.decode()
    of_the_list = path != "/inbox?view=team" or who == "ben"
    assert (f"/tickets/{stage.thread.number}" in said) == (who != "ana" and of_the_list)
    if who == "ana":
        assert f"#{stage.thread.number}" not in said


def test_counts_tell_nothing_of_it(stage: Stage, town: Town, client_of: ClientOf) -> None:
    counts = client_of(town.ana.person).get("/inbox/counts").json()
    assert (counts["open"], counts["unassigned"]) == ("1", "1")
    assert client_of(town.max.person).get("/inbox/counts").json()["open"] == "2"


def test_the_page_it_began_from_names_it_neither_there_nor_beside_it(
    stage: Stage, town: Town, client_of: ClientOf
) -> None:
    browser = client_of(town.ana.person)
    other = open_for_customer("Olivia's other one", Words("x"), requester=town.olivia)
    for number in (stage.ticket.number, other.number):
        for path in ("", "/beside"):
            said = browser.get(f"/tickets/{number}{path}").content.decode()
            assert f"/tickets/{stage.thread.number}" not in said
            assert SECRET not in said


def test_live_rows_go_to_those_alone_who_may_read_them(
    stage: Stage, town: Town, client_of: ClientOf
) -> None:
    reply(stage.thread, Words("Looking"), by=town.ben)
    of_the_thread = LiveEvent.objects.filter(data__contains=f"/tickets/{stage.thread.number}")
    topics = set(of_the_thread.values_list("topic", flat=True))
    assert live.LIST_OF_BILLING in topics
    for who, hears in (("ana", False), ("eve", False), ("ben", True), ("max", True)):
        browser = client_of(getattr(town, who).person)
        heard = set(read(browser.get("/inbox/live").json()["topics"]).topics)
        assert bool(topics & heard) == hears, who


def test_no_colleague_without_billing_is_named_told_or_given_it(stage: Stage, town: Town) -> None:
    thread = stage.thread
    note(thread, Words("@Ana Alvarez and @Max Meyer, look"), by=town.ben)
    assert [mention.agent for mention in Mention.objects.all()] == [town.max]
    assert [notice.recipient for notice in Notice.objects.all()] == [town.max]
    engineering = Team.objects.get(name="Engineering")
    refused: list[Callable[[], object]] = [
        lambda: assign(thread, town.ana, by=town.max),
        lambda: hand_to_team(thread, engineering, by=town.max),
        lambda: escalate(thread, engineering, HandOver("a", "b", "c", "d"), by=town.max),
        lambda: merge(thread, stage.ticket, by=town.max),
        lambda: merge(stage.ticket, thread, by=town.max),
    ]
    for act in refused:
        with pytest.raises(Refused):
            act()


def test_a_change_of_many_touches_and_shows_only_what_its_reader_may_see(
    stage: Stage, town: Town, client_of: ClientOf
) -> None:
    ana, numbers = client_of(town.ana.person), f"{stage.ticket.number},{stage.thread.number}"
    ana.post("/inbox/bulk", {"kind": "impact", "value": "low", "numbers": numbers})
    change = BulkChange.objects.latest("pk")
    assert [line.ticket_id for line in change.lines.all()] == [stage.ticket.number]
    own = changing.begin(
        [stage.thread.number], "team", str(stage.ticket.team_id), by=town.max, unanswered=False
    )
    changing.carry_out(own)
    assert (
        f"/tickets/{stage.thread.number}" not in ana.get(f"/inbox/bulk/{own.pk}").content.decode()
    )
    assert changing.begin_undoing(own.pk, by=town.ana).lines.count() == 0


def test_its_words_are_offered_to_nobody_who_misspells_them(
    stage: Stage, town: Town, client_of: ClientOf
) -> None:
    spelling.learn_all()
    said = client_of(town.ana.person).get("/inbox?q=zebrafich").content.decode()
    assert SECRET not in said


# person: sees the thread in the portal
IN_THE_PORTAL = {"olivia": True, "tess": False, "victor": False, "sam": False, "edward": False}


@pytest.mark.parametrize("who", IN_THE_PORTAL)
def test_of_the_district_its_owners_alone_see_it(who: str, stage: Stage, town: Town) -> None:
    person = editor(town) if who == "edward" else getattr(town, who)
    browser, number = portal_of(person), stage.thread.number
    seen = IN_THE_PORTAL[who]
    path = f"/portal/requests/{number}"
    assert browser.get(path).status_code == (FOUND if seen else DENIED)
    assert (browser.post(f"{path}/replies", {"text": "Hm"}).status_code == DENIED) != seen
    for address in ("/portal", f"/portal?q={SECRET}"):
        assert (path in browser.get(address).content.decode()) == seen, address
    assert (SECRET in browser.get("/portal/requests.csv").getvalue().decode()) == seen


def test_a_link_of_someone_who_owns_nothing_shows_nothing(stage: Stage, town: Town) -> None:
    token = link_for(stage.thread, town.olivia).rpartition("/")[2]
    assert ticket_by_link(token) == stage.thread
    Contact.objects.filter(person=town.olivia).update(role=Contact.Role.VIEWER)
    assert Client().get(f"/your/{token}").status_code == DENIED


def test_answers_are_mailed_to_owners_alone(stage: Stage, town: Town) -> None:
    with pytest.raises(Refused, match="no owner"):
        follow(stage.thread, town.tess, by=town.ben)
    follow_as_named(stage.thread, [town.tess, town.victor], by=town.olivia)
    reply(stage.thread, Words("It is right"), by=town.ben)
    mail = OutboundMail.objects.get(ticket=stage.thread)
    assert (mail.recipient, mail.cc) == ("olivia@northvalley.example", [])


def test_an_owners_question_to_billing_is_confidential_from_its_first_word(town: Town) -> None:
    asked = open_for_customer(
        "Invoice", Words("?"), requester=town.olivia, category=Category.BILLING
    )
    assert (asked.confidential, asked.team) == (True, Team.objects.get(name="Billing"))
    hear(asked, Words("Well?"), author=town.olivia)
    theirs = open_for_customer("Invoice", Words("?"), requester=town.tess, category="billing")
    assert not theirs.confidential  # she would not see what she asked
    who = customer(town.tess)
    assert who
    assert list(visible_to(who)) == [theirs]
    assert set(tickets_for(town.ana.person)) == {theirs}


def test_whoever_moves_it_there_chooses_words_owner_and_whether_all_of_it_goes(
    ticket: Ticket, town: Town, client_of: ClientOf
) -> None:
    browser, base = client_of(town.ana.person), f"/tickets/{ticket.number}/billing"
    for headers in ({}, {"HX-Request": "true"}):
        said = browser.get(base, headers=headers).content.decode()
        assert "It is dark" in said
        assert "Olivia Ortiz" in said
    form = {"message": str(ticket.messages.get().pk), "owner": str(town.olivia.pk), "whole": "yes"}
    answer = browser.post(base, form)
    assert answer["Location"] == f"/tickets/{ticket.number}"  # the thread isn't Ana's to read
    thread = Ticket.objects.get(confidential=True)
    assert (thread.requester, thread.follows) == (town.olivia, ticket)
    assert thread.messages.get().author == town.tess
    assert Ticket.objects.get(pk=ticket.pk).state == State.SOLVED
    form["owner"] = str(town.tess.pk)
    assert "is no owner of North Valley" in browser.post(base, form).content.decode()


def test_without_an_owner_the_form_says_what_to_do(
    ticket: Ticket, town: Town, client_of: ClientOf
) -> None:
    Contact.objects.filter(person=town.olivia).delete()
    said = client_of(town.ana.person).get(f"/tickets/{ticket.number}/billing").content.decode()
    assert f"/districts/{town.north_valley.pk}/people" in said


def test_nothing_of_it_stands_anywhere_in_what_was_drawn_for_all(stage: Stage, town: Town) -> None:
    reply(stage.thread, Words(f"About {SECRET}"), by=town.ben)
    of_all = LiveEvent.objects.exclude(
        topic__in=[live.LIST_OF_BILLING, f"ticket:{stage.thread.number}"]
    )
    told = json.dumps(list(of_all.values_list("topic", "data")))
    assert SECRET not in told


def test_a_mail_to_the_ticket_where_it_began_never_goes_into_the_thread(town: Town) -> None:
    asked = open_for_customer("Two things", Words("The invoice"), requester=town.olivia)
    said = asked.messages.get()
    begin_billing(asked, said, town.olivia, by=town.ana, subject=SECRET, whole=False)
    Ticket.objects.filter(pk=asked.pk).update(state=State.CLOSED)
    asked.refresh_from_db()
    assert matching._what_follows(asked) == asked


def test_nobody_without_billing_answers_in_the_thread(stage: Stage, town: Town) -> None:
    with pytest.raises(Refused, match="billing team"):
        reply(stage.thread, Words("Hello"), by=town.ana)


def test_macros_are_tried_on_what_one_may_read(
    stage: Stage, town: Town, client_of: ClientOf
) -> None:
    shown = {who: client_of(who.person).get("/inbox/macros") for who in (town.ana, town.ben)}
    assert {who: SECRET in page.content.decode() for who, page in shown.items()} == {
        town.ana: False,
        town.ben: True,
    }


def test_a_device_speaks_to_nobody_who_has_left_the_billing_team(stage: Stage, town: Town) -> None:
    assign(stage.thread, town.ben, by=town.max)
    Preferences.objects.create(agent=town.ben, speaks_of=[Preferences.Topic.REPLY])
    spoken = LiveEvent.objects.filter(topic=f"agent:{town.ben.pk}", name="speak")
    hear(stage.thread, Words("First"), author=town.olivia)
    assert spoken.count() == 1
    town.ben.teams.clear()
    hear(stage.thread, Words("Second"), author=town.olivia)
    assert spoken.count() == 1
