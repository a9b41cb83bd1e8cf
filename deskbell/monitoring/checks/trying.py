"""Trying a check once, before it is saved: as the process asks it, within the limits of a page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from deskbell.lib import clock
from deskbell.lib.outside import asking_outside
from deskbell.monitoring.checks.common import Question, Tools, Verdict, verdict_of
from deskbell.monitoring.checks.http.fetching import session
from deskbell.monitoring.checks.kinds import KINDS, Asks

LONGEST = 15  # seconds; whoever waits holds a thread of the web process


@dataclass(frozen=True)
class Tried:
    """What a try found, of whom; `within` are the seconds that it was given."""

    verdict: Verdict
    target: str
    within: int


def try_once(kind: str, asks: Asks, secrets: dict[str, str], timeout: int) -> Tried:
    """Ask once, without a row, a timing or an alert. Refused while another is being tried."""
    within = min(timeout, LONGEST)
    with asking_outside():
        verdict = asyncio.run(_ask(kind, Question(asks, secrets, within)))
    return Tried(verdict, KINDS[kind].target(asks), within)


async def _ask(kind: str, question: Question) -> Verdict:
    async with session() as http:
        return await verdict_of(KINDS[kind].ask, question, Tools(http), clock.now())
