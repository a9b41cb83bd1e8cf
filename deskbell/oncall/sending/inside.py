"""Pages by the ways that need nobody else, whose minutes are over or which a storm held back: put on their
way in the transaction that takes them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from deskbell.lib import clock
from deskbell.oncall.models import Method, Page
from deskbell.oncall.sending import wording
from deskbell.oncall.sending.due import is_due, is_free, pause_after, waiting
from deskbell.oncall.sending.taking import MOST_IN_ONE, needed
from deskbell.oncall.storms import AT_MOST, mails_lately
from deskbell.oncall.ways import WAYS
from deskbell.oncall.ways.mail import sending as by_mail
from deskbell.people.models import Agent

BATCH = 20
Way = Method.Way
log = logging.getLogger(__name__)


def send_inside() -> bool:
    """Returns whether there may be more to do at once."""
    return _send_each() or _send_mails()


@transaction.atomic
def _send_each() -> bool:
    """All but mails that a storm may hold back, one by one."""
    now = clock.now()
    ours = (
        _due(now).filter(way__in=[str(way) for way in WAYS]).exclude(way=Way.MAIL, is_first=False)
    )
    pages = needed(ours, BATCH)
    for page in pages:
        _put_on_its_way([page], partial(WAYS[page.way].send, page, page.call.ticket), now)
    return len(pages) == BATCH


@transaction.atomic
def _send_mails() -> bool:
    """One mail to each person who has room for one; it tells all that waits if it is the minute's last."""
    now = clock.now()
    mails = _due(now).filter(way=Way.MAIL, is_first=False)
    people = list(_people_who_wait(now))
    rows = Agent.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=people)
    written = mails_lately(people, now)
    more = False
    for key in rows.order_by("pk").values_list("pk", flat=True):
        room = AT_MOST - written.get(key, 0)
        if room <= 0:
            continue
        pages = needed(mails.filter(agent=key), MOST_IN_ONE if room == 1 else 1)
        if pages:
            _put_on_its_way(pages, partial(_write, pages), now)
        more |= room > 1 and bool(pages)
    return more


def _people_who_wait(now: datetime) -> set[int]:
    found = waiting().filter(is_due(now), is_free(now), way=Way.MAIL, is_first=False)
    return set(found.order_by("agent").distinct("agent").values_list("agent", flat=True))


def _write(pages: Sequence[Page]) -> None:
    first = pages[0]
    if len(pages) == 1:
        by_mail.send(first, first.call.ticket)
        return
    calls = {page.call_id: page.call for page in pages}
    by_mail.send_many(pages, wording.of_bundle(first, list(calls.values()), shared=False))


def _due(now: datetime) -> Any:
    return (
        waiting()
        .filter(is_due(now), is_free(now))
        .order_by("-is_first", "due_at", "id")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("call__ticket", "call__alert__source", "agent__person")
    )


def _put_on_its_way(pages: Sequence[Page], send: Callable[[], None], now: datetime) -> None:
    """A page that can't be composed holds up none of the others."""
    try:
        with transaction.atomic():
            send()
    except Exception as error:
        log.exception("A page %s could not be put on its way", pages[0].get_way_display())
        attempts = pages[0].attempts + 1
        Page.objects.filter(pk__in=[page.pk for page in pages]).update(
            said=f"The desk could not send it ({type(error).__name__}).",
            attempts=attempts,
            due_at=now + pause_after(attempts, None),
        )
