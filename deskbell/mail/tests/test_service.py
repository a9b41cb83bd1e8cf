"""A mail service in place of a relay: a stand-in that answers as Postmark's documentation says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from deskbell.lib import clock, files
from deskbell.mail import outbound
from deskbell.mail.branding import save_branding
from deskbell.mail.models import MailId, OutboundMail, RawMail
from deskbell.mail.tests.conftest import Letter, free_port
from deskbell.mail.tests.test_letters import png
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_by_agent
from deskbell.tickets.replying import reply
from deskbell.tickets.words import File, Words
from tests.town import Town

OK = {"ErrorCode": 0, "Message": "OK", "To": "tess@northvalley.example"}


class PostmarkStandIn:
    """A small HTTP server in the place of api.postmarkapp.com; never the service itself."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status, self.answer = 200, OK
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                token = self.headers["X-Postmark-Server-Token"]
                stand_in.asked.append({"token": token, **json.loads(body)})
                answer = {**stand_in.answer, "MessageID": f"pm-{len(stand_in.asked)}"}
                self.send_response(stand_in.status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *args: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)


@pytest.fixture
def service(settings: Any) -> Iterator[PostmarkStandIn]:
    made = PostmarkStandIn()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.05,))
    thread.start()
    use(settings, made.server.server_port)
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join(5)


def use(settings: Any, port: int) -> None:
    settings.MAIL_SERVICE = "postmark"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "the-token",
        "POSTMARK_API_URL": f"http://127.0.0.1:{port}/",
        "WEBHOOK_SECRET": "",
    }


def send_all() -> None:
    while outbound.step() == 0:
        pass


@pytest.fixture
def ticket(town: Town) -> Ticket:
    file = File("näme.txt", "text/plain", 5, files.keep(b"hello"))
    words = Words("See the file", files=(file,))
    return open_by_agent("News", words, by=town.ana, requester=town.tess, customers_words=False)


def test_a_mail_leaves_by_the_services_api_with_all_that_it_has(
    town: Town, service: PostmarkStandIn
) -> None:
    save_branding(None, name="Desk", color="", logo=png(80, 40))
    file = File("näme.txt", "text/plain", 5, files.keep(b"hello"))
    words = Words("See the file", files=(file,))
    open_by_agent("News", words, by=town.ana, requester=town.tess, customers_words=False)
    send_all()
    (asked,) = service.asked
    mail = OutboundMail.objects.get()

    assert asked["token"] == "the-token"
    assert asked["From"] == "Ana at Support <support@deskbell.localhost>"
    assert asked["To"] == "Tess Turner <tess@northvalley.example>"
    assert "See the file" in asked["TextBody"] and "cid:logo" in asked["HtmlBody"]
    headers = {each["Name"]: each["Value"] for each in asked["Headers"]}
    assert headers["Message-ID"] == mail.mail_id and "X-Deskbell-Desk" in headers
    assert "+" in asked["ReplyTo"]
    names = {each["Name"]: each.get("ContentID") for each in asked["Attachments"]}
    assert names["näme.txt"] is None and "cid:logo" in names.values()
    assert (mail.state, mail.provider_id) == ("sent", "pm-1")


def test_an_answer_that_names_the_services_own_id_finds_the_ticket(
    ticket: Ticket, service: PostmarkStandIn, letter: Letter, arrive: Callable[..., RawMail]
) -> None:
    send_all()
    arrive(letter("Thanks", subject="Re: News", in_reply_to="<pm-1@mtasv.net>"))
    assert MailId.objects.filter(ticket=ticket, ours=False).count() == 1


@pytest.mark.parametrize(
    ("status", "answer", "state", "permanent"),
    [
        (422, {"ErrorCode": 300, "Message": "Invalid email"}, "failed", True),
        (401, {"ErrorCode": 10, "Message": "Bad token"}, "queued", False),
        (429, {"ErrorCode": 0, "Message": "Slow down"}, "queued", False),
        (500, {"ErrorCode": 0, "Message": "Oops"}, "queued", False),
        (503, {"ErrorCode": 0, "Message": "Down"}, "queued", False),
    ],
)
def test_what_the_service_refuses_is_data_on_the_mail(
    ticket: Ticket,
    service: PostmarkStandIn,
    status: int,
    answer: dict[str, Any],
    state: str,
    permanent: bool,
) -> None:
    service.status, service.answer = status, answer
    outbound.step()
    mail = OutboundMail.objects.get(kind="reply")
    assert (mail.state, mail.permanent) == (state, permanent)
    assert mail.error and "the-token" not in mail.error

    if state == "queued":
        service.status, service.answer = 200, OK
        with clock.moved_to(mail.next_attempt_at):
            send_all()
        assert OutboundMail.objects.get(pk=mail.pk).state == "sent"


def test_a_service_that_is_away_loses_nothing_and_keeps_the_order(
    town: Town, ticket: Ticket, settings: Any
) -> None:
    use(settings, free_port())
    reply(ticket, Words("two"), by=town.ana)
    send_all()
    states = OutboundMail.objects.order_by("id").values_list("state", "attempts", "error")
    assert list(states) == [("queued", 1, "The mail service can't be reached."), ("queued", 0, "")]


def test_the_html_and_the_text_are_what_a_relay_would_get(
    ticket: Ticket, service: PostmarkStandIn
) -> None:
    send_all()
    mail = OutboundMail.objects.get()
    assert service.asked[0]["HtmlBody"] == mail.html and service.asked[0]["TextBody"] == mail.text
