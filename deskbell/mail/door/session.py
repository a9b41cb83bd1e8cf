"""One SMTP conversation: aiosmtpd's, but bytes are kept exactly, and nobody stays for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiosmtpd.smtp import SMTP, syntax

CHUNK = 64 * 1024
SECONDS_OF_SILENCE = 120
SECONDS_OF_SESSION = 30 * 60
MOST_SESSIONS = 100
END = b"\r\n.\r\n"


class TooLarge(Exception):
    """The mail was longer than it may be; it has been read to its end and dropped."""


class Session(SMTP):
    """aiosmtpd's own reading of DATA refuses lines of more than a thousand bytes, and mails have
    them. This one takes them, and ends a mail at CRLF dot CRLF alone, so that nothing can be
    smuggled in behind a bare line feed."""

    def __init__(
        self, *args: Any, sessions: set[Session], lmtp: bool = False, **named: Any
    ) -> None:
        super().__init__(*args, timeout=SECONDS_OF_SILENCE, enable_SMTPUTF8=True, **named)
        self._sessions = sessions
        self._lmtp = lmtp
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._end:  # the same conversation goes on, now under TLS
            super().connection_made(transport)
            return
        if len(self._sessions) >= MOST_SESSIONS:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"421 4.3.2 Too many connections; please come again in a minute.\r\n")
            transport.close()
            return
        self._sessions.add(self)
        self._end = self.loop.call_later(SECONDS_OF_SESSION, transport.close)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._end is None:  # it was turned away
            return
        self._end.cancel()
        self._sessions.discard(self)
        super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self._end else False

    @property
    def is_within_a_mail(self) -> bool:
        """Has the client begun a mail that was not answered yet?"""
        return bool(self.envelope and self.envelope.mail_from)

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:
        """LMTP's greeting (RFC 2033)."""
        if self._lmtp:
            await super().smtp_EHLO(hostname)
        else:
            await self.push("500 5.5.1 This door speaks SMTP: say EHLO.")

    @syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname: str) -> None:
        await self._only_by_smtp(super().smtp_EHLO, hostname)

    @syntax("HELO hostname")
    async def smtp_HELO(self, hostname: str) -> None:
        await self._only_by_smtp(super().smtp_HELO, hostname)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        assert self.envelope is not None
        if await self.check_helo_needed():
            return
        if arg or not self.envelope.rcpt_tos:
            await self.push("501 Syntax: DATA" if arg else "503 Error: need RCPT command")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            self.envelope.content = await self._receive()
            status = await self._call_handler_hook("DATA")
        except TooLarge:
            status = (
                f"552 5.3.4 The mail is larger than the {self.data_size_limit} bytes taken here."
            )
        answers = len(self.envelope.rcpt_tos) if self._lmtp else 1  # LMTP: one for each recipient
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        for _ in range(answers):
            await self.push(status)

    async def _only_by_smtp(self, greet: Callable[[str], Awaitable[None]], hostname: str) -> None:
        if self._lmtp:
            await self.push("500 5.5.1 This door speaks LMTP: say LHLO.")
        else:
            await greet(hostname)

    async def _receive(self) -> bytes:
        """Read to the lone dot and undo dot-stuffing. Raises TooLarge, after reading it all."""
        data = bytearray(b"\r\n")  # so that a dot on the very first line is one, too
        dropped = False
        while True:
            searched = max(0, len(data) - len(END) + 1)
            chunk = await self._reader.read(CHUNK)
            if not chunk:
                raise ConnectionResetError("The client left in the middle of a mail.")
            self._reset_timeout()
            data += chunk
            end = data.find(END, searched)
            if end >= 0:
                self._unread(bytes(data[end + len(END) :]))
                if dropped or (self.data_size_limit and end > self.data_size_limit):
                    raise TooLarge
                del data[end + 2 :], data[:2]
                return _unstuffed(data)
            if self.data_size_limit and len(data) > self.data_size_limit + len(END):
                dropped = True
                del data[: 1 - len(END)]

    def _unread(self, rest: bytes) -> None:
        """A client may send its next commands right behind the mail."""
        self._reader._buffer[0:0] = rest  # type: ignore[attr-defined]


def _unstuffed(data: bytearray) -> bytes:
    """Without the dots that the client put before dots. A mail of 25 MB is not copied to find none."""
    if data.startswith(b"."):
        del data[:1]
    return bytes(data.replace(b"\r\n.", b"\r\n") if b"\r\n." in data else data)
