"""The worker's loop "pages": whoever waits longest first, and an emergency's first page before all."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.db.models import Min

from deskbell.lib import clock
from deskbell.lib.savepoints import by_itself
from deskbell.oncall.models import Page
from deskbell.oncall.sending import inside, noting, taking
from deskbell.oncall.sending.due import waiting
from deskbell.oncall.sending.hands import MOST, MOST_OTHERS, Hands
from deskbell.oncall.sending.lots import Lot, Outcome
from deskbell.realtime.wake import wake_here

LONGEST_SLEEP = 5.0  # seconds; a new page wakes the loop, and so does each answer of a provider
WHILE_CAPPED = 1.0
NO_METHOD = "The method is gone, or does not work any more."
COULD_NOT = "The desk could not go on with it; it is tried again."
log = logging.getLogger(__name__)


class Dispatch:
    """What one process has in hand. A page leaves it as written down, or comes back by its lease."""

    def __init__(self, hands: Hands | None = None) -> None:
        self.hands = hands or Hands(lambda: wake_here("pages"))
        self._unnoted: list[tuple[Lot, Outcome]] = []

    def step(self) -> float:
        """Note what came of messages and take in hand what is due; answers the seconds until it wants
        to be called again. It waits for no provider."""
        self.note()
        self.hands.check()
        more = self._take(taking.take_firsts(MOST - self.hands.count))
        more |= inside.send_inside()
        capped = False
        if (room := MOST_OTHERS - self.hands.count) > 0:
            taken = taking.take_others(room)
            more |= self._take(taken)
            capped = taken.capped
        if (room := MOST_OTHERS - self.hands.count) > 0:
            self._take(taking.take_ends(room))
        return 0.0 if more else self._pause(capped)

    def note(self) -> None:
        """Write down what came of messages. What can't be written now is kept for the next time."""
        self._unnoted += self.hands.results()
        while self._unnoted:
            lot, outcome = self._unnoted[0]
            with by_itself(log, "What came of a page could not be noted") as noted:
                noting.note(lot, outcome)
            if noted.error:
                noting.put_off(lot.keys, lot.page.attempts, COULD_NOT)
            del self._unnoted[0]

    def finish(self, within: float) -> None:
        """Wait a little for what is in hand, so that a restart sends little twice."""
        end = time.monotonic() + within
        while self.hands.count and time.monotonic() < end:
            time.sleep(0.05)
            self.note()
        self.note()

    def _take(self, taken: taking.Taking) -> bool:
        """Returns whether some pages could go nowhere: their persons' next ways may be due by now."""
        for lot in taken.lots:
            self.hands.take(lot)
        for page in taken.hopeless:
            with by_itself(log, "A page without a method could not go on") as gone_on:
                noting.fail([page], NO_METHOD)
            if gone_on.error:
                noting.put_off([page.pk], page.attempts + 1, COULD_NOT)
        return bool(taken.hopeless)

    def _pause(self, capped: bool) -> float:
        if self.hands.count or capped:
            return WHILE_CAPPED
        return _seconds_until_next()


def _seconds_until_next() -> float:
    """A lease that is over without a word is found within the longest sleep."""
    now = clock.now()
    queued: datetime | None = waiting().filter(leased_until=None).aggregate(at=Min("due_at"))["at"]
    ends: datetime | None = Page.objects.filter(over_at__gt=now).aggregate(at=Min("over_at"))["at"]
    at = min([each for each in (queued, ends) if each], default=now + timedelta(minutes=1))
    return min(LONGEST_SLEEP, max(0.1, (at - now).total_seconds()))


_here = Dispatch()


def step() -> float:
    """The step of this process, for the worker."""
    return _here.step()


def finish() -> None:
    """Before the worker ends."""
    _here.finish(3.0)
