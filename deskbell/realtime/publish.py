"""Telling the browsers: a row in the change's own transaction, announced when it commits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.db.models.expressions import RawSQL

from deskbell.realtime import audience
from deskbell.realtime.announcing import announce, announcing_together
from deskbell.realtime.models import LiveEvent

CHANNEL = "deskbell_live"
REVOKE = "revoke"
KEPT = timedelta(hours=1)
_gathered: ContextVar[list[LiveEvent] | None] = ContextVar("gathered", default=None)


def publish(topic: str, name: str, data: str) -> None:
    """Tell everyone who listens to `topic`: `name` says what it is, `data` is HTML or JSON text.

    Belongs in the transaction of the change: it reaches the browsers at commit and is dropped at
    rollback. The announcement carries nothing, so PostgreSQL folds those of one transaction into
    one; the stream finds the rows by their transaction.
    """
    publish_many([(topic, name, data)])


def publish_many(told: Iterable[tuple[str, str, str]]) -> None:
    """`publish` for many of topic, name and data, in one statement."""
    events = [LiveEvent(topic=topic, name=name, data=data) for topic, name, data in told]
    gathered = _gathered.get()
    if gathered is None:
        LiveEvent.objects.bulk_create(events)
        announce(CHANNEL)
    else:
        gathered += events


@contextmanager
def publishing_together() -> Iterator[None]:
    """Inside a transaction: write all that is told or announced in the block at its end, in one statement
    each. Nothing if the block fails: then its transaction fails too."""
    gathered: list[LiveEvent] = []
    with announcing_together():
        token = _gathered.set(gathered)
        try:
            yield
        finally:
            _gathered.reset(token)
        if gathered:
            LiveEvent.objects.bulk_create(gathered)
            announce(CHANNEL)


def revoke(topic: str) -> None:
    """End every stream that listens to `topic`, and refuse the tokens signed until now."""
    publish(topic, REVOKE, "")


def prune() -> int:
    """Forget the events that are older than an hour, and topics that nobody listens to; returns how many
    events. Listeners older than that are told to fetch their page anew."""
    audience.forget_the_gone()
    expired = RawSQL("now() - %s", [KEPT])
    return LiveEvent.objects.filter(created_at__lt=expired).delete()[0]
