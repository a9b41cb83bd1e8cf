"""Mails that lie in S3 are fetched by the worker, with the operator's key and for as long as it takes: Amazon
hears at once that the desk knows of them. What it may not have, or isn't there, is set aside with the reason.

A mail is leased and not locked, so that no transaction waits for S3; one that is fetched twice is known
again by its identity, as at every door.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Min

from deskbell.lib import clock, s3
from deskbell.lib.backoff import backoff
from deskbell.lib.errors import NotFound
from deskbell.mail.door.identity import identity_of
from deskbell.mail.door.storing import Envelope, statements
from deskbell.mail.inbound.quarantine import tell_administrators
from deskbell.mail.models import MailInS3, Webhook
from deskbell.realtime.wake import wake

AT_ONCE = 4  # side by side: each may have as many megabytes as a mail may have
SECONDS = 60.0  # for each
LEASE = timedelta(minutes=3)
LONGEST_SLEEP = 5.0
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=5)
MOST_REFUSALS = 5  # rights and objects may be a moment late at Amazon: after a minute they are not
Waiting = MailInS3.State.WAITING
log = logging.getLogger(__name__)


def keep(told: list[MailInS3]) -> None:
    """Note mails that Amazon has told of; the same again is the same. Raises what the database raises."""
    with transaction.atomic():
        MailInS3.objects.bulk_create(told, ignore_conflicts=True)
        if told:
            wake("s3")


def step() -> float:
    """Fetch what is due; answers the seconds until it wants to look again (for the worker's loop)."""
    leased = _lease()
    if not leased:
        return _seconds_until_next()
    with ThreadPoolExecutor(len(leased)) as threads:
        for mail, found in zip(leased, threads.map(_fetched, leased), strict=True):
            if isinstance(found, s3.Failed):
                _note_failure(mail, found)
            else:
                _store(mail, found)
    return 0.0


@transaction.atomic
def retry(pk: int) -> None:
    """Fetch one again that was set aside or discarded. Raises NotFound."""
    known = MailInS3.objects.filter(pk=pk, state__in=["set_aside", "discarded"])
    if not known.update(state=Waiting, attempts=0, next_attempt_at=clock.now()):
        raise NotFound("There is no such mail any more; perhaps someone was quicker.")
    wake("s3")


@transaction.atomic
def retry_all() -> None:
    """Fetch all again that were set aside, as after the key was set right."""
    MailInS3.objects.set_aside().update(state=Waiting, attempts=0, next_attempt_at=clock.now())
    wake("s3")


def discard(pk: int) -> None:
    """Take one off the list; it stays in S3, and can be brought back. Raises NotFound."""
    if not MailInS3.objects.set_aside().filter(pk=pk).update(state=MailInS3.State.DISCARDED):
        raise NotFound("There is no such mail any more; perhaps someone was quicker.")


@transaction.atomic
def _lease() -> list[MailInS3]:
    due = list(MailInS3.objects.due().select_for_update(skip_locked=True)[:AT_ONCE])
    MailInS3.objects.filter(pk__in=[mail.pk for mail in due]).update(
        next_attempt_at=clock.now() + LEASE, attempts=F("attempts") + 1
    )
    return due


def _fetched(mail: MailInS3) -> bytes | s3.Failed:
    """Its bytes, or why there are none. In a thread of its own: it asks no database."""
    most = settings.MAX_MAIL_BYTES
    try:
        return s3.get(s3.access(), mail.bucket, mail.key, most=most, within=SECONDS)
    except s3.Failed as failure:
        return failure
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are fetched all the same
        return s3.Failed(f"{type(error).__name__}: {error}", permanent=True)


@transaction.atomic
def _store(mail: MailInS3, raw: bytes) -> None:
    envelope = Envelope(
        mail.sender, mail.recipients, peer="", door="webhook", received=mail.received_at
    )
    with connection.cursor() as cursor:
        for statement, values in statements(raw, identity_of(raw), envelope):
            cursor.execute(statement, values or None)
    MailInS3.objects.filter(pk=mail.pk).update(state=MailInS3.State.FETCHED, problem="")
    Webhook.objects.filter(service="amazon_ses").update(problem="")


@transaction.atomic
def _note_failure(mail: MailInS3, failure: s3.Failed) -> None:
    """Wait a little longer each time, or set it aside if waiting won't help."""
    said, tried = str(failure)[:1000], mail.attempts + 1
    waiting = MailInS3.objects.filter(pk=mail.pk, state=Waiting)
    if failure.permanent and tried >= MOST_REFUSALS:
        if waiting.update(state=MailInS3.State.SET_ASIDE, problem=said):
            log.error("A mail in S3 was set aside: %s", said)
            tell_administrators()
    else:
        pause = backoff(tried, FIRST_PAUSE, LONGEST_PAUSE)
        waiting.update(next_attempt_at=clock.now() + pause, problem=said)
        log.warning("A mail in S3 will be fetched again in %s: %s", pause, said)
    Webhook.objects.filter(service="amazon_ses").update(problem=said)


def _seconds_until_next() -> float:
    following = MailInS3.objects.filter(state=Waiting).aggregate(at=Min("next_attempt_at"))["at"]
    if following is None:
        return LONGEST_SLEEP
    seconds: float = (following - clock.now()).total_seconds()
    return min(LONGEST_SLEEP, max(0.2, seconds))
