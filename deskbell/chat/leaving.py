"""Leaving: who has not been seen for ten minutes has gone, and the conversation is no longer live (K15)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from deskbell.chat.models import Visit
from deskbell.lib import clock
from deskbell.tickets.chatting import end_live
from deskbell.tickets.models import Message, Side

GONE_AFTER = timedelta(minutes=10)
WHY = "the visitor has been gone for 10 minutes"
AT_ONCE = 100
LONGEST_PAUSE = 30.0


def step() -> float:
    """End what has been left, up to a hundred conversations; returns the seconds until the next.

    For the worker's loop. Several may run: each conversation is claimed by one.
    """
    left = _left().order_by("visitor__seen_at").values_list("pk", flat=True)[:AT_ONCE]
    for pk in list(left):
        _end(pk)
    return 0.0 if len(left) == AT_ONCE else _seconds_until_next()


def _left() -> QuerySet[Visit]:
    return Visit.objects.filter(left_at=None, visitor__seen_at__lte=clock.now() - GONE_AFTER)


@transaction.atomic
def _end(pk: int) -> None:
    claimed = (
        _left()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("ticket", "visitor")
    )
    visit = claimed.filter(pk=pk).first()
    if visit is None:
        return
    end_live(visit.ticket, why=WHY, unseen=_unseen(visit))
    visit.left_at = clock.now()
    visit.save(update_fields=["left_at"])


def _unseen(visit: Visit) -> list[int]:
    """What the team has said since the visitor was last seen, by the messages' keys: nobody has read it, so
    it goes to them by mail (`mail.outbound.queue_unseen`)."""
    said = Message.objects.said().filter(
        ticket=visit.ticket_id,
        public=True,
        automatic=False,
        side=Side.TEAM,
        received_at__gt=visit.visitor.seen_at,
    )
    return list(said.order_by("id").values_list("pk", flat=True))


def _seconds_until_next() -> float:
    """Whoever was seen last can have gone in ten minutes; a new visitor wakes nobody."""
    going_on = Visit.objects.filter(left_at=None).order_by("visitor__seen_at")
    oldest = going_on.values_list("visitor__seen_at", flat=True).first()
    if oldest is None:
        return LONGEST_PAUSE
    due = (oldest + GONE_AFTER - clock.now()).total_seconds()
    return min(max(due, 0.0), LONGEST_PAUSE)
