"""What fifty thousand were told goes after a while: the mails after a week, who was told after 90 days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from deskbell.incidents.models import Delivery
from deskbell.lib import clock
from deskbell.mail.models import MailId, OutboundMail

BATCH = 1000
LOOKED_AT_EVERY = 3600.0  # seconds
MAILS_KEPT = timedelta(days=7)  # what came back has come back by then
DELIVERIES_KEPT = timedelta(days=90)


def step() -> float:
    """Remove what is old, a few at a time (the worker's loop)."""
    now = clock.now()
    while _trim_mails(now - MAILS_KEPT):
        pass
    after = 0
    while last := _trim_deliveries(after, now - DELIVERIES_KEPT):
        after = last
    return LOOKED_AT_EVERY


@transaction.atomic
def _trim_mails(until: datetime) -> int:
    """One that still waits stays, however old it is."""
    old = OutboundMail.objects.filter(kind=OutboundMail.Kind.NEWS, created_at__lt=until)
    old = old.exclude(state=OutboundMail.State.QUEUED).order_by("created_at")
    found = dict(old.values_list("pk", "mail_id")[:BATCH])
    MailId.objects.filter(value__in=found.values(), ticket=None, ours=True).delete()
    OutboundMail.objects.filter(pk__in=found).delete()
    return len(found)


def _trim_deliveries(after: int, until: datetime) -> int:
    """A batch in the order in which they were made; returns its last key, 0 at the first that is newer.
    Those of an open incident stay: who heard its beginning hears its end."""
    rows = Delivery.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "made_at")
    batch = list(rows[:BATCH])
    old = [pk for pk, made_at in batch if made_at < until]
    gone = Delivery.objects.filter(pk__in=old).exclude(state=Delivery.State.QUEUED)
    gone.exclude(update__isnull=False, update__incident__resolved_at=None).delete()
    return old[-1] if old and len(old) == len(batch) else 0
