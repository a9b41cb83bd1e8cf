"""Taking pages in hand: leased and not locked, so that no transaction waits for a slow provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Min, Q

from deskbell.lib import clock
from deskbell.oncall.models import Call, Method, Page
from deskbell.oncall.sending import wording
from deskbell.oncall.sending.due import A_MINUTE, LEASE, is_due, is_free, waiting
from deskbell.oncall.sending.lots import Lot
from deskbell.oncall.ways import WAYS
from deskbell.oncall.ways.remote import REMOTE, Message

A_MINUTE_AT_MOST = 5  # messages to one method; the rest is told in one (E5)
MOST_IN_ONE = 2000  # pages told in one message, which names a few of them
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
    needed = _drop_unneeded(found[:most])
    works = [page for page in needed if _works(page.method)]
    hopeless = [page for page in needed if not _works(page.method)]
    return Taking([_lot([page], now) for page in works], hopeless)


@transaction.atomic
def take_others(most: int) -> Taking:
    """Everything else: a message at a time to each method, who waits longest first. Whoever has had
    five within a minute gets what waits in one (E5)."""
    now = clock.now()
    groups = _groups(now)
    keys = [group["method"] for group in groups if group["method"] and not group["held"]]
    rows = Method.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=keys)
    methods = {method.pk: method for method in rows.order_by("pk")}
    sent = _sent_lately(list(methods), now)
    lots: list[Lot] = []
    hopeless: list[Page] = []
    capped = False
    for group in groups:
        method = methods.get(group["method"])
        if group["method"] and (method is None or group["held"]):
            continue  # another sender has it in hand
        room = A_MINUTE_AT_MOST - sent.get(group["method"], 0)
        if not _works(method):
            hopeless += _pages(group, now)[:most]
        elif room <= 0:
            capped = True
        elif len(lots) < most and (pages := _next(group, room, now)):
            lots.append(_lot(pages, now))
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
    sent = _sent_lately(list(ended), now)
    lots: list[Lot] = []
    for key, pages in ended.items():
        room = A_MINUTE_AT_MOST - sent.get(key, 0)
        if not _works(pages[0].method):
            Page.objects.filter(pk__in=[page.pk for page in pages]).update(over_at=None)
        elif room > 0 and len(lots) < most:
            chosen = pages if len(pages) > room else pages[:1]
            lots.append(_leased(chosen, wording.of_end(chosen), now))
    return Taking(lots)


def _groups(now: datetime) -> list[Any]:
    """For each method: how many pages are due, and how many are in some sender's hand."""
    ready = is_due(now) & is_free(now)
    return list(
        waiting()
        .filter(REMOTE_ONES, is_first=False)
        .values("way", "method")
        .annotate(
            count=Count("pk", filter=ready),
            held=Count("pk", filter=~is_free(now)),
            longest=Min("due_at", filter=ready),
        )
        .filter(count__gt=0)
        .order_by("longest", "method")
    )


def _next(group: dict[str, Any], room: int, now: datetime) -> list[Page]:
    """What leaves next: one page, or all that wait if there is room for no second message."""
    bundled = room == 1 and group["count"] > 1
    return _drop_unneeded(_pages(group, now)[: MOST_IN_ONE if bundled else 1])


def _pages(group: dict[str, Any], now: datetime) -> Any:
    return (
        waiting()
        .filter(is_due(now), is_free(now), way=group["way"], method=group["method"])
        .filter(is_first=False)
        .order_by("due_at", "id")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("method", "call__ticket", "agent__person")
    )


def _drop_unneeded(found: Any) -> list[Page]:
    """Without those whose call was answered meanwhile, or waits for its hours."""
    pages = list(found)
    unneeded = [page.pk for page in pages if page.call.state != Call.State.RINGING]
    Page.objects.filter(pk__in=unneeded).update(state=Page.State.DROPPED)
    return [page for page in pages if page.call.state == Call.State.RINGING]


def _lot(pages: Sequence[Page], now: datetime) -> Lot:
    """Leases pages for one method, and composes their message."""
    first = pages[0]
    assert first.method
    shared = REMOTE[first.way].IS_SHARED
    if len(pages) == 1:
        message = wording.of_page(first, shared=shared)
    else:
        calls = {page.call_id: page.call for page in pages}
        message = wording.of_bundle(first, list(calls.values()), shared=shared)
    return _leased(pages, message, now)


def _leased(pages: Sequence[Page], message: Message, now: datetime) -> Lot:
    first, until = pages[0], now + LEASE
    assert first.method
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(
        leased_until=until, attempts=F("attempts") + 1
    )
    first.attempts += 1
    first.save(update_fields=["token_digest", "expires_at"])
    return Lot(first, first.method, message, until, tuple(page.pk for page in pages[1:]))


def _sent_lately(methods: Sequence[int], now: datetime) -> dict[int, int]:
    """How many messages each of these methods has had within a minute."""
    since = now - A_MINUTE
    sent = Q(state=Page.State.SENT, sent_at__gt=since, sent_at__lte=now)
    ended = Q(over_told_at__gt=since, over_told_at__lte=now)
    rows = Page.objects.filter(sent | ended, method__in=methods).values("method")
    counted = rows.annotate(sent=Count("pk", filter=sent), ended=Count("pk", filter=ended))
    return {row["method"]: row["sent"] + row["ended"] for row in counted}


def _works(method: Method | None) -> bool:
    return (
        method is not None
        and method.way in REMOTE
        and method.verified_at is not None
        and method.disabled_at is None
    )
