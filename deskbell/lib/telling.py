"""How a lower room causes something in an upper one: it tells, and `config/wiring.py` says who listens.

`tell(fact)` belongs inside the transaction that made the fact true. Listeners of the first table run
at once, in that transaction, in the order in which they are written: if one fails, nothing
happened. Those of the second become one job row each, and those of the third draw what the
browsers get at commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

Listener = Callable[[Any], object]
Table = Mapping[type, Sequence[Listener]]

_same_transaction: Table = {}
_live: Table = {}
_unseen: ContextVar[bool] = ContextVar("unseen", default=False)


def tell(fact: object) -> None:
    """Tell every listener of this kind of fact. Raises RuntimeError outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{type(fact).__name__} was told outside a transaction")
    for listener in _same_transaction.get(type(fact), ()):
        listener(fact)
    if not _unseen.get():
        for listener in _live.get(type(fact), ()):
            listener(fact)


@contextmanager
def unseen() -> Iterator[None]:
    """Let things happen without showing them live: history that is written down later is no news."""
    token = _unseen.set(True)
    try:
        yield
    finally:
        _unseen.reset(token)


def connect(*, in_the_same_transaction: Table, live: Table) -> None:
    """Take the tables of `config/wiring.py`; called once, when all rooms are loaded."""
    global _same_transaction, _live
    _same_transaction, _live = in_the_same_transaction, live
