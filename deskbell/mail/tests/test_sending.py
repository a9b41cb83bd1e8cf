"""Sending: through a real relay that is well, refuses, or is away, and into the outbox."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deskbell.lib import clock
from deskbell.mail import letters, outbound, sending
from deskbell.mail.models import OutboundMail
from deskbell.mail.subscribing import Subscription, send_news
from deskbell.mail.tests.conftest import Relay, free_port, plain, relay_settings
from deskbell.people.models import Notice
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_by_agent
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, build


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """One ticket whose first mail waits in the queue."""
    return written_to(town)


def written_to(town: Town) -> Ticket:
    words = Words("one")
    return open_by_agent("News", words, by=town.ana, requester=town.tess, customers_words=False)


def send_all() -> None:
    while outbound.step() == 0:
        pass


def states() -> list[str]:
    return list(OutboundMail.objects.order_by("id").values_list("state", flat=True))


def later(**how_much: float) -> Any:
    return clock.moved_to(clock.now() + timedelta(**how_much))


def test_a_mail_leaves_through_the_relay_in_one_connection_and_in_order(
    town: Town, ticket: Ticket, relay: Relay
) -> None:
    reply(ticket, Words("two"), by=town.ana)
    reply(ticket, Words("three"), by=town.ana)
    other = written_to(town)
    send_all()

    of_ticket = [m for m in relay.mails if f"[#{ticket.number}]" in m["Subject"]]
    assert [plain(m).split()[0] for m in of_ticket] == ["one", "two", "three"]
    assert len(relay.mails) == 4 and other
    assert set(relay.recipients) == {"tess@northvalley.example"}
    assert relay.sessions[0] is relay.sessions[1]
    assert states() == ["sent"] * 4 and OutboundMail.objects.exclude(sent_at=None).count() == 4


def test_a_relay_that_is_away_for_a_day_loses_nothing_and_keeps_the_order(
    town: Town, ticket: Ticket, settings: Any
) -> None:
    settings.EMAIL_RELAY = relay_settings(free_port())
    reply(ticket, Words("two"), by=town.ana)
    send_all()
    first = OutboundMail.objects.earliest("id")
    assert states() == ["queued", "queued"]
    assert "could not be used" in first.error and first.leased_until is None

    for hours in range(24):
        with later(hours=hours):
            send_all()
    assert states() == ["queued", "queued"]


def test_once_the_relay_is_back_everything_leaves(
    town: Town, ticket: Ticket, relay: Relay, settings: Any
) -> None:
    good, settings.EMAIL_RELAY = settings.EMAIL_RELAY, relay_settings(free_port())
    reply(ticket, Words("two"), by=town.ana)
    send_all()
    settings.EMAIL_RELAY = good
    with later(minutes=16):
        send_all()

    assert [plain(m).split()[0] for m in relay.mails] == ["one", "two"]


@pytest.mark.parametrize("answer", ["450 4.2.2 Mailbox full", "451 4.7.1 Greylisted"])
def test_a_refusal_for_now_is_tried_again_later(ticket: Ticket, relay: Relay, answer: str) -> None:
    relay.answer_recipient = answer
    send_all()
    mail = OutboundMail.objects.get()
    assert (mail.state, mail.attempts, mail.permanent) == ("queued", 1, False)
    assert mail.next_attempt_at > clock.now() and answer[:3] in mail.error

    relay.answer_recipient = "250 OK"
    with later(minutes=1):
        send_all()
    assert states() == ["sent"] and OutboundMail.objects.get().error == ""


def test_news_leave_while_a_greylisted_ticket_waits(
    town: Town, ticket: Ticket, relay: Relay
) -> None:
    reply(ticket, Words("two"), by=town.ana)
    relay.answer_recipient = "451 4.7.1 Greylisted"
    send_all()
    relay.answer_recipient = "250 OK"
    OutboundMail.objects.filter(attempts=1).update(next_attempt_at=clock.now() + timedelta(hours=1))
    about = Subscription("status", "1", "the status page")
    send_news(town.sam, about, subject="All is well", letter=letters.Letter("Well.", "Well."))
    send_all()

    assert states() == ["queued", "queued", "sent"]
    assert [mail["Subject"] for mail in relay.mails] == ["All is well"]


@pytest.mark.parametrize("where", ["answer_recipient", "answer_data"])
def test_a_refusal_for_good_is_told_to_the_assignee_and_blocks_nothing(
    town: Town, ticket: Ticket, relay: Relay, where: str
) -> None:
    setattr(relay, where, "550 5.1.1 No such user")
    reply(ticket, Words("two"), by=town.ana)
    assert sending.send_what_is_due() == 1
    setattr(relay, where, "250 OK")
    send_all()
    first, second = OutboundMail.objects.filter(ticket=ticket).order_by("id")

    assert (first.state, first.permanent) == ("failed", True) and "No such user" in first.error
    assert second.state == "sent"
    assert "could not be delivered" in Notice.objects.get(recipient=town.ana).text


def test_after_five_days_a_mail_is_given_up(ticket: Ticket, settings: Any) -> None:
    settings.EMAIL_RELAY = relay_settings(free_port())
    with later(days=5, seconds=1):
        send_all()

    assert OutboundMail.objects.get(ticket=ticket).state == "failed"


def test_without_a_relay_mails_lie_whole_in_the_outbox(
    ticket: Ticket, settings: Any, tmp_path: Path
) -> None:
    settings.OUTBOX = tmp_path / "deep" / "outbox"
    send_all()
    (file,) = settings.OUTBOX.iterdir()

    assert file.suffix == ".eml" and b"Subject: " in file.read_bytes()
    assert states() == ["sent"]


def test_an_outbox_that_cannot_be_written_is_data_on_the_mail(
    ticket: Ticket, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.OUTBOX = tmp_path / "file" / "outbox"
    send_all()

    assert states() == ["queued"]
    assert "outbox folder can't be written" in OutboundMail.objects.get().error


def test_a_mail_in_the_hand_of_a_dead_worker_is_sent_when_its_lease_is_over(
    ticket: Ticket, relay: Relay
) -> None:
    assert len(sending._lease()) == 1  # and now the worker is killed
    send_all()
    assert relay.mails == []

    with later(minutes=5, seconds=1):
        send_all()
    assert len(relay.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_mail_once_and_keep_the_order_of_a_ticket(relay: Relay) -> None:
    town = build()
    tickets = [written_to(town) for _ in range(4)]
    for n in ("two", "three"):
        for ticket in tickets:
            reply(ticket, Words(n), by=town.ana)

    def work() -> None:
        while "queued" in states():
            outbound.step()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(relay.mails) == 12
    for ticket in tickets:
        said = [plain(m).split()[0] for m in relay.mails if m["Subject"].endswith(f"#{ticket.pk}]")]
        assert said == ["one", "two", "three"]


@pytest.mark.parametrize("tuples", [pytest.param(-1, id="never seen"), pytest.param(0, id="empty")])
def test_no_statistics_make_the_queue_compare_each_mail_with_each(
    ticket: Ticket, tuples: int
) -> None:
    """PostgreSQL may believe that the queue is empty when a storm has just begun (E5)."""
    with connection.cursor() as cursor:  # and its indexes are as small as at first
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {OutboundMail._meta.db_table} CASCADE")
        for kind in (OutboundMail.Kind.REPLY, OutboundMail.Kind.NEWS):
            OutboundMail.objects.bulk_create(
                OutboundMail(kind=kind, ticket=ticket, recipient=f"{n}@d.example")
                for n in range(1000)
            )
        believed = "UPDATE pg_class SET reltuples = %s, relpages = 0 WHERE relname = %s"
        cursor.execute(believed, [tuples, OutboundMail._meta.db_table])
    with CaptureQueriesContext(connection) as asked:
        sending._lease()
        sending._oldest_news(clock.now())
    of_tickets, of_news = [each["sql"] for each in asked if "FOR UPDATE" in each["sql"]]
    for lease, index in [(of_tickets, "outbound_of_ticket"), (of_news, "outbound_news_to")]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {lease}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert index in plan, plan
        assert "Join" not in plan


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 15), (3, 45), (6, 900), (500, 900)])
def test_the_pauses_grow_to_a_quarter_of_an_hour(attempts: int, seconds: int) -> None:
    assert sending.pause_after(attempts) == timedelta(seconds=seconds)
