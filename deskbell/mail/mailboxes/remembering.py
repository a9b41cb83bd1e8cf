"""What is kept of a mailbox: how far it was read, how it stands, and what opens it.

Asked by many threads, so each question runs in one of a few that have a connection to the database.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import TypeVar

from django.db import close_old_connections, connections

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.sealing import opens, seal, unseal
from deskbell.mail.mailboxes.models import Mailbox
from deskbell.mail.mailboxes.oauth import Client

Result = TypeVar("Result")
THREADS = 3


class Memory:
    """A few threads with a connection each."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="memory")

    def ask(self, question: Callable[[], Result]) -> Result:
        """Ask the database in one of the threads; raises what the question raises."""
        return self._threads.submit(_asked, question).result()

    def close(self) -> None:
        """Let go of the connections, each in its own thread: the barrier gives every thread one task."""
        each = Barrier(THREADS, timeout=5)

        def let_go() -> None:
            each.wait()
            connections.close_all()

        for _ in range(THREADS):
            self._threads.submit(let_go)
        self._threads.shutdown()


def wanted() -> dict[int, datetime]:
    """The mailboxes that are to be read, each with when a person last changed it."""
    return dict(Mailbox.objects.filter(active=True).values_list("pk", "changed_at"))


def mailbox(pk: int) -> Mailbox:
    """One mailbox. Raises Mailbox.DoesNotExist if it was taken away."""
    return Mailbox.objects.get(pk=pk)


def password_of(found: Mailbox) -> str:
    """Refused, with what to do, if it was sealed under another key."""
    return _opened(found.password, "this password", "Open the mailbox here and enter it again.")


def refresh_token_of(found: Mailbox) -> str:
    """What a consent has brought; empty if there was none. Refused as above."""
    return _opened(
        found.refresh_token, "this consent", "Open the mailbox here and press “Connect”."
    )


def client_of(found: Mailbox) -> Client:
    """The registered app with which the mailbox is opened. Refused as above."""
    todo = "Open the mailbox here and enter the client secret again."
    secret = _opened(found.client_secret, "this client secret", todo)
    return Client(found.sign_in, found.client_id, secret, found.tenant)


def _opened(sealed: str, what: str, todo: str) -> str:
    if not opens(sealed):
        raise Refused(f"The desk’s secret key has changed since {what} was saved. {todo}")
    return unseal(sealed)


def note_refresh_token(pk: int, token: str) -> None:
    """Some providers give a new one each time, and the old one ends."""
    Mailbox.objects.filter(pk=pk).update(refresh_token=seal(token))


def note_read(pk: int, *, numbering: int, up_to: int) -> None:
    """All up to this number is stored."""
    Mailbox.objects.filter(pk=pk).update(numbering=numbering, last_number=up_to)


def note_well(pk: int, remark: str = "") -> None:
    """It is connected; `remark` is something that an administrator should know all the same."""
    _note(pk, Mailbox.Standing.WELL, remark)


def note_failing(pk: int, problem: str) -> None:
    """It can't be read now, and why."""
    _note(pk, Mailbox.Standing.FAILING, problem)


def _note(pk: int, standing: Mailbox.Standing, problem: str) -> None:
    now = clock.now()
    found = Mailbox.objects.filter(pk=pk, active=True)
    found.exclude(standing=standing).update(standing=standing, standing_since=now)
    found.update(problem=problem[:500].replace("\0", ""), looked_at=now)


def _asked(question: Callable[[], Result]) -> Result:
    close_old_connections()
    try:
        return question()
    finally:
        close_old_connections()
