"""Sending what is queued: by the relay or mail service, or into the outbox folder if there is neither.

A mail is leased and not locked, so that no transaction waits for a slow relay. A worker that dies with
a mail in hand leaves it to the next one when the lease is over: sent twice perhaps, under one Message-ID,
which its receiver's server knows; never lost. What goes wrong is data on the mail's row.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Case, Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from deskbell.lib import clock
from deskbell.lib.backoff import backoff
from deskbell.lib.telling import tell
from deskbell.mail.composing import look_up_threads
from deskbell.mail.facts import MailMoved
from deskbell.mail.models import OutboundMail
from deskbell.mail.returns import note_refusal
from deskbell.mail.transport import Failed, Transport
from deskbell.mail.ways import way_out

BATCH = 20
LEASE = timedelta(minutes=5)
LEASE_OF_NOTICE = timedelta(seconds=20)  # a page twice is better than a page five minutes late (E3)
LONGEST_BATCH = timedelta(seconds=45)  # a mail takes up to two minutes more: well within the lease
LONGEST_SLEEP = 5.0  # seconds; a queued mail wakes the loop
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
GIVEN_UP_AFTER = timedelta(days=5)
EMERGENCY = """
    SELECT FROM mail_outboundmail WHERE state = 'queued' AND overtakes
    AND next_attempt_at <= %(now)s AND (leased_until IS NULL OR leased_until < %(now)s) LIMIT 1
