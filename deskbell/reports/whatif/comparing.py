"""The whole comparison, some tickets at a time: read, replay under both, count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from deskbell.lib.errors import Refused
from deskbell.people.models import District
from deskbell.reports.whatif import reading
from deskbell.reports.whatif.counting import Count, Turn
from deskbell.reports.whatif.replaying import Replayer
from deskbell.sla import core
from deskbell.sla.core.instants import micros


class Period(NamedTuple):
    """From `since` to before `until`."""

    since: datetime
    until: datetime

    @classmethod
    def of_days(cls, first: date, last: date, zone: str) -> Period:
        """The days from first to last, both included, by the clock of a zone."""
        if last < first:
            raise Refused(f"The period ends on {last}, before it begins: choose a later last day.")
        here = ZoneInfo(zone)
        try:
            after = last + timedelta(days=1)
            since = datetime.combine(first, time(), here)
            until = datetime.combine(after, time(), here)
            return cls(since.astimezone(UTC), until.astimezone(UTC))
        except OverflowError:
            raise Refused("Choose days between the years 1900 and 2199.") from None


class Comparison:
    """What was beside what would have been, for the clocks that began in a period.

    `as_of`: what came later is not looked at; a clock that ran then is counted apart.
    """

    def __init__(self, policy: core.Policy, period: Period, as_of: datetime) -> None:
        now = micros(as_of, "as_of")
        self._period, self._as_of = period, as_of
        self._sayings = reading.Sayings()
        self._replayer = Replayer(policy, now, self._sayings)
        self._count = Count(micros(period.since, "since"), micros(period.until, "until"), now)

    def total(self) -> int:
        """How many tickets `steps` will go through."""
        return reading.count_of(*self._period)

    def steps(self) -> Iterator[tuple[int, list[Turn]]]:
        """Do the work; yields how many tickets are done, and the clocks that changed sides."""
        done = 0
        told = reading.stories(*self._period, self._as_of, self._sayings)
        both, take = self._replayer.both, self._count.take
        for stories in told:
            turns: list[Turn] = []
            for story in stories:
                turns += take(story.about, *both(story))
            done += len(stories)
            yield done, turns

    def result(self) -> dict[str, Any]:
        """What was counted, in the form of `Count.result`."""
        return self._count.result(dict(District.objects.values_list("id", "name")))
