"""Is it me? When nothing comes back from one host, others that answered lately are asked for a connection.
If they are all silent too, it is this machine that has lost its network, and not all of them at once.

With reference addresses (DESKBELL_REFERENCES) these alone decide: one that answers, and it isn't me.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

ASKED_AT_ONCE = 8
FEWEST = 3  # unrelated hosts; with less there is nothing to compare with
MOST_ANSWERS = 0.25  # of them, then it is still me
WITHIN = 3.0  # seconds for a connection
GOOD_FOR = 5.0  # seconds; a storm of failures asks once
MOST_KNOWN = 500
Door = tuple[str, int]


class Gate:
    """What one process knows of its own network. `on_change` is called with whether it is lost."""

    def __init__(self, references: Iterable[Door], on_change: Callable[[bool], None]) -> None:
        self.is_shut = False
        self._references = list(references)
        self._on_change = on_change
        self._known: dict[str, int] = {}  # host to port, in the order in which they answered last
        self._asked_at = float("-inf")
        self._answers: Mapping[str, bool] = {}
        self._one_at_a_time = asyncio.Lock()

    def saw(self, door: Door) -> None:
        """This host has answered. It says nothing while the gate is shut: hosts of the own network do."""
        self._known.pop(door[0], None)
        self._known[door[0]] = door[1]
        if len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]

    async def is_me(self, host: str) -> bool:
        """Nothing came back from `host`: is it because nothing comes back from anybody?"""
        async with self._one_at_a_time:
            if time.monotonic() - self._asked_at > GOOD_FOR:
                self._answers = await self._ask()
                self._asked_at = time.monotonic()
            return self._set(self._judge(host))

    async def look_again(self) -> bool:
        """While it is shut: has the network come back?"""
        return self.is_shut and await self.is_me("")

    def _judge(self, host: str) -> bool:
        others = [answered for name, answered in self._answers.items() if name != host]
        if self._references:
            return not any(others)
        return len(others) >= FEWEST and sum(others) < MOST_ANSWERS * len(others)

    def _set(self, shut: bool) -> bool:
        if shut != self.is_shut:
            self.is_shut = shut
            self._on_change(shut)
        return shut

    async def _ask(self) -> Mapping[str, bool]:
        doors = self._references or list(self._known.items())[-ASKED_AT_ONCE:]
        answers = await asyncio.gather(*(_answers(door) for door in doors))
        return {host: answered for (host, _), answered in zip(doors, answers, strict=True)}


async def _answers(door: Door) -> bool:
    """Does anything come back from there? A refusal does too."""
    try:
        async with asyncio.timeout(WITHIN):
            _, writer = await asyncio.open_connection(*door)
    except ConnectionRefusedError:
        return True
    except (OSError, TimeoutError):
        return False
    writer.close()
    with suppress(Exception):
        writer.transport.abort()
    return True
