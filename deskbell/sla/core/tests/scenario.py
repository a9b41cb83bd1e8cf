"""Scenario tables that a founder can read, and the clocks said in the same words.

    Thu 18:50  opened normal     | first reply due Fri 11:50
    Fri 08:40  agent replies     | first reply met, 50 min of 4 h

Times are New York's, in the week of Monday 2 November 2026 and the weeks after it. What stands
behind the bar is the latest clock of each named metric at that instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from deskbell.sla.core import Clock, Event, Kind, Policy, clocks, standard_support

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 2)
STANDARD = standard_support(
    {date(2026, 11, 11): "Veterans Day", date(2026, 11, 26): "Thanksgiving"}
)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAMES = {
    "first_reply": "first reply",
    "next_reply": "next reply",
    "periodic_update": "update",
    "resolution": "resolution",
    "acknowledge": "acknowledge",
    "take_over": "take over",
}


def play(table: str, policy: Policy = STANDARD) -> list[Clock]:
    """Check each line's expectations; return the clocks at the last line."""
    history: list[Event] = []
    found: list[Clock] = []
    at, checked = None, 0
    for line in table.strip().splitlines():
        told, _, expected = line.partition("|")
        at = instant(" ".join(told.split()[:2]), after=at)
        history += _events(at, told.split()[2:])
        found = clocks(history, policy, at)
        for each in filter(None, (part.strip() for part in expected.split(";"))):
            assert each in said(found, each), f"{line.strip()}\nsaid: {said(found, '')}"
            checked += 1
    assert checked, "a table that expects nothing proves nothing"
    return found


def instant(text: str, after: datetime | None = None) -> datetime:
    """`Thu 18:50`, or `Thu 18:50:01`: the first such weekday that is not before `after`."""
    name, clock = text.split()
    first = MONDAY if after is None else after.astimezone(NEW_YORK).date()
    day = first + timedelta(days=(_DAYS.index(name) - first.weekday()) % 7)
    shown = datetime.combine(day, time.fromisoformat(clock), tzinfo=NEW_YORK)
    return shown.astimezone(UTC)


def said(found: Sequence[Clock], about: str) -> list[str]:
    """The latest clock of each metric, in words; and the metrics that have none."""
    latest = {_NAMES[clock.metric]: clock for clock in found}
    return [_said(clock) for clock in latest.values()] + [
        f"no {name}" for name in _NAMES.values() if name not in latest
    ]


def _said(clock: Clock) -> str:
    words = _NAMES[clock.metric]
    if clock.outcome == "breached":
        words += f" breached {_at(clock.breached_at)}"
        words += "" if clock.late_by is None else f", {_long(clock.late_by)} late"
    elif clock.outcome == "running":
        counted = f"{_long(clock.counted)} of {_long(clock.target)}"
        words += f" due {_at(clock.due)}" if clock.due else f" paused, {counted}"
    elif clock.outcome == "met":
        words += f" met, {_long(clock.counted)} of {_long(clock.target)}"
    else:
        words += " cancelled"
    return words + "".join(f" ({mark})" for mark in sorted(clock.marks))


def _at(at: datetime | None) -> str:
    assert at is not None
    local = at.astimezone(NEW_YORK)
    return f"{_DAYS[local.weekday()]} {local:%H:%M}" + (f":{local:%S}" if local.second else "")


def _long(amount: timedelta) -> str:
    hours, rest = divmod(amount, timedelta(hours=1))
    minutes, rest = divmod(rest, timedelta(minutes=1))
    seconds = rest.total_seconds()
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{count:g} {unit}" for count, unit in parts if count) or "0 min"


def _events(at: datetime, words: list[str]) -> list[Event]:
    match words:
        case ["now"]:
            return []
        case ["opened", impact, *rest]:
            return [Event(at, Kind.CREATED, impact=impact, **_carried(rest))]
        case ["customer", "writes", *rest]:
            return [Event(at, Kind.CUSTOMER_MESSAGE, **_carried(rest))]
        case [("open" | "pending" | "waiting" | "solved" | "closed") as state]:
            return [Event(at, Kind.STATE, to=state)]
        case ["impact", impact]:
            return [Event(at, Kind.IMPACT, to=impact)]
        case ["alert", episode]:
            return [Event(at, Kind.ALERT_RECEIVED, key=episode)]
        case ["alert", episode, "ends"]:
            return [Event(at, Kind.ALERT_ENDED, key=episode)]
        case ["acknowledged", *episode]:
            return [Event(at, Kind.ACKNOWLEDGED, key="".join(episode))]
        case ["escalated", "to", tier]:
            return [Event(at, Kind.ESCALATED, to=tier)]
        case ["taken", "by", tier]:
            return [Event(at, Kind.TAKEN, to=tier)]
        case ["merged", "in", impact, *since]:
            oldest = instant(" ".join(since[1:])) if since else None
            return [Event(at, Kind.MERGED_IN, impact=impact, received=oldest)]
        case ["split", ("off" | "away") as way, *since]:
            kind = Kind.SPLIT_OFF if way == "off" else Kind.SPLIT_AWAY
            return [Event(at, kind, received=instant(" ".join(since[1:])) if since else None)]
        case ["set", "aside", "as", ("spam" | "trash") as what]:
            return [Event(at, Kind.SET_ASIDE, to=what)]
        case _:
            return [Event(at, _PHRASES[" ".join(words)])]


def _carried(words: list[str]) -> dict[str, Any]:
    match words:
        case []:
            return {}
        case ["by", whose]:
            return {"words": whose}
        case ["in", "chat"]:
            return {"chat": True}
        case [("received" | "held") as how, *since]:
            return {"received": instant(" ".join(since)), "held": how == "held"}
    raise ValueError(words)


_PHRASES = {
    "vendor writes": Kind.VENDOR_MESSAGE,
    "agent replies": Kind.AGENT_REPLY,
    "reply undone": Kind.REPLY_UNDONE,
    "incident update": Kind.UPDATE,
    "note": Kind.NOTE,
    "automatic answer": Kind.AUTOMATIC,
    "chat begins": Kind.CHAT_STARTED,
    "chat ends": Kind.CHAT_ENDED,
    "taken": Kind.TAKEN,
    "handed back": Kind.HANDED_BACK,
    "merged away": Kind.MERGED_AWAY,
    "unmerged": Kind.UNMERGED,
    "unsplit": Kind.UNSPLIT,
    "brought back": Kind.BROUGHT_BACK,
}
