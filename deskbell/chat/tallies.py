"""How often something may be done within a time: counted in the database, so by all processes together.

A school has one address for all its pupils, so a network may do much: what is counted for it stops floods,
and no class. Networks are kept as digests, for a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.ids import digest

KEPT = timedelta(days=1)

# In the order of the keys, so that two who count the same never wait for each other in a ring.
COUNT = """
    INSERT INTO chat_tally (key, since, count)
    SELECT key, %(since)s, many FROM unnest(%(keys)s::text[], %(counts)s::int[]) AS told (key, many)
    ORDER BY key
    ON CONFLICT (key, since) DO UPDATE SET count = chat_tally.count + excluded.count
    RETURNING key, count
"""


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
        if self.count_all({whom: 1}):
            raise TooFast("That was a lot at once. Wait a little, then try again.")

    def count_all(self, many: Mapping[str, int]) -> set[str]:
        """Count so many more for each of these, in one statement; returns those above the limit."""
        if not many:
            return set()
        whom = {digest(f"{self.name} {each}"): each for each in many}
        since = _beginning(clock.now(), self.within)
        with connection.cursor() as cursor:
            counts = [many[each] for each in whom.values()]
            cursor.execute(COUNT, {"keys": list(whom), "counts": counts, "since": since})
            return {whom[key] for key, count in cursor.fetchall() if count > self.most}


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
