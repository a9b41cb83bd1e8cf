"""A lot: what leaves in one message, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deskbell.oncall.models import Method, Page
from deskbell.oncall.ways.remote import Message


@dataclass(frozen=True)
class Lot:
    """One message to one method, in this worker's hand until `until`.

    `page` is told, and with it those of `more` (keys), where a bundle tells several (E5).
    """

    page: Page
    method: Method
    message: Message
    until: datetime
    more: tuple[int, ...] = ()

    @property
    def keys(self) -> list[int]:
        return [self.page.pk, *self.more]

    @property
    def is_over(self) -> bool:
        return self.message.kind == "over"


@dataclass(frozen=True)
class Taken:
    """The provider has it; `said` is what it calls it."""

    said: str


@dataclass(frozen=True)
class Later:
    """Not taken, or nobody knows: it goes again, not before so many seconds if the provider says so."""

    why: str
    after: float | None = None


@dataclass(frozen=True)
class Lost:
    """It can't be delivered by this method."""

    why: str


@dataclass(frozen=True)
class Unreachable:
    """The method is no more."""

    why: str


Outcome = Taken | Later | Lost | Unreachable
