"""What is announced at commit, by one statement or by many."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from deskbell.realtime.announcing import announce, announcing_together
from deskbell.realtime.listening import parameters

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def listening() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**parameters(), autocommit=True) as connected:
        connected.execute("LISTEN one")
        connected.execute("LISTEN two")
        yield connected


def heard(listening: psycopg.Connection) -> list[tuple[str, str]]:
    return [(each.channel, each.payload) for each in listening.notifies(timeout=0.3)]


def test_what_is_announced_together_leaves_in_one_statement_each_thing_once(
    listening: psycopg.Connection,
) -> None:
    with (
        CaptureQueriesContext(connection) as statements,
        transaction.atomic(),
        announcing_together(),
    ):
        for channel, payload in [("one", "a"), ("two", ""), ("one", "a"), ("one", "b")]:
            announce(channel, payload)

    assert len([each for each in statements if "pg_notify" in each["sql"]]) == 1
    assert heard(listening) == [("one", "a"), ("two", ""), ("one", "b")]


def test_alone_it_leaves_at_once_and_nothing_announced_sends_nothing(
    listening: psycopg.Connection,
) -> None:
    announce("one", "a")
    with CaptureQueriesContext(connection) as statements, announcing_together():
        pass

    assert heard(listening) == [("one", "a")] and len(statements) == 0


def test_what_fails_announces_nothing(listening: psycopg.Connection) -> None:
    with pytest.raises(RuntimeError), transaction.atomic(), announcing_together():
        announce("one", "a")
        raise RuntimeError

    announce("two", "after it")
    assert heard(listening) == [("two", "after it")]
