"""One mailbox at its server: signing in, what is new, one mail, waiting for the next."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from imapclient import SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 15, 60
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}  # seconds, and how often
SECONDS_OF_IDLING = 240  # Google ends a connection that idles for ten minutes
SECONDS_BETWEEN_LOOKS = 5  # where the server can't tell
# Dovecot says nothing of a mail that comes just while IDLE begins, so the first wait after news is short,
# and each that stays silent is followed by one twice as long. No shorter: some servers tell with every
# answer what everybody knows.
SECONDS_AFTER_NEWS = 1
MOST_AT_ONCE = 50
AT_FIRST = timedelta(days=7)  # of unread mail, when a mailbox is read for the first time


class MailboxProblem(Exception):
    """The mailbox can't be read now; the text tells an administrator why."""


class ServerAway(MailboxProblem):
    """Nobody answers there, or the line broke: it may be back at any moment."""


@dataclass(frozen=True)
class Address:
    """Where the mailbox is. `security`: tls, starttls or none."""

    host: str
    port: int
    security: str
    user: str
    folder: str


@dataclass(frozen=True)
class Waiting:
    """A mail in the mailbox: its number, its size in bytes, and since when it lies there."""

    number: int
    size: int
    since: datetime


class _Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    def has_news(self) -> bool:
        """Whether the server has told of mails since this was last asked. It may tell in the midst of any
        answer, and then only there: IDLE, begun afterwards, is silent about them."""
        return bool(self._imap.response("EXISTS")[1] != [None])


class Connection:
    """A mailbox that is open. `numbering` is its UIDVALIDITY, `next_number` the UID of its next mail."""

    def __init__(self, address: Address, *, password: str = "", access_token: str = "") -> None:
        """Raises MailboxProblem."""
        self._is_closed = threading.Event()
        self._patience = SECONDS_AFTER_NEWS
        with _told(address):
            self._client = _connected(address)
            try:
                self._sign_in(address, password, access_token)
                chosen = self._client.select_folder(address.folder)
                self._can_idle = self._client.has_capability("IDLE")
            except BaseException:
                self.close()
                raise
        self._address = address
        self.numbering = int(chosen[b"UIDVALIDITY"])
        self.next_number = int(chosen.get(b"UIDNEXT") or 0)

    def after(self, number: int) -> Iterator[Waiting]:
        """The mails behind a number, the oldest first."""
        yield from self._listed(["UID", f"{number + 1}:*"], above=number)

    def unread(self) -> Iterator[Waiting]:
        """What nobody has read of the last days: with this a mailbox begins."""
        since = date.today() - AT_FIRST  # noqa: DTZ011 - IMAP's SINCE knows no zone
        yield from self._listed(["UNSEEN", "SINCE", since], above=0)

    def bytes_of(self, number: int) -> bytes:
        """The mail as it came, not marked as read; empty if it was taken away meanwhile."""
        with _told(self._address):
            found = self._client.fetch([number], ["BODY.PEEK[]"])
        return bytes(found.get(number, {}).get(b"BODY[]") or b"")

    def mark_read(self, number: int) -> None:
        """A mailbox that may not be changed stays as it is; its numbers are enough."""
        with _told(self._address), contextlib.suppress(IMAPClientError):
            self._client.add_flags([number], [SEEN], silent=True)

    def wait(self) -> None:
        """Return when something happens, or when it is time to look."""
        with _told(self._address):
            if self._can_idle:
                if self._client.has_news():
                    self._patience = SECONDS_AFTER_NEWS
                self._client.idle()
                told = self._client.idle_check(timeout=self._patience)
                self._client.idle_done()
                longer = min(2 * self._patience, SECONDS_OF_IDLING)
                self._patience = SECONDS_AFTER_NEWS if told else longer
            else:
                self._is_closed.wait(SECONDS_BETWEEN_LOOKS)
                self._client.noop()

    def interrupt(self) -> None:
        """End what another thread is doing with it: that one hears of a broken connection."""
        self._is_closed.set()
        with contextlib.suppress(Exception):
            self._client.socket().shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._is_closed.set()
        with contextlib.suppress(Exception):
            self._client.shutdown()

    def _sign_in(self, address: Address, password: str, access_token: str) -> None:
        if access_token:
            self._client.oauth2_login(address.user, access_token)
        else:
            self._client.login(address.user, password)

    def _listed(self, criteria: Sequence[object], *, above: int) -> Iterator[Waiting]:
        with _told(self._address):
            self._client.has_news()  # what it told before, this search finds
            numbers = sorted(n for n in self._client.search(criteria) if n > above)
        for start in range(0, len(numbers), MOST_AT_ONCE):
            chunk = numbers[start : start + MOST_AT_ONCE]
            with _told(self._address):
                found = self._client.fetch(chunk, ["RFC822.SIZE", "INTERNALDATE"])
            for number in chunk:
                if number in found:
                    told = found[number]
                    yield Waiting(number, told[b"RFC822.SIZE"], told[b"INTERNALDATE"])


def _connected(address: Address) -> _Client:
    trusting = None if address.security == "none" else ssl.create_default_context()
    client = _Client(
        address.host,
        address.port,
        ssl=address.security == "tls",
        ssl_context=trusting if address.security == "tls" else None,
        timeout=SocketTimeout(SECONDS_TO_CONNECT, SECONDS_TO_ANSWER),
    )
    client.normalise_times = False  # instants with their zone
    _keep_alive(client.socket())
    if address.security == "starttls":
        client.starttls(trusting)
    return client


def _keep_alive(line: socket.socket) -> None:
    """While a mailbox idles nobody speaks: a router that forgets the line is found out in two minutes, and
    one that forgets what is silent is kept awake."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):  # each system has its own
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


@contextlib.contextmanager
def _told(address: Address) -> Iterator[None]:
    """Whatever goes wrong becomes a sentence for the screen."""
    try:
        yield
    except LoginError as error:
        raise MailboxProblem(
            f"{address.host} does not let {address.user} in: {_said(error)}"
        ) from error
    except ssl.SSLError as error:
        raise MailboxProblem(
            f"The certificate of {address.host} is not to be trusted: {error}"
        ) from error
    except socket.gaierror as error:
        raise MailboxProblem(f"There is no server named {address.host}.") from error
    except TimeoutError as error:
        raise ServerAway(f"{address.host} does not answer on port {address.port}.") from error
    except IMAPClientError as error:
        raise MailboxProblem(f"{address.host} says: {_said(error)}") from error
    except OSError as error:
        raise ServerAway(f"The connection to {address.host} failed: {_said(error)}") from error
    except (ValueError, KeyError) as error:
        raise MailboxProblem(f"The connection to {address.host} failed: {_said(error)}") from error


def _said(error: BaseException) -> str:
    """The server's words as text: imaplib gives them as bytes, or as what bytes look like."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    quoted = re.fullmatch(r"b(['\"])(.*)\1", text, re.DOTALL)
    return ((quoted[2] if quoted else text) or type(error).__name__)[:300]
