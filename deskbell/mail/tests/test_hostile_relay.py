"""Relays as they are: refusing, slow, dropping connections. Counted mail by mail: none lost, none twice."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from deskbell.lib import clock
from deskbell.mail import outbound, sending
from deskbell.mail.models import OutboundMail
from deskbell.mail.tests.conftest import parsed, plain, relay_settings
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_by_agent
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, build

TICKETS, REPLIES = 4, 4


@dataclass
class HostileRelay:
    """A real SMTP server, line by line, that misbehaves as its dice say, at the places that are named."""

    dice: random.Random
    faults: tuple[str, ...]
    accepted: list[bytes] = field(default_factory=list)  # answered 250 after the whole mail
    swallowed: list[bytes] = field(
        default_factory=list
    )  # taken whole, and the line cut before the 250
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, EOFError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is("421 at the door"):
            writer.write(b"421 4.3.2 Too busy\r\n")
            return
        writer.write(b"220 hostile.example\r\n")
        while line := await reader.readline():
            command = line.split(b" ")[0].strip().upper()
            if command == b"QUIT":
                writer.write(b"221 Bye\r\n")
                return
            if command == b"DATA":
                if not await self._take(reader, writer):
                    return
            elif command == b"RCPT" and self._is("450 for the recipient"):
                writer.write(b"450 4.2.2 Not now\r\n")
            elif command == b"MAIL" and self._is("cut at MAIL"):
                return
            else:
                writer.write(b"250 OK\r\n")
            await writer.drain()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"354 Go\r\n")
        if self._is("cut within DATA"):
            await reader.read(200)
            return False
        raw = await reader.readuntil(b"\r\n.\r\n")
        if self._is("slow"):
            await asyncio.sleep(0.15)
        if self._is("451 after DATA"):
            writer.write(b"451 4.3.0 Try later\r\n")
            return True
        if self._is("cut before the 250"):
            self.swallowed.append(raw)
            return False
        self.accepted.append(raw)
        writer.write(b"250 Taken\r\n")
        return True

    def _is(self, fault: str) -> bool:
        return fault in self.faults and self.dice.random() < 0.25


@pytest.fixture
def hostile(settings: Any) -> Iterator[HostileRelay]:
    made, ready, loop = (
        HostileRelay(random.Random(7), ()),
        threading.Event(),
        asyncio.new_event_loop(),
    )
    told = asyncio.Event()

    async def live() -> None:
        server = await asyncio.start_server(made.talk, "127.0.0.1", 0)
        made.port = server.sockets[0].getsockname()[1]
        ready.set()
        await told.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.05)

    thread = threading.Thread(target=lambda: (loop.run_until_complete(live()), loop.close()))
    thread.start()
    assert ready.wait(10)
    settings.EMAIL_RELAY = relay_settings(made.port)
    yield made
    loop.call_soon_threadsafe(told.set)
    thread.join(10)


SAFE = (
    "421 at the door",
    "450 for the recipient",
    "cut at MAIL",
    "cut within DATA",
    "451 after DATA",
)


@pytest.mark.parametrize("faults", [*((each,) for each in SAFE), (*SAFE, "slow")], ids=str)
def test_none_is_lost_and_none_comes_twice_and_the_order_of_a_ticket_stays(
    town: Town, hostile: HostileRelay, faults: tuple[str, ...]
) -> None:
    hostile.faults = faults
    tickets = conversations(town)
    send_for_a_day()

    assert OutboundMail.objects.filter(state="sent").count() == TICKETS * REPLIES
    told = [told_by(raw) for raw in hostile.accepted]
    assert set(Counter(told).values()) == {1} and len(told) == TICKETS * REPLIES
    for ticket in tickets:
        assert [said for number, said in told if number == ticket.number] == [*range(REPLIES)]


def test_what_a_relay_took_without_saying_so_comes_again_under_the_same_id(
    town: Town, hostile: HostileRelay
) -> None:
    hostile.faults = ("cut before the 250",)
    conversations(town)
    send_for_a_day()

    accepted = Counter(message_id(raw) for raw in hostile.accepted)
    assert set(accepted.values()) == {1} and len(accepted) == TICKETS * REPLIES
    assert hostile.swallowed
    assert {message_id(raw) for raw in hostile.swallowed} <= set(accepted)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_a_hostile_relay_send_each_mail_once(
    hostile: HostileRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "FIRST_PAUSE", timedelta(milliseconds=20))
    monkeypatch.setattr(sending, "LONGEST_PAUSE", timedelta(milliseconds=100))
    hostile.faults = SAFE
    tickets = conversations(build())

    def work() -> None:
        while OutboundMail.objects.filter(state="queued").exists():
            outbound.step()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    told = [told_by(raw) for raw in hostile.accepted]
    assert set(Counter(told).values()) == {1} and len(told) == TICKETS * REPLIES
    for ticket in tickets:
        assert [said for number, said in told if number == ticket.number] == [*range(REPLIES)]


def test_a_follower_whose_mailbox_is_full_keeps_nobody_waiting(
    town: Town, hostile: HostileRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        outbound,
        "followers_by_ticket",
        lambda tickets: {each.pk: [town.olivia] for each in tickets},
    )
    (ticket, *_) = conversations(town, tickets=1, replies=2)
    stuck = OutboundMail.objects.filter(recipient=town.olivia.email)
    stuck.update(next_attempt_at=clock.now() + timedelta(hours=5))
    outbound.step()
    outbound.step()

    to_tess = OutboundMail.objects.filter(ticket=ticket, recipient=town.tess.email)
    assert set(to_tess.values_list("state", flat=True)) == {"sent"}
    assert set(stuck.values_list("state", flat=True)) == {"queued"}


def conversations(town: Town, *, tickets: int = TICKETS, replies: int = REPLIES) -> list[Ticket]:
    """So many tickets, each with so many mails in the queue, numbered."""
    words = Words("0")
    made = [
        open_by_agent("News", words, by=town.ana, requester=town.tess, customers_words=False)
        for _ in range(tickets)
    ]
    for n in range(1, replies):
        for ticket in made:
            reply(ticket, Words(str(n)), by=town.ana)
    return made


def send_for_a_day() -> None:
    start = clock.now()
    for quarter in range(4 * 24):
        with clock.moved_to(start + timedelta(minutes=15 * quarter + 1)):
            while outbound.step() == 0:
                pass
        if not OutboundMail.objects.filter(state="queued").exists():
            return


def told_by(raw: bytes) -> tuple[int, int]:
    """The ticket of a mail, and which of its replies it is."""
    mail = parsed(raw.removesuffix(b".\r\n"))
    number = int(mail["Subject"].rpartition("#")[2].rstrip("]"))
    return number, int(plain(mail).split()[0])


def message_id(raw: bytes) -> str:
    return str(parsed(raw)["Message-ID"])
