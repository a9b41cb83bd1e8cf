"""The worker's loop "pushes": handing messages to the push services of browsers, outside any transaction.

Killed in between, a message is sent again when its lease is over: its tag lets the browser show it once. A
service that can't take one is tried again ever more slowly for an hour; one that says that a subscription has
ended is believed, and the device is forgotten.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from deskbell.inbox.models import Device, Push
from deskbell.inbox.push.devices import subscription_of
from deskbell.inbox.push.queueing import LOOP
from deskbell.inbox.push.taking import Lot, take
from deskbell.lib import clock
from deskbell.lib.backoff import backoff
from deskbell.lib.errors import Refused
from deskbell.lib.posting import Gone, Never, NotNow
from deskbell.lib.push.handing import hand_over
from deskbell.lib.text import plain
from deskbell.people.notices import notify

HANDS = 8
LONGEST_SLEEP = 5.0  # seconds; a new push wakes the loop
WITHIN = 5.0  # seconds for a service
SECONDS = 4 * 3600  # for which a service keeps it while the phone is off
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=10)
KEPT = timedelta(days=30)
State = Push.State
log = logging.getLogger(__name__)
__all__ = ["LOOP", "erase_old", "send_what_is_due", "step"]


@dataclass(frozen=True)
class Outcome:
    """What came of a message: `said` by its service, or why it was not taken."""

    said: str
    error: Exception | None = None


def step() -> float:
    """Send what is due; answers the seconds until it wants to be called again."""
    return 0.0 if send_what_is_due() else LONGEST_SLEEP


def send_what_is_due() -> int:
    """Send a message to each of up to a batch of devices, several at once; returns how many were tried."""
    lots = take()
    if lots:
        with ThreadPoolExecutor(HANDS) as hands:
            outcomes = list(hands.map(_try, lots))
        for lot, outcome in zip(lots, outcomes, strict=True):
            _note(lot, outcome)
    return len(lots)


def erase_old() -> int:
    """Forget what was sent a month ago; returns how many."""
    return Push.objects.filter(made_at__lt=clock.now() - KEPT).delete()[0]


def _try(lot: Lot) -> Outcome:
    """The hands know no database."""
    assert lot.push.device
    try:
        to = subscription_of(lot.push.device)
        said = hand_over(to, lot.payload, seconds=SECONDS, urgency="high", within=WITHIN)
    except (NotNow, Never, Gone, Refused) as error:
        return Outcome(str(error), error)
    except Exception as error:  # noqa: BLE001 - whatever one service provokes: the others are asked
        # Its words may hold the endpoint, which is a secret: they stay out of the log.
        log.error("Push %s could not be sent: %s", lot.push.pk, type(error).__name__)
        return Outcome(f"The desk could not send it ({type(error).__name__}).", error)
    return Outcome(said)


@transaction.atomic
def _note(lot: Lot, outcome: Outcome) -> None:
    """Write down what came of a message. Only one that was taken counts as sent."""
    device, now = lot.push.device, clock.now()
    assert device
    said = plain(outcome.said)[:300]
    rows = Push.objects.filter(pk__in=[lot.push.pk, *lot.others], state=State.QUEUED)
    match outcome.error:
        case None:
            rows.filter(pk__in=lot.others).update(state=State.TOLD, leased_until=None)
            rows.update(state=State.SENT, sent_at=now, said=said, leased_until=None)
            Device.objects.filter(pk=device.pk).update(used_at=now)
        case NotNow(after=after):
            pause = max(backoff(lot.push.attempts, FIRST_PAUSE, LONGEST_PAUSE), _asked(after))
            rows.update(said=said, leased_until=None)
            device.pushes.filter(state=State.QUEUED, due_at__lt=now + pause).update(
                due_at=now + pause  # what holds for one holds for all of them
            )
        case Gone():
            rows.update(state=State.FAILED, said=said, leased_until=None)
            _forget(device)
        case _:
            rows.update(state=State.FAILED, said=said, leased_until=None)


def _forget(device: Device) -> None:
    """Its browser has ended the subscription. Its owner reads it in the desk."""
    device.pushes.filter(state=State.QUEUED).update(
        state=State.FAILED, said="The device is gone.", leased_until=None
    )
    device.delete()
    text = f"“{device.name}” gets no notices any more: its browser has ended them. Turn them on again there."
    notify([device.agent], text, path="/notices/device", by_mail=False)


def _asked(after: float | None) -> timedelta:
    """How long the service asks for, within limits."""
    return min(timedelta(seconds=after or 0), LONGEST_PAUSE)
