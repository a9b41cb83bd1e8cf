"""Taking pages in hand: leased and not locked, so that no transaction waits for a slow provider."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Min, Q

from deskbell.lib import clock
from deskbell.lib.savepoints import by_itself
from deskbell.oncall.models import Call, Method, Page
from deskbell.oncall.sending import wording
from deskbell.oncall.sending.due import LEASE, LONGEST_PAUSE, is_due, is_free, waiting
from deskbell.oncall.sending.lots import Lot
from deskbell.oncall.storms import AT_MOST, messages_lately
from deskbell.oncall.ways import WAYS
from deskbell.oncall.ways.remote import REMOTE, Message

MOST_IN_ONE = 2000  # pages told in one message, which names a few of them
log = logging.getLogger(__name__)
REMOTE_ONES = ~Q(way__in=[str(way) for way in WAYS])


@dataclass(frozen=True)
class Taking:
    """`lots` are in hand from now on. `hopeless` can go by no method that works; `capped`: some method
    has had its messages of this minute."""

    lots: Sequence[Lot] = ()
    hopeless: Sequence[Page] = ()
    capped: bool = False


@transaction.atomic
def take_firsts(most: int) -> Taking:
    """The first pages of emergencies. No other page, cap or hanging provider holds them up (E5)."""
    now = clock.now()
    found = (
        waiting()
        .filter(REMOTE_ONES, is_due(now), is_free(now), is_first=True)
        .order_by("-is_first", "due_at", "id")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("method", "call__ticket", "agent__person")
    )
    pages = needed(found, most)
    usable = _usable(page.method_id for page in pages)
    hopeless = [page for page in pages if page.method_id not in usable]
    works = [page for page in pages if page.method_id in usable]
    lots = [_lot([page], now) for page in works]
    return Taking([lot for lot in lots if lot], hopeless)


@transaction.atomic
def take_others(most: int) -> Taking:
    """Everything else: a message at a time to each method, who waits longest first. Whoever has had
    five within a minute gets what waits in one (E5)."""
    now = clock.now()
    groups = _groups(now)
    usable = _usable(group["method"] for group in groups)
    ours = _lock(usable)
    ours -= _held(ours, now)  # read under the lock: another worker may have taken one meanwhile
    sent = messages_lately(ours, now)
    lots: list[Lot] = []
    hopeless: list[Page] = []
    capped = False
    for group in groups:
        room = AT_MOST - sent.get(group["method"], 0)
        if group["method"] not in usable:
            hopeless += _pages(group, now)[:most]
        elif group["method"] not in ours:
            continue  # a message is on its way to it, or another worker looks at it
        elif room <= 0:
            capped = True
        elif len(lots) < most and (pages := _next(group, room, now)):
            lots += filter(None, [_lot(pages, now)])
    return Taking(lots, hopeless[:most], capped)


@transaction.atomic
def take_ends(most: int) -> Taking:
    """Those who were told to act and need not any more; behind what someone must act on (K6)."""
    now = clock.now()
    found = (
        Page.objects.filter(is_free(now), over_at__lte=now, method__isnull=False)
        .exclude(method__in=waiting().filter(is_due(now)).values("method"))
        .order_by("over_at", "id")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("method", "call__ticket", "call__alert__source", "agent__person")
        .select_related("call__answered_by__person")
    )
    ended: dict[int, list[Page]] = {}
    for page in found[:MOST_IN_ONE]:
        ended.setdefault(page.method_id or 0, []).append(page)
    usable, sent = _usable(ended), messages_lately(ended, now)
    lots: list[Lot] = []
    for key, pages in ended.items():
        room = AT_MOST - sent.get(key, 0)
        if key not in usable:
            Page.objects.filter(pk__in=[page.pk for page in pages]).update(over_at=None)
        elif room > 0 and len(lots) < most:
            chosen = pages if len(pages) > room else pages[:1]
            lots.append(_leased(chosen, wording.of_end(chosen), now))
    return Taking(lots)


def _groups(now: datetime) -> list[Any]:
    """For each method: how many pages are due, and since when."""
    ready = is_due(now) & is_free(now)
    return list(
        waiting()
        .filter(REMOTE_ONES, is_first=False)
        .values("way", "method")
        .annotate(
            count=Count("pk", filter=ready),
            longest=Min("due_at", filter=ready),
        )
        .filter(count__gt=0)
        .order_by("longest", "method")
    )


def _next(group: dict[str, Any], room: int, now: datetime) -> list[Page]:
    """What leaves next: one page, or all that wait if there is room for no second message."""
    bundled = room == 1 and group["count"] > 1
    return needed(_pages(group, now), MOST_IN_ONE if bundled else 1)


def _pages(group: dict[str, Any], now: datetime) -> Any:
    return (
        waiting()
        .filter(is_due(now), is_free(now), way=group["way"], method=group["method"])
        .filter(is_first=False)
        .order_by("due_at", "id")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("method", "call__ticket", "agent__person")
    )


def needed(waiting: Any, most: int) -> list[Page]:
    """Up to so many of those whose call rings still. The others are dropped: their call was answered
    meanwhile, or waits for its hours."""
    while pages := list(waiting[:most]):
        needed = [page for page in pages if page.call.state == Call.State.RINGING]
        if len(needed) < len(pages):
            unneeded = {page.pk for page in pages} - {page.pk for page in needed}
            Page.objects.filter(pk__in=unneeded).update(state=Page.State.DROPPED)
        if needed:
            return needed
    return []


def _lot(pages: Sequence[Page], now: datetime) -> Lot | None:
    """Leases pages for one method, and composes their message. Those whose message can't be composed
    wait, and hold up no others."""
    with by_itself(log, "The message of a page could not be composed"):
        return _leased(pages, _message(pages), now)
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(
        due_at=now + LONGEST_PAUSE, attempts=F("attempts") + 1
    )
    return None


def _message(pages: Sequence[Page]) -> Message:
    first = pages[0]
    assert first.method
    shared = REMOTE[first.way].IS_SHARED
    if len(pages) == 1:
        return wording.of_page(first, shared=shared)
    calls = {page.call_id: page.call for page in pages}
    return wording.of_bundle(first, list(calls.values()), shared=shared)


def _leased(pages: Sequence[Page], message: Message, now: datetime) -> Lot:
    first, until = pages[0], now + LEASE
    assert first.method
    tried = 0 if message.kind == "over" else 1
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(
        leased_until=until, attempts=F("attempts") + tried
    )
    first.attempts += tried
    first.save(update_fields=["token_digest", "expires_at"])
    return Lot(first, first.method, message, until, tuple(page.pk for page in pages[1:]))


def _held(methods: Iterable[int], now: datetime) -> set[int | None]:
    """Those to which a message is on its way."""
    held = waiting().filter(~is_free(now), method__in=list(methods), is_first=False)
    return set(held.values_list("method", flat=True))


def _usable(methods: Iterable[int | None]) -> set[int]:
    """Those by which a page may go, and whose way this desk speaks."""
    keys = {method for method in methods if method is not None}
    found = Method.objects.usable().filter(pk__in=keys, way__in=list(REMOTE))
    return set(found.values_list("pk", flat=True))


def _lock(methods: Iterable[int]) -> set[int]:
    """The methods that are this worker's to look at: two would each send what one message may tell."""
    rows = Method.objects.select_for_update(skip_locked=True, no_key=True)
    return set(rows.filter(pk__in=list(methods)).order_by("pk").values_list("pk", flat=True))
