"""How often something may be done within a time: counted in the database, so by all processes together.

A school has one address for all its pupils, so a network may do much: what is counted for it stops floods,
and no class. Networks are kept as digests, for a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.ids import digest

KEPT = timedelta(days=1)


class TooFast(Refused):
    """More in a short time than a person does, or than all of a school do."""


class Tally(models.Model):
    """How often something was done since the beginning of a span of time."""

    key = models.CharField(max_length=64)  # a digest of what is counted, and for whom
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=["key", "since"], name="one_tally_of_a_span")]

    def __str__(self) -> str:
        return f"{self.count} since {self.since:%F %T}"


@dataclass(frozen=True)
class Limit:
    """At most `most` of these in each span of `within` (whole seconds, of the wall clock)."""

    name: str
    most: int
    within: timedelta

    def count(self, whom: str) -> None:
        """Count one more. Raises TooFast above the limit."""
        since = _beginning(clock.now(), self.within)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO chat_tally (key, since, count) VALUES (%s, %s, 1)"
                " ON CONFLICT (key, since) DO UPDATE SET count = chat_tally.count + 1"
                " RETURNING count",
                [digest(f"{self.name} {whom}"), since],
            )
            (count,) = cursor.fetchone()
        if count > self.most:
            raise TooFast("That was a lot at once. Wait a little, then try again.")


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SESSIONS_OF_A_NETWORK = Limit("sessions", 120, MINUTE)
MESSAGES_OF_A_NETWORK = Limit("messages", 240, MINUTE)
FORGERIES_OF_A_NETWORK = Limit("forgeries", 60, MINUTE)
FILES_OF_A_VISITOR = Limit("files of a visitor", 20, HOUR)
FILES_OF_A_NETWORK = Limit("files", 300, HOUR)


def forget() -> None:
    """What was counted a day ago is of no use."""
    Tally.objects.filter(since__lt=clock.now() - KEPT).delete()


def _beginning(now: datetime, within: timedelta) -> datetime:
    seconds = int(within.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, now.tzinfo)
