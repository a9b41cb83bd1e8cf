"""The nouns of the realtime room: LiveEvent, what a browser is told; Audience, what is listened to; Beat,
which loop is alive."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Cast


class TransactionId(models.Func):
    """The number of the present transaction: 64 bits, so it never wraps around."""

    function = "pg_current_xact_id"
    output_field = models.TextField()


class WallClock(models.Func):
    """PostgreSQL's clock, which the demo cannot move."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class LiveEvent(models.Model):
    """Something that happened, drawn for one audience. Written by `publish` alone.

    `transaction` and not `id` says where a listener has to go on: ids are given out before commit
    and become visible in another order, so "everything after id 105" would lose a slow 103.
    """

    topic = models.CharField(max_length=100)
    name = models.CharField(max_length=50)
    data = models.TextField()
    transaction = models.BigIntegerField(
        db_default=Cast(Cast(TransactionId(), models.TextField()), models.BigIntegerField())
    )
    created_at = models.DateTimeField(db_default=WallClock())

    class Meta:
        indexes = [
            models.Index(fields=["transaction"], name="live_event_transaction"),
            models.Index(fields=["created_at"], name="live_event_created_at"),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.topic}"


class Audience(models.Model):
    """Someone listens to this topic, until then at the least. Written by the hubs (`audience.py`)."""

    topic = models.CharField(max_length=100, primary_key=True)
    until = models.DateTimeField()  # PostgreSQL's clock

    def __str__(self) -> str:
        return f"listeners of {self.topic}"


class Beat(models.Model):
    """A loop or a part of the desk came round. Written by it alone, every quarter of a minute, whichever
    of several machines it runs on; read by whoever watches over them (E8)."""

    name = models.CharField(max_length=50, primary_key=True)
    at = models.DateTimeField()
    within = models.FloatField()  # seconds; silent for longer, it hangs or is gone

    def __str__(self) -> str:
        return f"beat of {self.name}"
