"""How one reader is spoken to: in their language, with instants by the wall clock of their zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from deskbell.look import dates, words
from deskbell.look.languages import USUAL, speaker
from deskbell.sla.explaining.words import ES, REASONS
from deskbell.sla.spanish import COVERAGES, HOLIDAYS


@dataclass(frozen=True)
class Voice:
    """`say("{who} replied", who="Ana")` says a sentence; the methods say instants, and names of the desk."""

    zone: str
    language: str = USUAL

    def __call__(self, english: str, **values: object) -> str:
        return speaker(self.language, ES)(english, **values)

    def there(self, zone: str) -> Voice:
        """The same language by another wall clock."""
        return replace(self, zone=zone)

    def moment(self, at: datetime) -> str:
        """“Mon, Nov 30, 12:00 pm Eastern”."""
        return dates.moment(at, self.zone, self.language)

    def span(self, start: datetime, end: datetime) -> str:
        """“Mon, Nov 30, 8:00 am to 7:00 pm”."""
        return dates.span(start, end, self.zone, self.language)

    def zone_name(self) -> str:
        """“Eastern”, “hora del Este”."""
        if self.language == USUAL:
            return words.zone_name(self.zone)
        return dates.zone_name(self.zone, self.language)

    def day(self, at: datetime) -> str:
        """“Mon, Nov 30”."""
        return dates.day(at, self.zone, self.language)

    def weekday(self, at: datetime) -> str:
        """“Tuesday”."""
        return dates.weekday(self.local(at), self.language)

    def date(self, at: datetime, *, with_year: bool) -> str:
        """“Tuesday, November 24”, “martes 24 de noviembre”."""
        return dates.long_date(self.local(at), self.language, with_year=with_year)

    def hour(self, at: datetime) -> str:
        """“9:50 am”, “9:50 a. m.”."""
        return dates.hour(at, self.zone, self.language)

    def oclock(self, at: datetime, *, brief: bool = False) -> str:
        """“9:50 am”, “las 9:50 a. m.”: as it stands in a sentence; `brief`: “7 pm”, “midnight”."""
        return dates.oclock(at, self.zone, self.language, brief=brief)

    def coverage(self, name: str) -> str:
        """The name of a coverage, if it is one of those that the desk begins with."""
        return self._named(name, COVERAGES)

    def holiday(self, name: str) -> str:
        """The name of a holiday, if it is a federal one."""
        return self._named(name, HOLIDAYS)

    def pause(self, reason: str) -> str:
        """Why a clock stands still, as the core says it: “paused: waiting for the customer” (K7)."""
        if reason in REASONS:
            return self.reason(reason)
        return self("paused: waiting for {whom}", whom=reason.removeprefix("paused: waiting for "))

    def reason(self, text: str) -> str:
        """A reason that the desk itself wrote; what a person wrote stays as it is."""
        return self._named(text, REASONS)

    def local(self, at: datetime) -> datetime:
        """The instant by the reader's wall clock."""
        return at.astimezone(ZoneInfo(self.zone))

    def _named(self, name: str, spanish: Mapping[str, str]) -> str:
        return spanish.get(name, name) if self.language == "es" else name
