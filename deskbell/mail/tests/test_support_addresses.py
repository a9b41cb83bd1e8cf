"""Several addresses: each with its team, category and signature; what comes by one is answered from it."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.test import Client

from deskbell.lib.errors import Refused
from deskbell.mail import addressing
from deskbell.mail.addresses import is_ours
from deskbell.mail.models import RawMail, SupportAddress
from deskbell.mail.tests.conftest import SUPPORT, Letter, RunningDoor, database_url, plain
from deskbell.people.models import Team
from deskbell.tickets.models import Category, Ticket
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town

BILLING = "billing@desk.example"
Arrive = Callable[..., RawMail]
Sent = Callable[[], list[EmailMessage]]


@pytest.fixture
def billing(town: Town) -> SupportAddress:
    team = Team.objects.get(purpose=Team.Purpose.BILLING)
    form = {
        "name": "Billing",
        "team": str(team.pk),
        "category": "billing",
        "signature": "We count.",
    }
    return addressing.add_address("Billing@Desk.example", form)


def test_a_mail_to_an_address_goes_to_its_team_and_category_and_is_answered_from_it(
    town: Town, billing: SupportAddress, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter(to=f"Money <{BILLING}>"), recipients=[BILLING])
    ticket = Ticket.objects.get()
    assert ticket.team == billing.team and ticket.category == Category.BILLING

    reply(ticket, Words("Paid"), by=town.ana)
    receipt, mail = sent()
    assert receipt["From"] == f"Billing <{BILLING}>"
    assert mail["From"] == f"Ana at Billing <{BILLING}>"
    assert f"billing+{ticket.number}-" in mail["Reply-To"]
    assert mail["Message-ID"].endswith("@desk.example>")
    assert "We count." in plain(mail) and "We count." in plain(receipt)


def test_the_first_address_works_as_before(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    addressing.ensure_first_address()
    arrive(letter())
    ticket = Ticket.objects.get()
    assert (ticket.team, ticket.category) == (town.ana.teams.first(), Category.SUPPORT)
    assert sent()[0]["From"] == f"Support <{SUPPORT}>"


def test_from_a_retired_address_nothing_leaves_any_more(
    town: Town, billing: SupportAddress, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter(to=BILLING), recipients=[BILLING])
    addressing.set_active(billing, active=False)
    reply(Ticket.objects.get(), Words("Paid"), by=town.ana)
    assert sent()[-1]["From"] == f"Ana at Support <{SUPPORT}>"
    assert is_ours(BILLING)  # and the desk still doesn't write to itself


def test_the_first_address_is_not_retired(town: Town) -> None:
    with pytest.raises(Refused, match="settings"):
        addressing.set_active(addressing.ensure_first_address(), active=False)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("billing", "is no mail address"),
        ("billing+x@desk.example", "is no mail address"),
        ("a@b.example\r\nBcc: x@y.example", "is no mail address"),
        (BILLING, "is an address of the desk already"),
        ("ana@desk.example", "is the address of an agent"),
    ],
)
def test_what_can_be_no_address_is_refused(
    billing: SupportAddress, address: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        addressing.add_address(address, {"category": "support"})


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"category": "lottery"}, "is no category"),
        ({"category": "support", "team": "99999"}, "no such team"),
        ({"category": "support", "signature": "x" * 2001}, "signature is longer"),
        ({"category": "support", "name": "x" * 101}, "name is longer"),
    ],
)
def test_a_wrong_field_is_told(town: Town, form: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        addressing.add_address("new@desk.example", form)


@pytest.mark.django_db(transaction=True)
def test_the_door_takes_mail_for_every_active_address(
    open_door: Callable[..., RunningDoor], letter: Letter
) -> None:
    SupportAddress.objects.create(address=BILLING)
    SupportAddress.objects.create(address="old@desk.example", active=False)
    door = open_door(database_url())
    with door.client() as smtp:
        smtp.ehlo()
        smtp.mail("tess@northvalley.example")
        answers = [
            smtp.rcpt(each)[0]
            for each in (BILLING, "Billing+7@desk.example", SUPPORT, "old@desk.example")
        ]
    assert answers == [250, 250, 250, 550]


def test_a_test_mail_that_comes_back_proves_the_address(
    town: Town, billing: SupportAddress, arrive: Arrive, sent: Sent
) -> None:
    addressing.send_test(billing)
    (mail,) = sent()
    assert mail["To"] == f"Support <{BILLING}>"
    billing.refresh_from_db()
    assert billing.tested_at and not billing.verified_at

    came = arrive(mail.as_bytes(), recipients=[BILLING])
    billing.refresh_from_db()
    assert came.state == "ignored" and billing.verified_at
    assert not Ticket.objects.exists()


def test_administrators_add_edit_and_retire_an_address_in_the_screen(town: Town) -> None:
    browser = Client()
    browser.force_login(town.ada.person)
    form = {"address": BILLING, "category": "billing", "name": "Money", "team": "", "signature": ""}
    made = browser.post("/mail/addresses", form)
    found = SupportAddress.objects.get(address=BILLING)
    assert made["Location"] == f"/mail/addresses/{found.pk}"

    browser.post(made["Location"], {**form, "signature": "<b>Yours</b>"})
    html = browser.get(made["Location"]).content.decode()
    assert "&lt;b&gt;Yours&lt;/b&gt;" in html and "Make the keys" in html

    browser.post(f"{made['Location']}/activity", {"active": "no"})
    assert "Retired" in browser.get("/mail/addresses").content.decode()
