"""The worker's step: each feed is asked when its time has come, several at once, each by one worker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from deskbell.lib import clock
from deskbell.monitoring.models import Vendor
from deskbell.monitoring.vendors import fetching, keeping

LONGEST_SLEEP = 5.0  # seconds
AT_ONCE = 8
LEAST = 60  # seconds between two polls of a feed


def step() -> float:
    """Ask a batch of the vendors that are due, then answer the seconds until the next (the worker's loop).

    One batch a step: where every server hangs, the loop still comes round, and is seen to be alive.
    """
    due = _take_due()
    if due:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="vendors") as pool:
            for vendor, answer in zip(due, pool.map(_ask, due), strict=True):
                keeping.take(vendor.pk, answer)
    following: datetime | None = Vendor.objects.filter(paused=False).aggregate(at=Min("next_at"))[
        "at"
    ]
    if following is None:
        return LONGEST_SLEEP
    return min(LONGEST_SLEEP, max(0.1, (following - clock.now()).total_seconds()))


@transaction.atomic
def _take_due() -> list[Vendor]:
    """The vendors that are this worker's to ask. Their next time is set first: whoever dies while
    asking has skipped one poll, and nobody asks twice."""
    now = clock.now()
    due = (
        Vendor.objects.select_for_update(skip_locked=True)
        .filter(paused=False, next_at__lte=now)
        .order_by("next_at")[:AT_ONCE]
    )
    found = list(due)
    for vendor in found:
        vendor.next_at = now + timedelta(seconds=max(LEAST, vendor.every))
        vendor.save(update_fields=["next_at"])
    return found


def _ask(vendor: Vendor) -> fetching.Answer:
    """In a thread without a database."""
    return fetching.fetch(vendor.address, etag=vendor.etag, modified=vendor.modified)
