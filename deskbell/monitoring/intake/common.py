"""What the readers share: JSON from strangers, made storable; times as machines write them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from deskbell.monitoring.intake.normal import Unreadable

NOT_ENDED = 1  # Go's zero time lies in year 1


@dataclass(frozen=True)
class Arrived:
    """What a reader has of a body: its bytes, the headers that were kept (names in lower case), when
    the desk had it, and the settings of its source."""

    content: bytes
    at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def json_object(content: bytes) -> dict[str, Any]:
    """The object that a body is. Raises Unreadable."""
    try:
        document = json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"It is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Unreadable("It is JSON, but no object with alerts in it.")
    return document


def texts(given: Any) -> dict[str, str]:
    """Labels or annotations, without what PostgreSQL can't store in a text."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise Unreadable("its labels or annotations are no object.")
    return {storable(str(name)): storable(str(value)) for name, value in given.items()}


def text(given: Any, longest: int = 4000) -> str:
    """One value as a text; nothing, and what is no value, is an empty one."""
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        return ""
    return storable(str(given))[:longest].strip()


def storable(given: str) -> str:
    return given.replace("\x00", "�").encode("utf-8", "replace").decode()


def instant(written: Any, name: str) -> datetime | None:
    """An instant of the sender's, UTC unless it says otherwise; None if it is missing or in year 1,
    which means “not yet”. Raises Unreadable."""
    if not written:
        return None
    try:
        if isinstance(written, int | float) and not isinstance(written, bool):
            return datetime.fromtimestamp(written / 1000 if written > 1e11 else written, UTC)
        found = datetime.fromisoformat(_without_nanoseconds(written))
        if found.year <= NOT_ENDED:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise Unreadable(f"its {name} is {str(written)[:100]!r}, no time.") from None


def _without_nanoseconds(written: Any) -> str:
    """Go writes up to nine digits of a second; Python reads up to six."""
    whole, dot, rest = str(written).partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{whole}{dot}{rest[: min(digits, 6)]:0<6}{rest[digits:]}" if dot else whole
