"""Taking pushes in hand: leased and not locked, so that no transaction waits for a slow service.

One message at a time to each device. What says the same of the same thing as a newer one is told by that,
and whoever has had five messages within a minute gets all that waits in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Min, Q, QuerySet

from deskbell.inbox.models import Push
from deskbell.inbox.push import wording
from deskbell.inbox.push.needless import needless
from deskbell.lib import clock

BATCH = 16  # devices
MOST_IN_ONE = 2000
AT_MOST = 5  # messages to a device within a minute
LEASE = timedelta(seconds=30)  # a batch takes ten seconds at most
TOO_LATE_AFTER = timedelta(hours=1)  # then it is history, and stands in the desk
TOO_LATE = "It could not be sent for an hour."
State = Push.State


@dataclass(frozen=True)
class Lot:
    """One message for one device. `push` is its newest; the `others` are told by it."""

    push: Push
    others: Sequence[int]
    payload: dict[str, Any]


def take() -> list[Lot]:
    """What leaves now, at most one message for each device; what is needless is put aside with its reason.
    Who has not failed yet comes first, so that a service that is down keeps nobody else waiting."""
    now = clock.now()
    groups = _due(now).values("device").annotate(tries=Min("attempts"), first=Min("pk"))
    waiting = list(groups.order_by("tries", "first").values_list("device", flat=True))
    lately = _lately(waiting, now)
    lots: list[Lot] = []
    for device in waiting:
        free = AT_MOST - lately.get(device, 0)
        if free > 0 and len(lots) < BATCH:
            lots += filter(None, [_take_of(device, free, now)])
    return lots


def _lately(devices: Sequence[int | None], now: datetime) -> dict[int | None, int]:
    """How many messages each of these devices has had within the last minute, if any."""
    since = now - timedelta(minutes=1)
    sent = Push.objects.filter(device__in=devices, state=State.SENT, sent_at__gt=since)
    return dict(sent.values_list("device").annotate(count=Count("pk")))


@transaction.atomic
def _take_of(device: int | None, room: int, now: datetime) -> Lot | None:
    found = (
        _due(now)
        .filter(device=device)
        .order_by("pk")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("device__agent__person", "ticket__district", "notice")
    )
    pushes = _needed(list(found[:MOST_IN_ONE]), now)
    if not pushes:
        return None
    is_bundle = room == 1 and len({each.tag for each in pushes}) > 1
    told = pushes if is_bundle else [each for each in pushes if each.tag == pushes[0].tag]
    rows = Push.objects.filter(pk__in=[each.pk for each in told])
    rows.update(leased_until=now + LEASE, attempts=F("attempts") + 1)
    newest = told[-1]
    newest.attempts += 1
    payload = wording.of_many(len(told)) if is_bundle else wording.of(newest)
    return Lot(newest, [each.pk for each in told[:-1]], payload)


def _needed(pushes: Sequence[Push], now: datetime) -> list[Push]:
    """Those to send; the others are put aside."""
    late = [each.pk for each in pushes if each.made_at < now - TOO_LATE_AFTER]
    _put_aside(late, State.FAILED, TOO_LATE)
    reasons = needless(pushes[0].device, pushes, now) if pushes else {}
    for why in set(reasons.values()):
        _put_aside([pk for pk in reasons if reasons[pk] == why], State.DROPPED, why)
    return [each for each in pushes if each.pk not in reasons and each.pk not in late]


def _put_aside(keys: Iterable[int], state: Push.State, why: str) -> None:
    rows = Push.objects.filter(pk__in=keys, state=State.QUEUED)
    rows.update(state=state, said=why, leased_until=None)


def _due(now: datetime) -> QuerySet[Push]:
    is_free = Q(leased_until=None) | Q(leased_until__lte=now)
    return Push.objects.filter(is_free, state=State.QUEUED, due_at__lte=now)
