"""Sending a mail, and looking until it is there."""

from __future__ import annotations

import asyncio
import contextlib
import secrets as chance
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from deskbell.monitoring.checks import certificates
from deskbell.monitoring.checks.common import Failed, Found, Question, Tools, Unreached
from deskbell.monitoring.checks.smtp.asking import client_for, in_words

LOOKS_EVERY = 0.5  # seconds
MARK = "X-Deskbell-Check"
STALE = 50  # mails of earlier rounds that are cleared away at most
# The library blocks, so it has threads of its own; each ends with its check, whatever the server does.
_threads = ThreadPoolExecutor(8, thread_name_prefix="imap")


async def ask(question: Question, tools: Tools) -> Found:
    """`{smtp: server, imap: server, sender, recipient, folder}`; secrets `smtp_user`, `smtp_password`,
    `user`, `password`. What it has sent it takes away again."""
    began, token = time.perf_counter(), chance.token_hex(12)
    await _send(question, token)
    finding = _Finding(question.asks, question.secrets, token, began + question.within)
    loop = asyncio.get_running_loop()
    try:
        await loop.run_in_executor(_threads, finding.find)
    finally:
        finding.end()
    return Found(f"The mail was there after {time.perf_counter() - began:.1f} s")


async def _send(question: Question, token: str) -> None:
    asks, mail = question.asks, EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = asks["sender"], asks["recipient"], f"Check {token}"
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="deskbell.localhost")
    mail["Auto-Submitted"], mail[MARK] = "auto-generated", token
    mail.set_content("The desk looks whether mail arrives. It takes this away again by itself.")
    client = client_for(asks["smtp"], question.within)
    try:
        with in_words(question.within):
            await client.connect()
            if asks["smtp"]["security"] == "starttls":
                await client.starttls()
            if question.secrets.get("smtp_user"):
                await client.login(
                    question.secrets["smtp_user"], question.secrets.get("smtp_password", "")
                )
            await client.send_message(mail)
    finally:
        client.close()


class _Finding:
    """Looking for one mail, in a thread. `end` from outside breaks the line, and so the waiting."""

    def __init__(
        self, asks: Mapping[str, Any], secrets: Mapping[str, str], token: str, until: float
    ) -> None:
        self._asks, self._secrets, self._token, self._until = asks, secrets, token, until
        self._ended = threading.Event()
        self._client: IMAPClient | None = None

    def end(self) -> None:
        self._ended.set()
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.socket().shutdown(socket.SHUT_RDWR)

    def find(self) -> None:
        """Return when the mail was there. Raises Failed or Unreached."""
        if self._ended.is_set():
            return
        try:
            self._client = self._connected()
            self._sign_in(self._client)
            self._wait(self._client)
        except ssl.SSLError:
            raise
        except TimeoutError:
            raise Unreached("The mailbox does not answer.") from None
        except (IMAPClientError, OSError, ValueError) as error:
            raise Failed(f"The mailbox can't be read: {str(error)[:200]}") from None
        finally:
            if self._client is not None:
                with contextlib.suppress(Exception):
                    self._client.shutdown()

    def _connected(self) -> IMAPClient:
        at, left = self._asks["imap"], max(0.1, self._until - time.perf_counter())
        context = certificates.context_for(at) if at["security"] != "none" else None
        client = IMAPClient(
            at["host"],
            at["port"],
            ssl=at["security"] == "tls",
            ssl_context=context if at["security"] == "tls" else None,
            timeout=SocketTimeout(left, left),
        )
        if at["security"] == "starttls":
            client.starttls(context)
        return client

    def _sign_in(self, client: IMAPClient) -> None:
        try:
            client.login(self._secrets.get("user", ""), self._secrets.get("password", ""))
        except LoginError:
            raise Failed("The mailbox does not take the user and password.") from None
        client.select_folder(self._asks["folder"])

    def _wait(self, client: IMAPClient) -> None:
        while not self._ended.is_set():
            found = client.search(["HEADER", MARK, self._token])
            if found:
                stale = client.search(["HEADER", MARK, ""])[:STALE]
                client.delete_messages(sorted({*found, *stale}))
                client.expunge()
                return
            if time.perf_counter() > self._until:
                raise Failed("The mail was sent, and did not arrive in time.")
            self._ended.wait(LOOKS_EVERY)
            client.noop()
