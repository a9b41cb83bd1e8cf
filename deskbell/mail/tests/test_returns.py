"""What becomes of a mail after it left: delivery reports, complaints, and what a mail service tells."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client

from deskbell.lib import clock
from deskbell.mail.models import OutboundMail, RawMail
from deskbell.mail.tests.conftest import Letter
from deskbell.people.models import Notice
from deskbell.people.reaching import mail_failed
from deskbell.sla.models import Clock
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town

Arrive = Callable[..., RawMail]
Sent = Callable[[], list[EmailMessage]]
TESS = "tess@northvalley.example"


@pytest.fixture
def mail(town: Town, letter: Letter, arrive: Arrive, sent: Sent) -> OutboundMail:
    """A reply to Tess that has left."""
    arrive(letter())
    reply(Ticket.objects.get(), Words("Try again"), by=town.ana)
    sent()
    return OutboundMail.objects.get(kind="reply")


def bounce_of(
    mail_id: str, *, address: str = TESS, action: str = "failed", status: str = "5.1.1"
) -> bytes:
    """As RFC 3464 says, and as mail servers write it."""
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: support@deskbell.localhost\r\n"
        "Subject: Undelivered Mail\r\nAuto-Submitted: auto-replied\r\n"
        f"Message-ID: <dsn-{status}-{action}@mx.example>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\n"
        f"Your mail could not be delivered.\r\n<{address}>: 550 5.1.1 No such user here\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {mail_id}\r\nSubject: Re: Black screen\r\n\r\n--b--\r\n"
    ).encode()


def fresh(mail: OutboundMail) -> OutboundMail:
    return OutboundMail.objects.get(pk=mail.pk)


def test_a_hard_bounce_marks_the_mail_and_the_address_and_tells_the_assignee(
    town: Town, mail: OutboundMail, arrive: Arrive
) -> None:
    came = arrive(bounce_of(mail.mail_id), sender="")
    town.tess.refresh_from_db()

    assert (fresh(mail).state, "550 5.1.1" in fresh(mail).error) == ("bounced", True)
    assert town.tess.mail_fails_since and "550 5.1.1 No such user" in town.tess.mail_fails_why
    assert f"came back from {TESS}" in Notice.objects.get(recipient=town.ana).text
    assert came.message and came.message.ticket == mail.ticket and came.message.automatic
    assert came.message.ticket.state == "open"


def test_k1_a_bounce_leaves_the_reply_counted(
    town: Town, mail: OutboundMail, arrive: Arrive
) -> None:
    before = list(Clock.objects.order_by("id").values())
    arrive(bounce_of(mail.mail_id), sender="")
    assert list(Clock.objects.order_by("id").values()) == before


def test_the_same_report_again_tells_nobody_twice(
    town: Town, mail: OutboundMail, arrive: Arrive
) -> None:
    arrive(bounce_of(mail.mail_id), sender="")
    arrive(bounce_of(mail.mail_id, status="5.2.2"), sender="")
    assert Notice.objects.filter(recipient=town.ana).count() == 1


def test_a_delay_is_shown_and_marks_nobody(town: Town, mail: OutboundMail, arrive: Arrive) -> None:
    arrive(bounce_of(mail.mail_id, action="delayed", status="4.4.1"), sender="")
    town.tess.refresh_from_db()
    assert fresh(mail).state == "sent" and "not there yet" in fresh(mail).error
    assert town.tess.mail_fails_since is None and not Notice.objects.exists()


@pytest.mark.parametrize("made_up", ["id", "address"])
def test_a_report_that_someone_made_up_marks_nobody(
    town: Town, mail: OutboundMail, arrive: Arrive, made_up: str
) -> None:
    mail_id = "<guess@deskbell.localhost>" if made_up == "id" else mail.mail_id
    address = town.olivia.email if made_up == "address" else TESS
    OutboundMail.objects.filter(pk=mail.pk).update(cc=["someone@northvalley.example"])
    arrive(bounce_of(mail_id, address=address or ""), sender="")
    assert fresh(mail).state == "sent"
    for person in (town.tess, town.olivia):
        person.refresh_from_db()
        assert person.mail_fails_since is None


def test_a_report_of_success_shows_the_mail_as_delivered_and_one_of_a_relay_does_not(
    mail: OutboundMail, arrive: Arrive
) -> None:
    arrive(bounce_of(mail.mail_id, action="relayed", status="2.0.0"), sender="")
    assert fresh(mail).state == "sent"
    arrive(bounce_of(mail.mail_id, address="x@y.example", action="expanded", status="2.1.5"))
    came = arrive(bounce_of(mail.mail_id, action="delivered", status="2.1.5"), sender="")

    told = fresh(mail)
    assert (
        told.state == "delivered" and told.reported_at and told.standing == f"Delivered to {TESS}"
    )
    assert came.automatic != "bounce" and came.message and came.message.automatic
    assert Ticket.objects.get().state == "open" and not Notice.objects.filter(urgent=True).exists()


def test_a_person_who_writes_again_is_reachable_again(
    town: Town, mail: OutboundMail, letter: Letter, arrive: Arrive
) -> None:
    arrive(bounce_of(mail.mail_id), sender="")
    arrive(letter("Out of office", auto_submitted="auto-replied", in_reply_to=mail.mail_id))
    town.tess.refresh_from_db()
    assert town.tess.mail_fails_since

    arrive(letter("I am back", in_reply_to=mail.mail_id))
    town.tess.refresh_from_db()
    assert town.tess.mail_fails_since is None and town.tess.mail_fails_why == ""


def test_an_address_that_fails_gets_no_receipt_but_still_the_teams_answers(
    town: Town, sent: Sent
) -> None:
    mail_failed(town.tess, "550 no", at=clock.now())
    mail_failed(town.tess, "550 no", at=clock.now())
    ticket = open_for_customer("x", Words("y", door=Channel.PHONE), requester=town.tess)
    reply(ticket, Words("Hello"), by=town.ana)
    assert [mail["Auto-Submitted"] for mail in sent()] == [None]


class Postmark:
    """A stand-in for Postmark that calls the desk as its documentation says."""

    secret = "hook:a long secret"

    def __init__(self, settings: Any) -> None:
        settings.MAIL_SERVICE = "postmark"
        settings.ANYMAIL = {"WEBHOOK_SECRET": self.secret, "POSTMARK_SERVER_TOKEN": "t"}

    def tell(self, *, secret: str | None = None, **event: Any) -> int:
        login = b64encode((secret or self.secret).encode()).decode()
        told = {"MessageID": "pm-1", "Recipient": TESS, "Metadata": {}, "Tag": "", **event}
        answer = Client().post(
            "/mail/reports/postmark",
            told,
            content_type="application/json",
            headers={"Authorization": f"Basic {login}"},
        )
        return answer.status_code


BOUNCE: dict[str, Any] = {
    "RecordType": "Bounce",
    "Type": "HardBounce",
    "TypeCode": 1,
    "ID": 42,
    "Email": TESS,
    "Description": "The server was unable to deliver your message",
    "Details": "smtp;550 5.1.1 The email account does not exist.",
    "BouncedAt": "2026-11-19T12:00:00Z",
}
DELIVERY: dict[str, Any] = {
    "RecordType": "Delivery",
    "DeliveredAt": "2026-11-19T12:00:00Z",
    "Details": "250 OK",
}
COMPLAINT: dict[str, Any] = {
    **BOUNCE,
    "RecordType": "SpamComplaint",
    "Type": "SpamComplaint",
    "TypeCode": 512,
}


@pytest.fixture
def postmark(mail: OutboundMail, settings: Any) -> Postmark:
    OutboundMail.objects.filter(pk=mail.pk).update(provider_id="pm-1")
    return Postmark(settings)


@pytest.mark.parametrize(
    ("event", "state"), [(DELIVERY, "delivered"), (BOUNCE, "bounced"), (COMPLAINT, "complained")]
)
def test_a_services_report_is_taken_in_once(
    town: Town, mail: OutboundMail, postmark: Postmark, event: dict[str, Any], state: str
) -> None:
    assert postmark.tell(**event) == 200
    assert postmark.tell(**event) == 200
    assert fresh(mail).state == state
    town.tess.refresh_from_db()
    failed = state != "delivered"
    assert bool(town.tess.mail_fails_since) == failed
    assert Notice.objects.filter(recipient=town.ana).count() == failed


def test_delivered_and_then_bounced_is_bounced_and_never_the_other_way(
    mail: OutboundMail, postmark: Postmark
) -> None:
    for event in (DELIVERY, BOUNCE, DELIVERY):
        postmark.tell(**event)
    assert fresh(mail).state == "bounced"


def test_a_forged_report_is_refused_and_changes_nothing(
    mail: OutboundMail, postmark: Postmark, settings: Any
) -> None:
    assert postmark.tell(**BOUNCE, secret="hook:guess") == 403
    assert Client().post("/mail/reports/postmark", BOUNCE, "application/json").status_code == 401
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": ""}
    assert postmark.tell(**BOUNCE) == 404
    assert fresh(mail).state == "sent"


def test_a_report_of_another_mail_or_of_no_sense_is_no_error_and_no_change(
    mail: OutboundMail, postmark: Postmark
) -> None:
    assert postmark.tell(**BOUNCE, MessageID="pm-2") == 200
    assert postmark.tell(**{**BOUNCE, "Email": "x@y.example", "Recipient": "x@y.example"}) == 200
    assert postmark.tell(RecordType="Open") in {200, 400}
    assert fresh(mail).state in {"sent", "bounced"}
    login = b64encode(postmark.secret.encode()).decode()
    broken = Client().post(
        "/mail/reports/postmark",
        b"{not json",
        content_type="application/json",
        headers={"Authorization": f"Basic {login}"},
    )
    assert broken.status_code == 400
