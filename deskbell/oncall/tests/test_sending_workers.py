"""Real workers in processes of their own: killed in the middle of sending, and side by side (E3)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction

from deskbell.lib import clock
from deskbell.oncall.escalating import ring
from deskbell.oncall.models import Page
from deskbell.oncall.paging import open_call
from deskbell.oncall.tests.http_provider import Provider, add_method, say
from deskbell.tickets.models import Channel
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, build

pytestmark = pytest.mark.django_db(transaction=True)
METHODS, CALLS = 6, 4


@pytest.fixture
def waiting(provider: Provider) -> int:
    """Pages of a few calls to many methods of one person; answers how many."""
    town = build()
    for number in range(METHODS):
        add_method(town.ada, provider, name=f"phone {number}")
    for number in range(CALLS):
        _call(town, f"Down {number}")
    Page.objects.update(is_first=False)
    return METHODS * CALLS


@transaction.atomic
def _call(town: Town, subject: str) -> None:
    """About a ticket that pages nobody by itself."""
    words = Words("Help")
    ticket = open_for_customer(subject, words, requester=town.tess, channel=Channel.MAIL)
    ring(open_call(ticket, reason="A test", alert=None), ticket)


@contextmanager
def workers(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    started = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "deskbell.oncall.tests.page_worker",
                str(connection.settings_dict["NAME"]),
            ]
        )
        for _ in range(count)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait(10)


def until(done: Callable[[], bool], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"Waited in vain for {what}."
        time.sleep(0.05)


def all_sent() -> bool:
    return not Page.objects.exclude(state="sent").exists()


def test_a_worker_that_is_killed_in_the_middle_of_sending_loses_no_page_e3(
    waiting: int, provider: Provider
) -> None:
    never = Event()

    def silent(handler: Any, told: Any) -> None:
        never.wait(60)
        say(handler, 200)

    provider.answers = [lambda handler, _: say(handler, 200)] * 3 + [silent] * METHODS
    with workers(1) as (first,):
        provider.wait_for(3 + METHODS - 1)
        first.kill()
        first.wait(10)
    assert not all_sent()
    provider.answers.clear()
    Page.objects.exclude(leased_until=None).update(leased_until=clock.now())  # half a minute passes
    with workers(1):
        until(all_sent, "the other pages")
    never.set()
    came = Counter((told["to"], told["key"]) for told in provider.got)
    doubles = sum(came.values()) - len(came)
    assert len(came) == waiting
    assert 0 < doubles <= METHODS
    assert max(came.values()) == 2
    print(f"{waiting} pages, {doubles} of them twice")


def test_two_workers_side_by_side_send_each_page_once_e3(waiting: int, provider: Provider) -> None:
    with workers(2):
        until(all_sent, "all pages")
    came = Counter((told["to"], told["key"]) for told in provider.got)
    assert len(came) == waiting
    assert set(came.values()) == {1}
