"""Real workers in processes of their own, killed again and again: no mail is lost, doubled or too early."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from deskbell.incidents.models import Delivery, Subscriber
from deskbell.incidents.tests.news import incident, tell
from deskbell.lib import clock
from deskbell.mail.models import OutboundMail
from deskbell.people.models import Person
from tests.town import build

pytestmark = pytest.mark.django_db(transaction=True)
READERS = 1200
TEXTS = ("first", "second")


@contextmanager
def workers(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    module = "deskbell.incidents.tests.news_worker"
    database = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", module, database]
    started = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait(10)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def sent() -> int:
    return Delivery.objects.filter(state="sent").count()


def test_two_workers_are_killed_at_any_time_and_each_reader_hears_all_once_in_order() -> None:
    town = build()
    people = Person.objects.bulk_create(
        Person(email=f"s{number}@school.example") for number in range(READERS)
    )
    now = clock.now()
    Subscriber.objects.bulk_create(
        Subscriber(way="mail", person=person, confirmed_at=now) for person in people
    )
    one = incident(town)
    for text in TEXTS:
        tell(town, one, text)
    total = READERS * len(TEXTS)
    assert Delivery.objects.filter(state="queued").count() == total

    for part in (0.2, 0.5, 0.8):
        with workers(2):
            until(lambda part=part: sent() > total * part)  # type: ignore[misc]
    with workers(1):
        until(lambda: sent() == total)

    mails = OutboundMail.objects.order_by("id").values_list("recipient", "text")
    heard: dict[str, list[str]] = {}
    for recipient, text in mails:
        heard.setdefault(recipient, []).append(text.split("\n")[2])
    assert len(heard) == READERS
    assert {tuple(texts) for texts in heard.values()} == {TEXTS}
