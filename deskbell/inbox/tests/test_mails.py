"""What a ticket shows of its mails: who proved the sender, what lies, what it looked like, who follows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from deskbell.lib import clock, files
from deskbell.lib.html import sanitised
from deskbell.mail.models import RawMail
from deskbell.people.models import Agent
from deskbell.tickets.following import follow, followers_of
from deskbell.tickets.merging import merge
from deskbell.tickets.models import Attachment, Message, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear
from deskbell.tickets.words import Words
from tests.town import Town

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\0" * 40
HTML = '<p>See <img src="cid:logo%40x" alt="logo"><img src="cid:other"><img alt="spy"></p>'


def arrived(message: Message, **more: Any) -> RawMail:
    known = {"raw": b"", "identity": b"", "has_message_id": True, "recipients": []}
    envelope = {"sender": "", "peer": "", "state": "taken", "message": message}
    return RawMail.objects.create(**{**known, **envelope, **more})


def attach(message: Message, **more: Any) -> Attachment:
    known = {"name": "logo.png", "media_type": "image/png", "size": len(PNG)}
    return Attachment.objects.create(message=message, sha256=files.keep(PNG), **{**known, **more})


def page(browser: Client, ticket: Ticket) -> str:
    return browser.get(f"/tickets/{ticket.number}").content.decode()


@pytest.mark.parametrize(
    ("trust", "words"),
    [("proved", "Sender proved"), ("unproved", "Sender not proved"), ("failed", "fails the check")],
)
def test_a_message_says_how_far_its_sender_is_proved(
    browser: Client, ticket: Ticket, trust: str, words: str
) -> None:
    arrived(ticket.messages.get(), trust=trust, proof="Because of this.", warnings=["Odd <date>"])
    shown = page(browser, ticket)
    assert words in shown and "Because of this." in shown and "Odd &lt;date&gt;" in shown


def test_what_was_held_and_what_has_another_subject_is_said(
    browser: Client, ticket: Ticket
) -> None:
    arrived(ticket.messages.get(), set_aside_at=clock.now(), subject="Printer on fire")
    shown = page(browser, ticket)
    assert "Was held in quarantine" in shown and "<strong>Printer on fire</strong>" in shown


def test_one_click_joins_a_mail_to_the_ticket_beside_which_it_came_and_another_parts_them(
    browser: Client, ticket: Ticket, town: Town
) -> None:
    beside = open_for_customer("Re: Black screen", Words("Me"), requester=town.tess)
    arrived(beside.messages.get(), beside=ticket)
    assert f"Join to #{ticket.number}" in page(browser, beside)

    answer = browser.post(f"/tickets/{beside.number}/merge", {"into": ticket.number})
    assert answer["Location"] == f"/tickets/{ticket.number}"
    assert "Me" in page(browser, ticket) and "merged #" in page(browser, ticket)
    shown = page(browser, beside)
    assert "Take them apart again" in shown and "Join to" not in shown

    browser.post(f"/tickets/{beside.number}/unmerge")
    assert beside.messages.count() == 1


def test_a_mail_of_another_subject_can_be_split_off_and_put_back_without_script(
    browser: Client, ticket: Ticket, town: Town
) -> None:
    first = ticket.messages.get()
    assert "Split into its own ticket" not in page(browser, ticket)
    hear(ticket, Words("A printer is jammed"), author=town.tess)
    later = ticket.messages.exclude(pk=first.pk).get()
    assert "Is this about something else?" in page(browser, ticket)
    arrived(later, subject="Printer")
    shown = page(browser, ticket)
    assert 'name="subject" value="Printer"' in shown and "something else?" not in shown

    answer = browser.post(
        f"/tickets/{ticket.number}/messages/{later.pk}/split", {"subject": "Printer"}
    )
    new = Ticket.objects.get(subject="Printer")
    assert answer["Location"] == f"/tickets/{new.number}"
    shown = page(browser, new)
    assert "A printer is jammed" in shown and f"split this off #{ticket.number}" in shown
    assert "Put it back" in shown and "Split into" not in shown
    shown = page(browser, ticket)
    assert f"split messages into #{new.number}" in shown and "is jammed" not in shown

    clock = browser.get(f"/tickets/{new.number}/clocks").content.decode()
    assert f"moved here from #{ticket.number}" in clock

    browser.post(f"/tickets/{new.number}/putting-back")
    assert "A printer is jammed" in page(browser, ticket)
    shown = page(browser, new)
    assert "Put it back" not in shown and "was put back" in shown and "apart again" not in shown


def test_a_file_that_lies_carries_its_warning(browser: Client, ticket: Ticket) -> None:
    attach(
        ticket.messages.get(), name="bill.pdf", warning="Its name says a PDF, but it is a program."
    )
    assert "but it is a program. Don’t open it" in page(browser, ticket)


def test_formatted_mail_is_shown_on_request_with_the_pictures_that_came_along(
    browser: Client, ticket: Ticket
) -> None:
    message = ticket.messages.get()
    Message.objects.update(html=HTML + '<img src="https://spy.example/x"><script>alert(1)</script>')
    drawn = attach(message, content_id="<logo@x>", picture="image/png")
    attach(message, content_id="other")  # not a picture by its bytes

    assert "as it was formatted" in page(browser, ticket)
    address = f"/tickets/{ticket.number}/messages/{message.pk}/formatted"
    for answer in (browser.get(address), browser.get(address, headers={"HX-Request": "true"})):
        shown = answer.content.decode()
        assert f'src="/tickets/{ticket.number}/pictures/{drawn.pk}"' in shown
        assert "cid:" not in shown and "spy.example" not in shown and "alert(1)" not in shown
        assert "3 pictures from elsewhere left out" in shown and "all the same" in shown
        assert "script-src" not in answer["Content-Security-Policy"]  # so 'self', nothing inline


def test_pictures_from_elsewhere_are_loaded_only_where_someone_asks_for_them(
    browser: Client, ticket: Ticket
) -> None:
    message = ticket.messages.get()
    kept = sanitised('<img src="https://spy.example/x?a=1&b=2" onerror="alert(1)"><img src="/me">')
    Message.objects.update(html=kept + '<img data-remote-src="javascript:alert(1)">')
    address = f"/tickets/{ticket.number}/messages/{message.pk}/formatted"
    assert "spy.example" not in browser.get(address).content.decode()

    asked = browser.get(f"{address}?pictures=elsewhere")
    shown = asked.content.decode()
    assert '<img src="https://spy.example/x?a=1&amp;b=2"' in shown
    assert "alert(1)" not in shown and 'src="/me"' not in shown
    assert "img-src https: http: 'self'" in asked["Content-Security-Policy"]
    assert asked["Referrer-Policy"] == "no-referrer"


def test_a_picture_is_served_as_what_it_is_and_nothing_else_is(
    browser: Client, ticket: Ticket, town: Town
) -> None:
    message = ticket.messages.get()
    good, bad = attach(message, picture="image/png"), attach(message, media_type="image/svg+xml")
    for how in ("", "?small"):  # a few bytes that nobody can draw are shown as they came
        answer = browser.get(f"/tickets/{ticket.number}/pictures/{good.pk}{how}")
        assert (answer["Content-Type"], b"".join(answer)) == ("image/png", PNG)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
    assert browser.get(f"/tickets/{ticket.number}/pictures/{bad.pk}").status_code == 404

    other = open_for_customer("Other", Words("x"), requester=town.sam)
    assert browser.get(f"/tickets/{other.number}/pictures/{good.pk}").status_code == 404


def test_followers_are_shown_added_and_taken_off(
    browser: Client, ticket: Ticket, ana: Agent, town: Town
) -> None:
    assert "Nobody else reads along" in page(browser, ticket)
    follow(ticket, town.olivia, by=ana)
    assert "Olivia Ortiz" in page(browser, ticket)

    address = f"/tickets/{ticket.number}/followers"
    browser.post(address, {"address": "New@Person.example"})
    assert [p.email for p in followers_of(ticket)] == [
        "olivia@northvalley.example",
        "new@person.example",
    ]
    for wrong in ("", "nobody", "support@deskbell.localhost", "ben@desk.example"):
        assert browser.post(address, {"address": wrong}).status_code == 422

    browser.post(f"{address}/{town.olivia.pk}/removal")
    assert [p.email for p in followers_of(ticket)] == ["new@person.example"]


def test_a_long_conversation_of_mails_asks_no_more_than_a_short_one(
    browser: Client, ticket: Ticket, town: Town, django_assert_num_queries: Any
) -> None:
    def questions() -> int:
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        with CaptureQueriesContext(connection) as asked:
            page(browser, ticket)
        return len(asked)

    arrived(ticket.messages.get(), beside=ticket)
    few = questions()
    for _ in range(10):
        hear(ticket, Words("More"), author=town.tess)
    for message in ticket.messages.all():
        arrived(message, beside=ticket)
        attach(message)
    assert questions() == few


def test_what_was_merged_away_shows_no_message_twice(
    browser: Client, ticket: Ticket, town: Town
) -> None:
    other = open_for_customer("Again", Words("Only once"), requester=town.tess)
    merge(other, ticket, by=town.ana)
    assert page(browser, ticket).count("Only once") == 1 and "Only once" not in page(browser, other)
