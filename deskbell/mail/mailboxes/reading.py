"""Reading one mailbox for ever, in a thread of its own: what fails here disturbs no other."""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from deskbell.lib.errors import Refused
from deskbell.mail.door.storing import CannotStore, Envelope
from deskbell.mail.inbound.addressing import BARE_ADDRESS
from deskbell.mail.mailboxes import oauth, remembering
from deskbell.mail.mailboxes.connection import (
    Address,
    Connection,
    MailboxProblem,
    ServerAway,
    Waiting,
)
from deskbell.mail.mailboxes.models import Mailbox
from deskbell.mail.mailboxes.remembering import Memory
from deskbell.mail.trust.head import fields

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0  # seconds before a mailbox that failed is tried again
LONGEST_AWAY = 8.0  # ... whose server does not answer: mail is there ten seconds after its return
SECONDS_TO_TRUST = 10.0  # open for so long, it was well: a server may end what idles, every minute
EARLY = 120  # seconds before its end that an access token is renewed
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """What a reader needs: to store a mail (raises CannotStore), to ask the database, the largest mail."""

    store: Callable[[bytes, Envelope], None]
    memory: Memory
    most_bytes: int


class Reader(threading.Thread):
    """Reads one mailbox until it is told to stop."""

    def __init__(self, pk: int, desk: Desk) -> None:
        super().__init__(name=f"mailbox {pk}", daemon=True)
        self._pk = pk
        self._desk = desk
        self._told = threading.Event()
        self._connection: Connection | None = None
        self._token, self._token_ends = "", 0.0
        self._remark = self._problem = ""
        self._well_since = math.inf

    def stop(self) -> None:
        """Let it end; a mail that is under way is stored, or read again the next time."""
        self._told.set()
        if connection := self._connection:
            connection.interrupt()

    def run(self) -> None:
        pause = FIRST_PAUSE
        while not self._told.is_set():
            self._well_since, longest = math.inf, LONGEST_PAUSE
            try:
                self._read()
            except Mailbox.DoesNotExist:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, the next attempt may succeed
                if self._told.is_set():
                    return
                self._complain(error)
                longest = LONGEST_AWAY if isinstance(error, ServerAway) else LONGEST_PAUSE
            if time.monotonic() - self._well_since > SECONDS_TO_TRUST:
                pause = FIRST_PAUSE
            pause = min(pause, longest)
            # Not all in the same moment: a server that comes back has eighty to let in.
            self._told.wait(random.uniform(pause / 2, pause))  # noqa: S311 - no secret
            pause *= 2

    def _read(self) -> None:
        """Open the mailbox and read what comes, until the connection ends."""
        found = self._desk.memory.ask(lambda: remembering.mailbox(self._pk))
        self._remark = ""
        self._connection = connection = self._opened(found)
        try:
            last = self._catch_up_at_first(found, connection)
            self._well_since = time.monotonic()
            while not self._told.is_set():
                last = self._take(connection, connection.after(last), last)
                self._desk.memory.ask(lambda: remembering.note_well(self._pk, self._remark))
                connection.wait()
        finally:
            self._connection = None
            connection.close()

    def _opened(self, found: Mailbox) -> Connection:
        address = Address(found.host, found.port, found.security, found.user, found.folder)
        if found.sign_in == Mailbox.SignIn.PASSWORD:
            return Connection(address, password=remembering.password_of(found))
        return Connection(address, access_token=self._access_token(found))

    def _access_token(self, found: Mailbox) -> str:
        if time.monotonic() < self._token_ends:
            return self._token
        given = remembering.refresh_token_of(found)
        if not given:
            raise Refused("Nobody has consented yet: press “Connect” at this mailbox.")
        tokens = oauth.refreshed(remembering.client_of(found), given)
        if tokens.refresh and tokens.refresh != given:
            self._desk.memory.ask(lambda: remembering.note_refresh_token(self._pk, tokens.refresh))
        self._token = tokens.access
        self._token_ends = time.monotonic() + max(0, tokens.seconds - EARLY)
        return self._token

    def _catch_up_at_first(self, found: Mailbox, connection: Connection) -> int:
        """The number up to which all is stored. A mailbox that is new, or whose server has numbered anew,
        begins with what is unread; what the desk has already is recognized by its bytes."""
        if found.numbering == connection.numbering:
            return found.last_number
        before = max(connection.next_number - 1, 0)
        for waiting in connection.unread():
            if waiting.number <= before:
                self._take_one(connection, waiting)
        self._note_read(connection, before)
        return before

    def _take(self, connection: Connection, mails: Iterable[Waiting], last: int) -> int:
        for waiting in mails:
            self._take_one(connection, waiting)
            last = waiting.number
            self._note_read(connection, last)
        return last

    def _take_one(self, connection: Connection, waiting: Waiting) -> None:
        """Store one mail, and only then mark it as read."""
        if waiting.size > self._desk.most_bytes:
            self._remark = f"A mail of {waiting.size // 1024**2} MB is too large, and stays there."
            return
        raw = connection.bytes_of(waiting.number)
        if not raw:
            return
        self._desk.store(raw, _envelope(raw, waiting))
        connection.mark_read(waiting.number)

    def _note_read(self, connection: Connection, up_to: int) -> None:
        numbering = connection.numbering
        self._desk.memory.ask(
            lambda: remembering.note_read(self._pk, numbering=numbering, up_to=up_to)
        )

    def _complain(self, error: Exception) -> None:
        known = isinstance(error, (MailboxProblem, Refused, CannotStore))
        problem = str(error) if known else f"{type(error).__name__}: {error}"
        if problem != self._problem:  # once, not at each attempt
            log.warning("Mailbox %s can't be read: %s", self._pk, problem, exc_info=not known)
        self._problem = problem
        try:
            self._desk.memory.ask(lambda: remembering.note_failing(self._pk, problem))
        except Exception as worse:  # noqa: BLE001 - without the database there is nobody to tell
            log.warning("... and the database doesn't answer: %s", worse)


def _envelope(raw: bytes, waiting: Waiting) -> Envelope:
    """As far as the server that delivered it has written it down; the rest says the head of the mail."""
    said = fields(raw, b"Return-Path") or fields(raw, b"From")
    sender = BARE_ADDRESS.search(said[0]) if said else None
    to = [
        address
        for name in (b"Delivered-To", b"X-Original-To", b"Envelope-To")
        for field in fields(raw, name)
        for address in BARE_ADDRESS.findall(field)
    ]
    return Envelope(
        sender=sender[0] if sender else "",
        recipients=list(dict.fromkeys(to)),
        peer="",
        door="imap",
        received=waiting.since,
    )
