"""The worker's loop "status-news": hands each mail to the mail queue, the oldest news first.

A mail is queued in the same transaction in which its delivery is marked as sent: stopped anywhere,
nothing is lost and nothing comes twice. Of one subscriber only the oldest is taken, so that nobody hears
the end before the beginning. A few thousand mails wait in the queue at most; the rest wait here, where
an end of the subscription still finds them.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery

from deskbell.incidents.models import Delivery, Subscriber
from deskbell.incidents.news.mailing import Writer
from deskbell.lib import clock, together
from deskbell.lib.remembering import remembering
from deskbell.mail.models import OutboundMail
from deskbell.realtime.announcing import announcing_together

BATCH = 200
MOST_WAITING = 2000  # mails of news in the queue, with their texts
LONGEST_SLEEP, WHILE_FULL = 5.0, 0.5  # seconds
ENDED = "It was ended before this left."
State = Delivery.State
log = logging.getLogger(__name__)


def step() -> float:
    """Hand on a batch; answers the seconds until it wants to be called again."""
    if is_full():
        return WHILE_FULL
    return 0.0 if deliver_mails() else LONGEST_SLEEP


def is_full() -> bool:
    """Do enough mails of news wait to be sent? One that a server has put off holds nobody else back."""
    waiting = OutboundMail.objects.filter(
        kind=OutboundMail.Kind.NEWS, state=OutboundMail.State.QUEUED, attempts=0
    )
    return len(waiting.values_list("pk")[:MOST_WAITING]) >= MOST_WAITING


@transaction.atomic
def deliver_mails() -> int:
    """Hand a batch to the mail queue, all of it or nothing; returns how many were seen to."""
    rows = list(
        due([Subscriber.Way.MAIL], clock.now())
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")[:BATCH]
    )
    found = about([row.pk for row in rows])
    writer = Writer()
    with remembering(), announcing_together(), together.writing_together({}):
        failed = {delivery.pk: why for delivery in found if (why := _hand_on(delivery, writer))}
    sent = [delivery.pk for delivery in found if delivery.pk not in failed]
    Delivery.objects.filter(pk__in=sent).update(
        state=State.SENT, sent_at=clock.now(), attempts=F("attempts") + 1
    )
    for pk, why in failed.items():
        Delivery.objects.filter(pk=pk).update(state=State.FAILED, error=why[:500])
    return len(found)


def due(ways: list[Subscriber.Way], now: datetime) -> QuerySet[Delivery]:
    """What may leave now: of each subscriber the oldest alone, if nobody has it in hand."""
    waiting = Delivery.objects.filter(subscriber=OuterRef("subscriber"), state=State.QUEUED)
    # Counted, and not only asked for: that can't be planned as a join of each with each.
    oldest = waiting.order_by().values("subscriber").annotate(first=Min("pk")).values("first")
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    queued = Delivery.objects.filter(free, state=State.QUEUED, next_attempt_at__lte=now)
    return queued.filter(subscriber__way__in=ways, pk=Subquery(oldest))


def about(pks: list[int]) -> list[Delivery]:
    """These with all that is needed to write them, in as many queries for many as for one."""
    found = Delivery.objects.filter(pk__in=pks)
    found = found.select_related("subscriber__person", "subscriber__district")
    found = found.select_related("update__incident", "notice__maintenance")
    return list(found.prefetch_related("update__wordings__district").order_by("pk"))


def _hand_on(delivery: Delivery, writer: Writer) -> str:
    """Queue its mail; returns why it can't be, or "". One that can't be written keeps nobody else
    waiting: the next one of its reader comes."""
    subscriber = delivery.subscriber
    person = subscriber.person
    if subscriber.ended_at is not None:
        return ENDED
    try:
        queued = writer.send(delivery)
    except DatabaseError:
        raise
    except Exception as error:  # a fault of ours over one mail: the others leave
        log.exception("News %s could not be written", delivery.pk)
        return f"The mail could not be written: {type(error).__name__}."
    if queued or (person and person.demo):  # the make-believe town has no mailboxes
        return ""
    if person and person.mail_fails_since:
        return f"Mail to this address comes back. {person.mail_fails_why}"
    return "No mail can be written to this address."
