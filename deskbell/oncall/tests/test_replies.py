"""Answering: by the link of a page, on the ticket, or by doing what was called for (E6, K6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.mail.inbound import taking
from deskbell.mail.models import RawMail
from deskbell.oncall import replies
from deskbell.oncall.models import Call, Page
from deskbell.oncall.tests.conftest import NIGHT
from deskbell.people.models import Agent
from deskbell.sla.models import Clock
from deskbell.tickets import replying, solving
from deskbell.tickets.events import Kind
from deskbell.tickets.models import Ticket
from deskbell.tickets.words import Words
from tests.town import Town, at

pytestmark = pytest.mark.django_db
Opens = Callable[..., Ticket]


def link() -> str:
    """The path that the newest mail page leads to."""
    page = Page.objects.filter(way="mail").latest("id")
    assert page.mail
    found = re.search(r"/page/\S+", page.mail.text)
    assert found
    return found.group()


@pytest.fixture
def paged(town: Town, rota: Callable[..., None], alarm: Opens) -> Ticket:
    """An alarm at 3 in the morning; Ana is on call."""
    rota(town.ana)
    return alarm(NIGHT)


def acknowledged_by(ticket: Ticket) -> list[str]:
    return [str(event.by) for event in ticket.events.filter(kind=Kind.ACKNOWLEDGED)]


def test_a_get_alone_never_acknowledges_e6(paged: Ticket, client: Client) -> None:
    with moved_to(at("2026-11-24 03:01")):
        for _ in range(3):
            answer = client.get(link())
    assert answer.status_code == 200
    assert "Streaming is down" in answer.text
    assert Call.objects.get().is_ringing
    assert acknowledged_by(paged) == []


def test_the_button_acknowledges_without_signing_in_and_names_who(
    paged: Ticket, client: Client
) -> None:
    with moved_to(at("2026-11-24 03:01")):
        answer = client.post(link(), follow=True)
    assert acknowledged_by(paged) == ["Ana Alvarez"]
    call = Call.objects.get()
    assert (call.state, str(call.answered_by)) == ("answered", "Ana Alvarez")
    assert "Ana Alvarez" in answer.text
    assert "1 min 0 s" in answer.text


def test_the_acknowledge_clock_is_met_by_the_button_k6(paged: Ticket, client: Client) -> None:
    with moved_to(at("2026-11-24 03:04")):
        client.post(link())
    clock = Clock.objects.get(metric="acknowledge")
    assert (clock.outcome, clock.stopped_at) == ("met", at("2026-11-24 03:04"))


def test_the_first_to_acknowledge_becomes_the_assignee(paged: Ticket, client: Client) -> None:
    with moved_to(at("2026-11-24 03:01")):
        client.post(link())
    paged.refresh_from_db()
    assert str(paged.assignee) == "Ana Alvarez"


def test_acknowledging_twice_is_one_acknowledgement(
    town: Town, paged: Ticket, client: Client
) -> None:
    with moved_to(at("2026-11-24 03:01")):
        client.post(link())
        client.post(link())
        replies.acknowledge(paged, by=town.ben)
    assert acknowledged_by(paged) == ["Ana Alvarez"]


def test_a_link_that_nobody_was_sent_leads_nowhere(paged: Ticket, client: Client) -> None:
    assert client.post("/page/guessed").status_code == 404
    assert Call.objects.get().is_ringing


def test_an_expired_link_acknowledges_nothing(paged: Ticket, client: Client) -> None:
    with moved_to(at(NIGHT) + timedelta(days=3)):
        answer = client.post(link())
        shown = client.get(link())
    assert answer.status_code >= 400
    assert "expired" in shown.text
    assert Call.objects.get().is_ringing


def test_an_agent_acknowledges_on_the_ticket(town: Town, paged: Ticket, client: Client) -> None:
    client.force_login(town.ben.person)
    with moved_to(at("2026-11-24 03:01")):
        answer = client.post(f"/tickets/{paged.number}/acknowledgement")
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{paged.number}")
    assert acknowledged_by(paged) == ["Ben Baker"]


def test_strangers_and_customers_acknowledge_nothing(
    town: Town, paged: Ticket, client: Client
) -> None:
    path = f"/tickets/{paged.number}/acknowledgement"
    assert "/sign-in" in client.post(path)["Location"]
    client.force_login(town.olivia)
    assert client.post(path).status_code == 403
    assert acknowledged_by(paged) == []


def reply(ticket: Ticket, by: Agent) -> None:
    replying.reply(ticket, Words("We are on it"), by=by)


def solve(ticket: Ticket, by: Agent) -> None:
    solving.set_state(ticket, "solved", by=by, unanswered=True)


@pytest.mark.parametrize("act", [reply, solve])
def test_who_acts_has_answered_the_call(
    town: Town, rota: Callable[..., None], mail: Opens, act: Callable[[Ticket, Agent], None]
) -> None:
    rota(town.ana)
    ticket = mail(NIGHT)
    with moved_to(at("2026-11-24 03:02")):
        act(ticket, town.ben)
    call = Call.objects.get()
    assert (call.state, str(call.answered_by)) == ("answered", "Ben Baker")


def test_a_note_answers_nothing(town: Town, paged: Ticket) -> None:
    with moved_to(at("2026-11-24 03:02")):
        replying.note(paged, Words("Hm"), by=town.ben)
    assert Call.objects.get().is_ringing


def test_what_the_customer_writes_answers_nothing(
    town: Town, rota: Callable[..., None], mail: Opens
) -> None:
    rota(town.ana)
    ticket = mail(NIGHT)
    with moved_to(at("2026-11-24 03:02")):
        replying.hear(ticket, Words("Hello?"), author=town.tess)
    assert Call.objects.get().is_ringing


def test_an_alert_that_is_solved_is_acknowledged_with_its_clock_k6(
    town: Town, paged: Ticket
) -> None:
    with moved_to(at("2026-11-24 03:02")):
        solve(paged, town.ben)
    assert acknowledged_by(paged) == ["Ben Baker"]
    assert Clock.objects.get(metric="acknowledge").outcome == "met"


def answer_by_mail(text: str, *, sender: str = "ana@desk.example", **headers: str) -> RawMail:
    """Someone answers the mail of the newest page at 3:01; the desk takes the answer."""
    page = Page.objects.filter(way="mail").latest("id")
    assert page.mail
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "support@deskbell.localhost", "Re: page"
    mail["Message-ID"], mail["In-Reply-To"] = "<answer@desk.example>", page.mail.mail_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    with moved_to(at("2026-11-24 03:01")):
        raw = RawMail.objects.create(
            raw=mail.as_bytes(), identity=b"1", has_message_id=True, sender=sender, recipients=[]
        )
        try:
            assert taking.take_next()
        finally:
            taking._reader.stop()
    return RawMail.objects.get(pk=raw.pk)


def test_an_answer_to_the_pages_mail_acknowledges_e6(town: Town, paged: Ticket) -> None:
    raw = answer_by_mail("On my way")
    assert raw.state == "taken"
    assert acknowledged_by(paged) == ["Ana Alvarez"]
    assert Call.objects.get().state == "answered"
    assert paged.messages.get(side="team").text.strip() == "On my way"
    assert Ticket.objects.count() == 1


def test_an_out_of_office_answer_acknowledges_nothing_e6(town: Town, paged: Ticket) -> None:
    answer_by_mail("I am away until Monday", Auto_Submitted="auto-replied")
    assert acknowledged_by(paged) == []
    assert Call.objects.get().is_ringing


def test_an_answer_of_someone_else_acknowledges_nothing_e6(town: Town, paged: Ticket) -> None:
    answer_by_mail("I was in copy", sender="ben@desk.example")
    assert acknowledged_by(paged) == []


def test_opening_the_link_is_noted_as_seen(paged: Ticket, client: Client) -> None:
    with moved_to(at("2026-11-24 03:01")):
        client.get(link())
        client.get(link())
    assert Page.objects.get(way="mail").seen_at == at("2026-11-24 03:01")