"""
Queued = OutboundMail.State.QUEUED
log = logging.getLogger(__name__)


def step() -> float:
    """Send what is due; answers the seconds until it wants to look again (for the worker's loop)."""
    return 0.0 if send_what_is_due() else _seconds_until_next()


def send_what_is_due() -> int:
    """Send up to a batch of mails; returns how many were tried."""
    leased = _lease()
    until = clock.now() + LONGEST_BATCH
    tried = 0
    with way_out() as way:
        for mail in leased:
            if clock.now() > until or way.is_down:
                break
            if mail.kind == OutboundMail.Kind.NEWS:
                if _due_before_news(clock.now()).exists():
                    break
            elif not mail.overtakes and _an_emergency_waits():
                break
            _send(mail, way)
            tried += 1
        _give_back(leased[tried:], way)
    return tried


@transaction.atomic
def _lease() -> list[OutboundMail]:
    """Take mails in hand: those that are due, and the oldest alone of those from one ticket to one
    recipient, so that they keep their order. Nobody waits for a mailbox that isn't theirs."""
    now = clock.now()
    due = (
        _due_before_news(now)
        .order_by(_pages_first(), "next_attempt_at", "id")
        .select_for_update(skip_locked=True, of=("self",))
    )
    pks = [mail.pk for mail in due[:BATCH]] or _oldest_news(now)
    until = Case(
        When(kind=OutboundMail.Kind.NOTICE, then=Value(now + LEASE_OF_NOTICE)),
        default=Value(now + LEASE),
    )
    OutboundMail.objects.filter(pk__in=pks).update(leased_until=until)
    found = OutboundMail.objects.filter(pk__in=pks).select_related(
        "ticket__assignee__person", "message", "sender"
    )
    leased = list(found.order_by(_pages_first(), "id"))
    look_up_threads(leased)
    return leased


def _due_before_news(now: datetime) -> QuerySet[OutboundMail]:
    """All that can leave now and is no news, which wait until nothing else does: there may be 50,000 of
    them. What waits for an older mail of its ticket can't: else one greylisted reply held up all news."""
    older = OutboundMail.objects.filter(
        ticket=OuterRef("ticket"),
        recipient=OuterRef("recipient"),
        state=Queued,
        pk__lt=OuterRef("pk"),
    )
    # Asked for each mail of a ticket, and no join: planned by statistics of an empty queue, that one
    # compared each of 10,000 mails with each, and took half a minute.
    is_next = Q(ticket=None) | ~Exists(older)
    due = OutboundMail.objects.filter(_free(now), state=Queued, next_attempt_at__lte=now)
    return due.exclude(kind=OutboundMail.Kind.NEWS).filter(is_next)


def _oldest_news(now: datetime) -> list[int]:
    """News that are due, the oldest first, and of those to one recipient the oldest alone: also where it
    has to be sent again, the next one waits for it."""
    news = OutboundMail.objects.filter(kind=OutboundMail.Kind.NEWS, state=Queued)
    older = news.filter(recipient=OuterRef("recipient"), pk__lt=OuterRef("pk"))
    # Counted and not only asked for: that can't be planned as a join (as above).
    first = older.order_by().values("recipient").annotate(many=Count("pk")).values("many")
    due = news.filter(_free(now), next_attempt_at__lte=now).annotate(before=Subquery(first))
    due = due.filter(before=None).order_by("id").select_for_update(skip_locked=True, of=("self",))
    return [mail.pk for mail in due[:BATCH]]


def _pages_first() -> Case:
    """What wakes an agent doesn't wait behind a morning's receipts, nor an emergency behind a storm."""
    return Case(
        When(overtakes=True, then=0), When(kind=OutboundMail.Kind.NOTICE, then=1), default=2
    )


def _an_emergency_waits() -> bool:
    """Is there a mail that overtakes? Then the rest of the batch goes back: it has come meanwhile. Asked
    before each mail, and so without what the ORM would cost: half a millisecond, of three for a mail."""
    with connection.cursor() as cursor:
        cursor.execute(EMERGENCY, {"now": clock.now()})
        return cursor.fetchone() is not None


def _send(mail: OutboundMail, way: Transport) -> None:
    mail.attempts += 1
    try:
        known = way.send(mail)
    except Failed as failure:
        _note_failure(mail, str(failure), permanent=failure.permanent)
    except Exception as error:
        log.exception("Mail %s could not be composed", mail.pk)
        _note_failure(mail, f"{type(error).__name__}: {error}", permanent=False)
    else:
        mail.state, mail.sent_at, mail.error = OutboundMail.State.SENT, clock.now(), ""
        mail.provider_id = known[:255]
        _save(mail)


def _note_failure(mail: OutboundMail, error: str, *, permanent: bool) -> None:
    mail.error = error.replace("\0", "")[:1000]
    too_old = clock.now() - mail.created_at > GIVEN_UP_AFTER
    if permanent or too_old:
        mail.state, mail.permanent = OutboundMail.State.FAILED, permanent
    else:
        mail.next_attempt_at = clock.now() + pause_after(mail.attempts)
    _save(mail)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 5 s, 15 s, 45 s ... a quarter of an hour."""
    return backoff(attempts, FIRST_PAUSE, LONGEST_PAUSE)


@transaction.atomic
def _save(mail: OutboundMail) -> None:
    mail.leased_until = None
    mail.save(
        update_fields=[
            "state",
            "attempts",
            "error",
            "permanent",
            "sent_at",
            "provider_id",
            "next_attempt_at",
            "leased_until",
        ]
    )
    tell(MailMoved(mail))
    if mail.state == OutboundMail.State.FAILED:
        note_refusal(mail)


def _give_back(mails: list[OutboundMail], way: Transport) -> None:
    """Those that were not tried; if the relay is down they wait a little, like the one that found out."""
    pks = [mail.pk for mail in mails]
    given = OutboundMail.objects.filter(pk__in=pks, state=Queued)
    if way.is_down:
        given.update(leased_until=None, next_attempt_at=clock.now() + FIRST_PAUSE)
    else:
        given.update(leased_until=None)


def _free(now: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lt=now)


def _seconds_until_next() -> float:
    waiting = OutboundMail.objects.filter(_free(clock.now()), state=Queued)
    following = waiting.aggregate(at=Min("next_attempt_at"))["at"]
    if following is None:
        return LONGEST_SLEEP
    seconds: float = (following - clock.now()).total_seconds()
    return min(LONGEST_SLEEP, max(0.2, seconds))
