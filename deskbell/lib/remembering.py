"""What work that goes through many things alike asks again and again: asked once, and soon forgotten.

    with remembering():             # a batch, for well under a second
        for mail in waiting: ...    # in here `the_desk()` asks the database once

Outside such a block a remembered function asks each time, as if it were none. It is for what people set
by hand (the desk's name, its teams, what is promised): a batch that began a moment before such a change
may finish as if it had been done before it. Nothing that decides who may see what belongs here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_memory: ContextVar[dict[Any, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember until the end of the block. One inside another begins with nothing."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def forget() -> None:
    """Ask anew from here on: after a rollback, what was read in it may never have been."""
    memory = _memory.get()
    if memory is not None:
        memory.clear()


def remember(question: Hashable, answer: object) -> None:
    """Keep an answer that was found together with others, for `recall`; not outside a block."""
    memory = _memory.get()
    if memory is not None:
        memory[question] = answer


def recall(question: Hashable) -> Any | None:
    """What `remember` kept in this block, or None."""
    memory = _memory.get()
    return memory.get(question) if memory is not None else None


def remembered(function: Callable[P, T]) -> Callable[P, T]:
    """Inside `remembering`, answer the same question once. Its arguments must be hashable, and nobody
    may change the answer."""

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        memory = _memory.get()
        if memory is None:
            return function(*args, **kwargs)
        question = (function, args, *kwargs.items())
        if question not in memory:
            memory[question] = function(*args, **kwargs)
        answer: T = memory[question]
        return answer

    return asked
