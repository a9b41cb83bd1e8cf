"""Mails that leave by Amazon SES: it gives them names of its own, and tells by SNS what became of them.

Neither can be reached from a test: what they say is made as their documentation shows it, signed by a key of
our own, and a relay of ours stands in the place of theirs.
"""

from __future__ import annotations

import json
import socket
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from deskbell.lib import sns
from deskbell.lib.outbound import Answer, Request
from deskbell.mail import outbound
from deskbell.mail.models import OutboundMail, RawMail
from deskbell.mail.tests.conftest import Letter, Relay, Signed
from deskbell.mail.tests.test_returns import bounce_of
from deskbell.people.models import Notice
from deskbell.tickets.models import Message, Ticket
from deskbell.tickets.opening import open_by_agent
from deskbell.tickets.words import Words
from tests.town import Town

TESS, SECRET = "tess@northvalley.example", "hook:a long secret"
NAME = "010001960a1b2c3d-5f3e1c9a-1111-2222-3333-444455556666-000000"


@pytest.fixture
def mail(town: Town, relay: Relay, settings: Any, monkeypatch: pytest.MonkeyPatch) -> OutboundMail:
    """A mail to Tess that has left by the relay of Amazon SES, in whose place a relay of ours stands."""
    here, connect = settings.EMAIL_RELAY["port"], socket.create_connection

    def lead_here(address: tuple[str, int], *more: Any, **named: Any) -> socket.socket:
        host = "127.0.0.1" if address[0].endswith(".amazonaws.com") else address[0]
        return connect((host, address[1]), *more, **named)

    monkeypatch.setattr(socket, "create_connection", lead_here)
    host = "email-smtp.eu-west-1.amazonaws.com"
    settings.EMAIL_RELAY = {**settings.EMAIL_RELAY, "host": host, "port": here}
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    relay.answer_data = f"250 Ok {NAME}"
    open_by_agent(
        "News", Words("All is well"), by=town.ana, requester=town.tess, customers_words=False
    )
    while outbound.step() == 0:
        pass
    return OutboundMail.objects.get(kind="reply")


def post(document: dict[str, Any], *, secret: str = SECRET) -> int:
    headers = {
        "x-amz-sns-message-type": document["Type"],
        "x-amz-sns-message-id": document["MessageId"],
    }
    if secret:
        headers["Authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
    answer = Client().post(
        "/mail/reports/amazon_ses",
        json.dumps(document).encode(),
        content_type="text/plain; charset=UTF-8",
        headers=headers,
    )
    return answer.status_code


def event(kind: str, *, name: str = "notificationType", of: str = NAME, **more: Any) -> str:
    return json.dumps({name: kind, "mail": {"messageId": of, "destination": [TESS]}, **more})


def bounce(kind: str = "Permanent", address: str = TESS) -> dict[str, Any]:
    told = {"emailAddress": address, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 unknown"}
    return {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": [told]}


DELIVERY = {"recipients": [TESS], "smtpResponse": "250 ok", "timestamp": "2026-11-20T12:00:00Z"}
COMPLAINT = {"complainedRecipients": [{"emailAddress": TESS}], "complaintFeedbackType": "abuse"}
LATE = {"delayedRecipients": [{"emailAddress": TESS, "diagnosticCode": "450 4.2.2 mailbox full"}]}


def standing() -> tuple[str, str]:
    found = OutboundMail.objects.get(kind="reply")
    return found.state, found.error


def test_an_answer_that_names_amazons_own_message_id_finds_the_ticket(
    mail: OutboundMail, letter: Letter, arrive: Callable[..., RawMail]
) -> None:
    assert mail.provider_id == NAME
    arrive(letter("Thanks", subject="Re: News", in_reply_to=f"<{NAME}@eu-west-1.amazonses.com>"))
    assert Message.objects.filter(ticket=Ticket.objects.get(), text="Thanks").exists()


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (event("Delivery", delivery=DELIVERY), "delivered"),
        (event("Delivery", name="eventType", delivery=DELIVERY), "delivered"),
        (event("Bounce", bounce=bounce()), "bounced"),
        (event("Complaint", complaint=COMPLAINT), "complained"),
    ],
)
def test_what_amazon_reports_is_on_the_mail_once(
    town: Town, mail: OutboundMail, signed: Signed, told: str, state: str
) -> None:
    ticket = Ticket.objects.get()
    assert ticket.assignee == town.ana
    for _ in range(2):
        assert post(signed("Notification", told)) == 200
    assert standing()[0] == state
    town.tess.refresh_from_db()
    failed = state != "delivered"
    assert bool(town.tess.mail_fails_since) == failed
    assert Notice.objects.filter(recipient=town.ana).count() == failed


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (event("Bounce", bounce=bounce("Transient")), "550 5.1.1"),
        (event("Bounce", bounce=bounce("Undetermined")), "550 5.1.1"),
        (event("DeliveryDelay", name="eventType", deliveryDelay=LATE), "mailbox full"),
    ],
)
def test_a_full_mailbox_or_an_out_of_office_gives_no_address_up(
    town: Town, mail: OutboundMail, signed: Signed, told: str, why: str
) -> None:
    assert post(signed("Notification", told)) == 200
    state, error = standing()
    assert state == "sent" and "not there yet" in error and why in error
    town.tess.refresh_from_db()
    assert town.tess.mail_fails_since is None and not Notice.objects.exists()


def test_a_bounce_that_comes_by_mail_may_name_amazons_message_id(
    town: Town, mail: OutboundMail, arrive: Callable[..., RawMail]
) -> None:
    arrive(bounce_of(f"<{NAME}@eu-west-1.amazonses.com>"), sender="")
    assert standing()[0] == "bounced"


def test_what_is_forged_is_refused_and_what_cannot_be_proved_comes_again(
    mail: OutboundMail, signed: Signed, settings: Any
) -> None:
    told = signed("Notification", event("Bounce", bounce=bounce()))
    assert post(told, secret="hook:guess") == 403
    assert post(told, secret="") == 401  # so SNS shows the secret of its address
    assert post({**told, "Message": event("Complaint", complaint=COMPLAINT)}) == 503
    assert post({**told, "Message": "another"}) == 503
    other = event("Bounce", of="another", bounce=bounce())
    assert post(signed("Notification", other)) == 200
    elsewhere = event("Bounce", bounce=bounce(address="victor@other.example"))
    assert post(signed("Notification", elsewhere)) == 200
    assert standing() == ("sent", "")

    settings.EMAIL_RELAY = None
    assert post(told) == 404


def test_what_is_no_report_is_no_trace(mail: OutboundMail, signed: Signed) -> None:
    received = json.dumps({"notificationType": "Received", "mail": {}, "receipt": {}})
    for odd in (received, "no json", event("Bounce"), event("Bounce", bounce={}), "[]", "1"):
        assert post(signed("Notification", odd)) == 400
    well = "Successfully validated SNS topic for Amazon SES event publishing."
    assert post(signed("Notification", well)) == 200


def test_the_topic_of_the_reports_is_confirmed_at_amazon(
    mail: OutboundMail, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    wanted = signed("SubscriptionConfirmation", "Confirm", Token="t", SubscribeURL=at)
    asked: list[str] = []

    def fetch(request: Request) -> Answer:
        asked.append(request.url)
        return Answer(200 if len(asked) > 1 else 500, {}, b"", request.url)

    monkeypatch.setattr(sns, "fetch", fetch)
    assert [post(wanted), post(wanted)] == [503, 200] and asked == [at, at]
