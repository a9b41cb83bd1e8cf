"""Rows of many like changes, written in one statement for each table.

    with transaction.atomic(), writing_together({Ticket: 20}):
        for mail in mails: ...      # in here `insert` and `save` only note the row
        settle()                    # now they are in the database, in as many statements as tables

Outside such a block each row is written at once, so a verb that writes through here need not know who
calls it. Inside, a row that waits is known by its object alone: whoever reads the database has to
`settle` first. Foreign keys are checked at commit, so the order of the tables does not matter.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, models, transaction

from deskbell.lib.rows import update_rows


class _Waiting:
    """What is to be written, and the keys that were drawn for it beforehand."""

    def __init__(self) -> None:
        self.new: dict[type[models.Model], list[models.Model]] = {}
        self.changed: dict[int, tuple[models.Model, set[str]]] = {}
        self.keys: dict[type[models.Model], deque[int]] = {}


_waiting: ContextVar[_Waiting | None] = ContextVar("waiting", default=None)


@contextmanager
def writing_together(expected: Mapping[type[models.Model], int]) -> Iterator[None]:
    """Inside a transaction: note what is written, and write it at the end of the block. Of the models in
    `expected`, whose keys others name at once, so many are foreseen. If the block fails, nothing is
    written: then its transaction fails too."""
    waiting = _Waiting()
    for model, many in expected.items():
        waiting.keys[model] = deque(_drawn(model, many))
    token = _waiting.set(waiting)
    try:
        yield
        settle()
    finally:
        _waiting.reset(token)


@contextmanager
def whole() -> Iterator[None]:
    """All of a change or nothing: a transaction of its own, or the whole one of the block."""
    if _waiting.get() is None:
        with transaction.atomic():
            yield
    else:
        yield


def insert(row: models.Model) -> None:
    """Store a new row, or note it."""
    insert_all([row])


def insert_all(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model, in one statement or less."""
    if not rows:
        return
    waiting, model = _waiting.get(), type(rows[0])
    if waiting is None:
        model._default_manager.bulk_create(rows) if rows[1:] else rows[0].save(force_insert=True)
        return
    if model in waiting.keys:
        for row in rows:
            row.pk = row.pk or _next_key(waiting, model)
    waiting.new.setdefault(model, []).extend(rows)


def save(row: models.Model, fields: Iterable[str]) -> None:
    """Save these fields of a row, or note that they changed."""
    waiting = _waiting.get()
    if waiting is None:
        row.save(update_fields=list(fields))
    elif not (row._state.adding and row in waiting.new.get(type(row), ())):
        waiting.changed.setdefault(id(row), (row, set()))[1].update(fields)


def settle() -> None:
    """Write what was noted until now; nothing outside a block."""
    waiting = _waiting.get()
    if waiting is None:
        return
    new, waiting.new = waiting.new, {}
    for model, rows in new.items():
        model._default_manager.bulk_create(rows)
    changed, waiting.changed = waiting.changed, {}
    alike = defaultdict(list)
    for row, fields in changed.values():
        alike[type(row), tuple(sorted(fields))].append(row)
    for (_, names), rows in alike.items():
        update_rows(rows, names)


def _next_key(waiting: _Waiting, model: type[models.Model]) -> int:
    keys = waiting.keys[model]
    return keys.popleft() if keys else _drawn(model, 1)[0]


def _drawn(model: type[models.Model], many: int) -> list[int]:
    """New keys of a table, from its own sequence."""
    if not many:
        return []
    meta = model._meta
    assert meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [meta.db_table, meta.pk.column, many],
        )
        return [key for (key,) in cursor.fetchall()]
