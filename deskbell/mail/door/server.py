"""`deskbell smtp`: an SMTP server, and an LMTP server beside it, for the desk's own addresses alone. A mail
is stored before it is answered `250`."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import uvloop
from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as Conversation
from aiosmtpd.smtp import Session as Peer

from deskbell.mail.door.beating import keep_beating
from deskbell.mail.door.certificate import Certificate
from deskbell.mail.door.known import KnownAddresses
from deskbell.mail.door.session import Session
from deskbell.mail.door.storing import CannotStore, Envelope, Store

SECONDS_TO_FINISH = 5
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listening:
    """Where the door is open. `lmtp_port` 0: not for LMTP; `certificate`: for STARTTLS, if there is one."""

    host: str
    port: int
    lmtp_port: int = 0
    certificate: Certificate | None = None


def serve(
    at: Listening,
    *,
    database_url: str,
    support_address: str,
    most_bytes: int,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Take mail until SIGTERM or Ctrl-C; `ready` is called once the ports are open. Raises OSError."""
    door = Door(database_url, support_address, most_bytes, certificate=at.certificate)

    async def until_told() -> None:
        told = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, told.set)
        await door.open(at.host, at.port)
        if at.lmtp_port:
            await door.open(at.host, at.lmtp_port, lmtp=True)
        ready()
        beating = asyncio.create_task(keep_beating(database_url))
        await told.wait()
        await door.close()
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_told())


class Door:
    """The listening servers with their conversations."""

    def __init__(
        self,
        database_url: str,
        support_address: str,
        most_bytes: int,
        *,
        certificate: Certificate | None = None,
    ) -> None:
        self._store = Store(database_url)
        self._support_address = support_address
        self._known = KnownAddresses(database_url, support_address)
        self._domain = support_address.rpartition("@")[2]
        self._most_bytes = most_bytes
        self._certificate = certificate
        self._sessions: set[Session] = set()
        self._servers: list[asyncio.Server] = []

    async def open(self, host: str, port: int, *, lmtp: bool = False) -> int:
        """Listen; returns the port, which the system chooses if 0 was asked for."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: self._begin(lmtp), host, port)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Listen no longer, let a mail that is under way be answered, and end all conversations."""
        for server in self._servers:
            server.close()
        limit = asyncio.get_running_loop().time() + SECONDS_TO_FINISH
        while any(each.is_within_a_mail for each in self._sessions):
            if asyncio.get_running_loop().time() > limit:
                break
            await asyncio.sleep(0.02)
        for session in list(self._sessions):
            if session.transport:
                session.transport.close()
        await self._store.close()

    def _begin(self, lmtp: bool) -> Session:
        return Session(
            Handler(
                self._store, self._support_address, self._known, door="lmtp" if lmtp else "smtp"
            ),
            sessions=self._sessions,
            lmtp=lmtp,
            data_size_limit=self._most_bytes,
            hostname=self._domain,
            ident="Deskbell",
            tls_context=self._certificate.context() if self._certificate else None,
            loop=asyncio.get_running_loop(),
        )


class Handler:
    """What the door answers: who may get mail here, and whether it has been stored."""

    def __init__(
        self, store: Store, support_address: str, known: KnownAddresses, *, door: str
    ) -> None:
        self._store = store
        self._support_address = support_address
        self._known = known
        self._door = door

    async def handle_RCPT(
        self, server: SMTP, peer: Peer, conversation: Conversation, address: str, options: list[str]
    ) -> str:
        if not await self._known.take(address):
            return f"550 5.7.1 This door takes mail for {self._support_address} alone."
        conversation.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, peer: Peer, conversation: Conversation) -> str:
        raw = conversation.content
        assert isinstance(raw, bytes)
        try:
            await self._store.store(raw, _envelope(peer, conversation, self._door))
        except CannotStore as error:
            log.warning("A mail could not be stored, and will be sent again: %s", error)
            return "451 4.3.0 The desk can't store mail right now; please send it again later."
        return "250 2.0.0 The desk has your mail."

    async def handle_exception(self, error: Exception) -> str:
        log.error("A mail conversation went wrong", exc_info=error)
        return "451 4.3.0 The desk could not understand that; please send the mail again later."


def _envelope(peer: Peer, conversation: Conversation, door: str) -> Envelope:
    address: Any = peer.peer
    sender = conversation.mail_from or ""
    return Envelope(
        sender="" if sender == "<>" else sender,
        recipients=list(conversation.rcpt_tos),
        peer=str(address[0]) if isinstance(address, tuple) else "",
        door=door,
        helo=peer.host_name or "",
    )
