"""What is asked again and again inside the block is planned once, and nothing else is."""

from __future__ import annotations

import pytest
from django.db import connection

from deskbell.lib.prepared import OFTEN, prepared

pytestmark = pytest.mark.django_db
STATEMENT = "SELECT number FROM tickets_ticket WHERE number = %s"


def kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT number%'"
        )
        return [statement for (statement,) in cursor.fetchall()]


def ask(times: int) -> None:
    with connection.cursor() as cursor:
        for number in range(times):
            cursor.execute(STATEMENT, [number])


def test_a_statement_is_planned_once_where_it_is_asked_often() -> None:
    ask(OFTEN + 1)
    assert kept() == []
    with prepared():
        ask(OFTEN)
        assert kept() == []
        ask(1)
        assert kept() == [STATEMENT.replace("%s", "$1")]
    before = connection.connection.prepare_threshold
    assert before is None
