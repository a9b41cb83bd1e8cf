"""The normal form of a vendor's feed: its parts and how they stand, and the troubles it tells about."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import nh3

from deskbell.monitoring.models import Component

State = Component.State
LONGEST_TEXT, MOST_UPDATES, MOST_PARTS = 4000, 50, 500


class Unreadable(Exception):
    """A feed that can't be read; the sentence says why. Its vendor is unknown until it can."""


@dataclass(frozen=True)
class Part:
    """A component of the vendor's own, by its name and id, in a state as we have them."""

    id: str
    name: str
    state: Component.State


@dataclass(frozen=True)
class Update:
    """What the vendor said of a trouble at one time."""

    at: datetime
    state: str
    text: str


@dataclass(frozen=True)
class Trouble:
    """One incident by the vendor's words and times. `gravity` is what it means for us, None if only a
    person can say; `parts` names what is affected, none: whatever has no place of its own."""

    key: str
    title: str
    started: datetime
    ended: datetime | None
    state: str = ""
    impact: str = ""
    gravity: Component.State | None = None
    address: str = ""
    updates: tuple[Update, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()  # the names of each: its name, its id


@dataclass(frozen=True)
class Reading:
    """All that a feed says. `complete`: an open trouble that it no longer names is over."""

    parts: tuple[Part, ...]
    troubles: tuple[Trouble, ...]
    complete: bool


def as_text(value: Any, most: int = LONGEST_TEXT) -> str:
    """A string of a stranger's JSON or XML as plain text; "" if it is none."""
    if not isinstance(value, str):
        return ""
    plain = html.unescape(nh3.clean(value, tags=set())) if "<" in value or "&" in value else value
    return plain.replace("\x00", "").strip()[:most]


def as_address(value: Any) -> str:
    """An address that a person may follow; "" for a script, and whatever else is no page."""
    text = as_text(value, 500)
    return text if text.startswith(("https://", "http://")) else ""


def as_instant(value: Any) -> datetime | None:
    """An ISO 8601 time as an instant; None if it is none. Without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def as_list(value: Any) -> Sequence[Mapping[str, Any]]:
    """The objects in a list of a stranger's JSON; none if there is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
