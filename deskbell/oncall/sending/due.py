"""Which pages are due, told in queries; also on machines whose clock was moved."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from deskbell.lib.backoff import backoff
from deskbell.oncall.models import Page

LEASE = timedelta(seconds=30)  # a page twice is better than a page minutes late (E3)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=2)
LONGEST_ASKED = timedelta(minutes=10)  # for which a provider may ask
CLOCKS_DIFFER = timedelta(minutes=2)  # of machines, at most


def waiting() -> QuerySet[Page]:
    """Pages that have not left, and are not in mail's own queue."""
    return Page.objects.filter(state=Page.State.QUEUED, mail=None)


def is_due(now: datetime) -> Q:
    """Their instant has come. One that lies further ahead than any wait was written before the clock
    was set back: it doesn't wait for that time to come again."""
    retried = Q(attempts__gt=0, due_at__gt=now + LONGEST_ASKED + CLOCKS_DIFFER)
    made_ahead = Q(attempts=0, created_at__gt=now + CLOCKS_DIFFER)
    return Q(due_at__lte=now) | retried | made_ahead


def is_free(now: datetime) -> Q:
    """In no sender's hand: the lease is over, or was written before the clock was set back."""
    over = Q(leased_until__lte=now) | Q(leased_until__gt=now + LEASE + CLOCKS_DIFFER)
    return Q(leased_until=None) | over


def pause_after(attempts: int, asked: float | None) -> timedelta:
    """How long a page waits after so many attempts: 5, 10, 20 s ... two minutes, and as long as the
    provider asks for, within reason."""
    doubled = backoff(attempts, FIRST_PAUSE, LONGEST_PAUSE, times=2)
    wanted = timedelta(seconds=min(max(asked or 0.0, 0.0), LONGEST_ASKED.total_seconds()))
    return max(doubled, wanted)
