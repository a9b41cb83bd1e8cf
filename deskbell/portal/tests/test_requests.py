"""The list and one request: what customers see, who of them, and what they never see."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from deskbell.lib import clock, files
from deskbell.lib.clock import moved_to
from deskbell.mail.branding import save_branding
from deskbell.people import portraits
from deskbell.people.models import Contact, Person
from deskbell.portal.tests.conftest import ClientOf
from deskbell.tickets.following import follow
from deskbell.tickets.models import Category, State, Ticket
from deskbell.tickets.opening import open_by_desk, open_for_customer
from deskbell.tickets.replying import note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.undoing import UNDO_FOR
from deskbell.tickets.words import Words
from tests.pictures import picture, seen
from tests.town import Town


def made(subject: str, requester: Person, text: str = "It is dark", **more: Any) -> Ticket:
    return open_for_customer(subject, Words(text), requester=requester, **more)


@pytest.fixture
def tickets(town: Town) -> dict[str, Ticket]:
    """One of each place, and a billing one."""
    north = town.north_valley
    return {
        "tess": made("Of Tess", town.tess),
        "olivia": made("Of Olivia", town.olivia),
        "lincoln": made("At Lincoln", town.tess, place=(north, town.lincoln_high)),
        "maple": made("At Maple", town.tess, place=(north, town.maple_street)),
        "billing": made("Invoice", town.olivia, category=Category.BILLING),
        "billing at lincoln": made(
            "Invoice of Lincoln",
            town.tess,
            category=Category.BILLING,
            place=(north, town.lincoln_high),
        ),
        "sam": made("Of Sam", town.sam),
    }


def place(person: Person, town: Town, role: str, school: Any = None) -> None:
    Contact.objects.update_or_create(
        person=person, district=town.north_valley, defaults={"role": role, "school": school}
    )


# role, at Lincoln High?: what someone sees who has asked for nothing
SEEN = {
    ("owner", False): {
        "tess", "olivia", "lincoln", "maple", "billing", "billing at lincoln",
    },
    ("editor", False): {"tess", "olivia", "lincoln", "maple"},
    ("viewer", False): {"tess", "olivia", "lincoln", "maple"},
    ("member", False): set(),
    ("owner", True): {"lincoln"},
    ("editor", True): {"lincoln"},
    ("viewer", True): {"lincoln"},
    ("member", True): set(),
    ("", False): set(),
}  # fmt: skip


@pytest.mark.parametrize(("role", "at_school"), SEEN, ids=str)
def test_each_role_sees_its_requests_and_no_others_at_every_address(
    town: Town,
    tickets: dict[str, Ticket],
    portal_of: ClientOf,
    role: str,
    at_school: bool,
) -> None:
    nina = Person.objects.with_address("nina@northvalley.example", "Nina")
    if role:
        place(nina, town, role, town.lincoln_high if at_school else None)
    browser = portal_of(nina)
    page = browser.get("/portal").content.decode()
    listed = {name for name, each in tickets.items() if f"#{each.number}<" in page}
    opened = {
        name
        for name, each in tickets.items()
        if browser.get(f"/portal/requests/{each.number}").status_code == 200
    }
    found = {
        name
        for name, each in tickets.items()
        if f"#{each.number}<" in browser.get(f"/portal?q={each.number}").content.decode()
    }
    assert listed == opened == found == SEEN[role, at_school]


def test_nothing_of_another_district_can_be_reached_at_any_address(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    browser = portal_of(town.sam)
    north = tickets["tess"]
    before = north.messages.count()
    path = f"/portal/requests/{north.number}"
    assert browser.get(path).status_code == 404
    assert browser.post(f"{path}/replies", {"text": "Hello"}).status_code == 404
    assert browser.get(f"{path}/files/1").status_code == 404
    assert north.messages.count() == before
    assert "Of Tess" not in browser.get("/portal?q=dark").content.decode()
    missing, there = (
        re.sub(r'value="\w{64}"', "", browser.get(f"/portal/requests/{number}").content.decode())
        for number in (999999, north.number)
    )
    assert missing.replace("999999", str(north.number)) == there


def test_who_asked_sees_their_own_and_who_follows_reads_along_in_their_district(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    for name in ("tess", "lincoln", "maple", "billing at lincoln"):
        path = f"/portal/requests/{tickets[name].number}"
        assert portal_of(town.tess).get(path).status_code == 200
    nina = Person.objects.with_address("nina@northvalley.example", "Nina")
    follow(tickets["tess"], nina, by=town.ana)
    follow(tickets["tess"], town.sam, by=town.ana)
    path = f"/portal/requests/{tickets['tess'].number}"
    assert portal_of(nina).get(path).status_code == 200
    assert portal_of(town.sam).get(path).status_code == 404


def test_alarms_are_the_teams_alone(town: Town, portal_of: ClientOf) -> None:
    alarm = open_by_desk("Disk full", "x")
    Ticket.objects.filter(pk=alarm.pk).update(district=town.north_valley)
    path = f"/portal/requests/{alarm.number}"
    assert portal_of(town.olivia).get(path).status_code == 404


def test_notes_and_what_may_still_be_taken_back_are_not_shown_nor_found(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    ticket = tickets["olivia"]
    note(ticket, Words("Their superintendent is furious"), by=town.eve)
    path, browser = f"/portal/requests/{ticket.number}", portal_of(town.olivia)
    fresh = reply(ticket, Words("Look at the cable"), by=town.ana, may_be_undone=True)
    page = browser.get(path).content.decode()
    assert "It is dark" in page and "furious" not in page and "cable" not in page
    with moved_to(fresh.created_at + UNDO_FOR * 2):
        page = browser.get(path).content.decode()
    assert "Look at the cable" in page and ">Ana<" in page and "Alvarez" not in page
    row = f"#{ticket.number}<"
    assert row in browser.get("/portal?q=cables").content.decode()
    for hidden in ("furious", "dark furious", "alvarez", "dark -furious"):
        assert row not in browser.get("/portal", {"q": hidden}).content.decode(), hidden


def test_open_and_solved_stand_apart_and_a_search_looks_at_both(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    ticket, browser = tickets["olivia"], portal_of(town.olivia)
    reply(ticket, Words("Done"), by=town.ana)
    set_state(ticket, State.SOLVED, by=town.ana)
    row = f"#{ticket.number}<"
    assert row not in browser.get("/portal").content.decode()
    assert row in browser.get("/portal?show=solved").content.decode()
    assert row in browser.get("/portal?q=olivia").content.decode()
    assert row in browser.get(f"/portal?q=%23{ticket.number}").content.decode()


def test_the_list_turns_its_pages_and_costs_the_same_however_long(
    town: Town, portal_of: ClientOf, django_assert_num_queries: Any
) -> None:
    made("The oldest", town.olivia)
    browser = portal_of(town.olivia)
    browser.get("/portal")
    with django_assert_num_queries(8):
        browser.get("/portal")
    for n in range(30):
        made(f"Nr {n}", town.olivia if n % 2 else town.tess)
    with django_assert_num_queries(8):
        first = browser.get("/portal").content.decode()
    assert "Nr 29<" in first and "The oldest" not in first
    older = first.partition("?before=")[2].partition('"')[0]
    assert "The oldest" in browser.get(f"/portal?before={older}").content.decode()


def test_who_answered_is_shown_by_their_picture(town: Town, portal_of: ClientOf) -> None:
    portraits.choose(town.ana.person, picture())
    ticket = made("Of Tess", town.tess)
    reply(ticket, Words("Try this"), by=town.ana)
    with moved_to(clock.now() + UNDO_FOR):
        page = portal_of(town.tess).get(f"/portal/requests/{ticket.number}").content.decode()
    assert f'A<img src="{town.ana.portrait_path}" alt=""' in page and "Alvarez" not in page
    assert page.count("/portraits/") == 1


def test_a_request_costs_the_same_however_much_was_said(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf, django_assert_num_queries: Any
) -> None:
    ticket, browser = tickets["olivia"], portal_of(town.olivia)
    path = f"/portal/requests/{ticket.number}"
    reply(ticket, Words("We look"), by=town.ana)
    browser.get(path)
    with django_assert_num_queries(14):
        browser.get(path)
    for _ in range(4):
        reply(ticket, Words("Still looking"), by=town.ana)
    with django_assert_num_queries(14):
        browser.get(path)


def test_an_answer_joins_the_request_reopens_it_and_whoever_answered_reads_along(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    ticket = tickets["tess"]
    reply(ticket, Words("Done"), by=town.ana)
    set_state(ticket, State.SOLVED, by=town.ana)
    picture = SimpleUploadedFile("../dark.png", b"no picture", content_type="image/png")
    path = f"/portal/requests/{ticket.number}"
    browser = portal_of(town.olivia)
    sent = browser.post(f"{path}/replies", {"text": "Not for us", "files": [picture]})
    assert sent.headers["Location"] == path
    ticket.refresh_from_db()
    assert ticket.state == State.OPEN
    page = browser.get(path).content.decode()
    assert "Not for us" in page and "dark.png" in page and "may be harmful" in page
    file = ticket.messages.get(text="Not for us").attachments.get()
    answer = browser.get(f"{path}/files/{file.pk}")
    assert b"".join(answer) == b"no picture"
    assert answer["Content-Type"] == "application/octet-stream"
    assert "attachment" in answer["Content-Disposition"]
    assert list(ticket.followers.values_list("person", flat=True)) == [town.olivia.pk]


def test_a_file_needs_no_words_beside_it(town: Town, portal_of: ClientOf) -> None:
    ticket = open_for_customer("Screen", Words("Dark"), requester=town.tess)
    path = f"/portal/requests/{ticket.number}"
    form = {"text": "", "files": SimpleUploadedFile("screen.txt", b"dark", "text/plain")}
    portal_of(town.tess).post(f"{path}/replies", form)
    (message,) = ticket.messages.filter(text="")
    assert [each.name for each in message.attachments.all()] == ["screen.txt"]


def test_a_picture_is_shown_small_in_its_request_and_comes_whole(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    shot = picture(1600, 900)
    file = (
        tickets["olivia"]
        .messages.get()
        .attachments.create(
            name="screen.png",
            media_type="image/png",
            size=len(shot),
            sha256=files.keep(shot),
            picture="image/png",
        )
    )
    path, browser = f"/portal/requests/{tickets['olivia'].number}", portal_of(town.olivia)
    small = f"{path}/files/{file.pk}?small"
    assert f'<img src="{small}" alt="" loading="lazy"' in browser.get(path).content.decode()
    assert seen(browser.get(small).content).size == (480, 270)
    assert portal_of(town.sam).get(small).status_code == 404
    assert b"".join(browser.get(f"{path}/files/{file.pk}")) == shot


def test_files_of_notes_are_nobodys_outside_the_team(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    ticket = tickets["olivia"]
    hidden = note(ticket, Words("Inside"), by=town.ana)
    file = hidden.attachments.create(name="x", media_type="x/y", size=1, sha256="0" * 64)
    path = f"/portal/requests/{ticket.number}/files/{file.pk}"
    assert portal_of(town.olivia).get(path).status_code == 404


def test_an_answer_to_a_closed_request_begins_a_new_one(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    ticket = tickets["olivia"]
    Ticket.objects.filter(pk=ticket.pk).update(state=State.CLOSED)
    path = f"/portal/requests/{ticket.number}/replies"
    sent = portal_of(town.olivia).post(path, {"text": "Again"})
    new = Ticket.objects.latest("number")
    assert new.follows == ticket and sent.headers["Location"].endswith(f"/{new.number}")


def test_a_viewer_reads_and_cannot_write(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    path = f"/portal/requests/{tickets['lincoln'].number}"
    browser = portal_of(town.victor)
    page = browser.get(path).content.decode()
    assert "You can read here" in page and "<textarea" not in page
    assert browser.post(f"{path}/replies", {"text": "Hello"}).status_code == 422
    assert not tickets["lincoln"].messages.filter(author=town.victor).exists()


def test_what_cannot_be_sent_is_said_and_the_words_stay(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    path = f"/portal/requests/{tickets['olivia'].number}/replies"
    browser = portal_of(town.olivia)
    assert "Write something" in browser.post(path, {"text": " \n"}).content.decode()
    many = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)]
    answer = browser.post(path, {"text": "My words", "files": many})
    assert answer.status_code == 422
    assert "at most ten files" in answer.content.decode() and "My words" in answer.content.decode()


def test_the_clocks_are_told_in_both_languages_and_explained(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    ticket, browser = tickets["olivia"], portal_of(town.olivia)
    path = f"/portal/requests/{ticket.number}"
    page = browser.get(path).content.decode()
    assert "First reply" in page and "Due " in page and "How the time is counted" in page
    browser.post("/portal/language", {"language": "es"})
    page = browser.get(path).content.decode()
    assert "Primera respuesta" in page and "Plazo: " in page and "hora del Este" in page
    assert "Prometimos una primera respuesta en 4 horas hábiles" in page
    assert "Cómo se cuenta el tiempo" in page and 'lang="en"' not in page.partition("<main")[2]


def test_hostile_words_stay_text(town: Town, portal_of: ClientOf) -> None:
    ticket = made("<script>alert(1)</script>", town.olivia, text="<img onerror=x>")
    browser = portal_of(town.olivia)
    for path in ("/portal", f"/portal/requests/{ticket.number}", "/portal?q=<script>"):
        page = browser.get(path).content.decode()
        assert "<script>alert" not in page and "<img onerror" not in page


def test_the_table_holds_what_they_see_and_no_formula(
    town: Town, tickets: dict[str, Ticket], portal_of: ClientOf
) -> None:
    made("=HYPERLINK(evil)", town.tess, place=(town.north_valley, town.lincoln_high))
    answer = portal_of(town.victor).get("/portal/requests.csv")
    assert answer["Content-Disposition"].startswith("attachment")
    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Number", "Subject", "State", "Impact", "Asked by", "School", "Opened"]
    assert [row[1] for row in rows[1:]] == ["'=HYPERLINK(evil)", "At Lincoln"]
    assert rows[2][2:6] == ["We are working on it", "Normal", "Tess Turner", "Lincoln High"]


def test_the_portal_bears_the_districts_brand(town: Town, portal_of: ClientOf) -> None:
    save_branding(town.north_valley, name="North Valley Help", color="#0055aa", logo=None)
    own = portal_of(town.olivia).get("/portal").content.decode()
    assert "North Valley Help" in own and "/help/colors/0055aa.css" in own
    assert "North Valley Help" not in portal_of(town.sam).get("/portal").content.decode()
