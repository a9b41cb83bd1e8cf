"""No loop survives: two desks that write to each other fall silent, and so does a robot without manners."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import transaction

from deskbell.mail import composing, outbound
from deskbell.mail.addresses import desk_mark
from deskbell.mail.models import MailId, OutboundMail, RawMail
from deskbell.mail.tests.conftest import SUPPORT, Letter, plain
from deskbell.people.notices import notify
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town

ROUNDS = 50
Arrive = Callable[..., RawMail]
Sent = Callable[[], list[EmailMessage]]


class TwoDesks:
    """Two desks in one database, each seeing its own half alone: what one sends, the other takes in.

    A savepoint for each desk would be nicer, but two databases in one test are not to be had; so each
    desk's Message-IDs, marks and address change with `being`, which is all by which a desk knows itself.
    """

    def __init__(self, settings: Any, arrive: Arrive, *, strip: tuple[str, ...] = ()) -> None:
        self.settings, self.arrive, self.strip = settings, arrive, strip
        self.said: list[str] = []

    @contextmanager
    def being(self, name: str) -> Iterator[None]:
        before = self.settings.SUPPORT_ADDRESS, self.settings.SECRET_KEY
        self.settings.SUPPORT_ADDRESS = f"support@{name}.example"
        self.settings.SECRET_KEY = f"the secret key of the desk {name}, and long enough to be one"
        yield
        self.settings.SUPPORT_ADDRESS, self.settings.SECRET_KEY = before

    def exchange(self, sender: str, receiver: str) -> int:
        """What waits at the sender's desk comes in at the receiver's; returns how many mails."""
        waiting = list(
            OutboundMail.objects.filter(state="queued", mail_id__endswith=f"@{sender}.example>")
        )
        for mail in waiting:
            with self.being(sender):
                raw = composing.message_of(mail)
            mail.state = "sent"
            mail.save(update_fields=["state"])
            for name in self.strip:
                del raw[name]
            self.said.append(f"{sender}: {raw['Subject']}")
            with self.being(receiver):
                self._forget_that_it_is_ours(mail)
                self.arrive(
                    raw.as_bytes(),
                    sender=f"support@{sender}.example",
                    recipients=[f"support@{receiver}.example"],
                )
        return len(waiting)

    def _forget_that_it_is_ours(self, mail: OutboundMail) -> None:
        """The other desk has never seen this id."""
        MailId.objects.filter(value=mail.mail_id).delete()


@pytest.mark.parametrize(
    "strip",
    [
        (),
        ("Auto-Submitted", "X-Auto-Response-Suppress"),
        (
            "Auto-Submitted",
            "X-Auto-Response-Suppress",
            "In-Reply-To",
            "References",
            "X-Deskbell-Desk",
        ),
    ],
    ids=["as they are", "without marks", "without any header"],
)
def test_two_desks_pointed_at_each_other_fall_silent(
    town: Town, settings: Any, arrive: Arrive, letter: Letter, strip: tuple[str, ...]
) -> None:
    desks = TwoDesks(settings, arrive, strip=strip)
    with desks.being("a"):
        arrive(letter(**{"from": "support@b.example", "to": "support@a.example"}))
    counts = []
    for _ in range(ROUNDS):
        counts.append(desks.exchange("a", "b") + desks.exchange("b", "a"))

    assert counts[-40:] == [0] * 40, desks.said
    assert sum(counts) <= 10, desks.said


def test_a_robot_that_hides_what_it_is_gets_few_receipts_and_then_none(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    for n in range(ROUNDS):
        arrive(letter(f"I am away ({n})", subject=f"Away {n}"))
        sent()
    assert OutboundMail.objects.filter(kind="receipt").count() == 5


def test_a_robot_that_answers_each_receipt_joins_its_ticket_and_hears_nothing(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    for _ in range(ROUNDS):
        last = sent()[-1]
        arrive(letter("Thank you, we have got your mail", in_reply_to=last["Message-ID"]))
    assert Ticket.objects.count() == 1 and OutboundMail.objects.count() == 1


def test_a_mail_of_the_desk_that_comes_back_is_known_by_its_mark(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    """Some servers give a mail that they hand on a Message-ID of their own."""
    arrive(letter())
    reply(Ticket.objects.get(), Words("Try again"), by=town.ana)
    mail = sent()[-1]
    before = Message.objects.count()
    assert mail["X-Deskbell-Desk"] == desk_mark()
    mail.replace_header("Message-ID", "<another@mx.example>")
    came = arrive(mail.as_bytes())

    assert came.state == "ignored" and Message.objects.count() == before


def test_another_desks_mark_is_no_reason_to_ignore_a_person(
    town: Town, letter: Letter, arrive: Arrive
) -> None:
    came = arrive(letter(x_deskbell_desk="0" * 24))
    assert came.state == "taken"


def test_only_what_a_machine_wrote_says_so(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent
) -> None:
    arrive(letter())
    reply(Ticket.objects.get(), Words("Try again"), by=town.ana)
    with transaction.atomic():
        notify([town.ana], "Late", path="/tickets/1")
    found = [(mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) for mail in sent()]
    assert sorted(found, key=str) == [
        ("auto-generated", "All"),
        ("auto-replied", "All"),
        (None, None),
    ]


def test_answers_come_to_the_tickets_own_address_and_followers_stand_in_cc(
    town: Town, letter: Letter, arrive: Arrive, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers = [town.olivia, town.victor]
    monkeypatch.setattr(
        outbound, "followers_by_ticket", lambda tickets: {each.pk: readers for each in tickets}
    )
    arrive(letter())
    ticket = Ticket.objects.get()
    reply(ticket, Words("Try again"), by=town.ana)
    copies = [mail for mail in sent() if "Try again" in plain(mail)]

    assert len(copies) == 3 and len({mail["Message-ID"] for mail in copies}) == 1
    for mail in copies:
        assert mail["To"] == "Tess Turner <tess@northvalley.example>"
        assert mail["Cc"] == f"{town.olivia.email}, {town.victor.email}"
        assert re.search(
            rf"<support\+{ticket.number}-[0-9a-f]{{20}}@deskbell.localhost>", mail["Reply-To"]
        )
        assert mail["From"] == f"Ana at Support <{SUPPORT}>"
