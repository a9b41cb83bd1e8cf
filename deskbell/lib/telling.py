"""How a lower room causes something in an upper one: it tells, and `config/wiring.py` says who listens.

`tell(fact)` belongs inside the transaction that made the fact true. Listeners of the first table run
at once, in that transaction, in the order in which they are written: if one fails, nothing
happened. Those of the second become one job row each, and those of the third draw what the
browsers get at commit.

Whoever changes many things alike tells of them together (`telling_together`); a listener that is marked
`takes_many` then hears of all of them at once, and can ask the database once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import connection

from deskbell.lib import together

Listener = Callable[[Any], object]
Table = Mapping[type, Sequence[Listener]]
Many = TypeVar("Many", bound=Callable[[Any], object])

_same_transaction: Table = {}
_live: Table = {}
_unseen: ContextVar[bool] = ContextVar("unseen", default=False)
_gathered: ContextVar[tuple[type, list[object]] | None] = ContextVar("gathered", default=None)


def takes_many(listener: Many) -> Many:
    """Mark a listener that takes a sequence of facts of one kind, often only one."""
    listener.takes_many = True  # type: ignore[attr-defined]
    return listener


def tell(fact: object) -> None:
    """Tell every listener of this kind of fact. Raises RuntimeError outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{type(fact).__name__} was told outside a transaction")
    gathered = _gathered.get()
    if gathered is not None and isinstance(fact, gathered[0]):
        gathered[1].append(fact)
    else:
        _tell([fact], between=lambda: None)


@contextmanager
def telling_together(kind: type, *, about: Callable[[Any], Hashable]) -> Iterator[None]:
    """Facts of this kind are told at the end of the block: of all things their first fact, then their
    second, so that each thing's facts keep their order. `about` says what a fact is about, and the facts
    of one thing may not change another. Nothing is told if the block fails."""
    facts: list[object] = []
    token = _gathered.set((kind, facts))
    try:
        yield
    finally:
        _gathered.reset(token)
    before: Counter[Hashable] = Counter()
    rounds: dict[tuple[int, type], list[object]] = {}
    for fact in facts:
        rounds.setdefault((before[about(fact)], type(fact)), []).append(fact)
        before[about(fact)] += 1
    for key in sorted(rounds, key=lambda key: key[0]):
        _tell(rounds[key], between=together.settle)


def _tell(facts: Sequence[object], *, between: Callable[[], None]) -> None:
    """Tell of facts of one kind; `between` lets each listener find what the one before it has written."""
    kind = type(facts[0])
    listeners = [*_same_transaction.get(kind, ())]
    if not _unseen.get():
        listeners += _live.get(kind, ())
    for listener in listeners:
        between()
        if getattr(listener, "takes_many", False):
            listener(facts)
        else:
            for fact in facts:
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
