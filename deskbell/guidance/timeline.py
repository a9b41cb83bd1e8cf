"""What happened to an onboarding, in words; the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from deskbell.guidance.events import Kind
from deskbell.guidance.models import Onboarding, OnboardingEvent
from deskbell.guidance.undoing import can_be_undone
from deskbell.look.dates import date_name

MOST = 200


@dataclass(frozen=True)
class Happened:
    """One event as it is read; `words` are what someone wrote with it."""

    event: OnboardingEvent
    text: str
    words: str
    may_be_undone: bool


def happened_to(onboarding: Onboarding) -> list[Happened]:
    """The newest events of it. One query."""
    rows = onboarding.events.select_related("step", "by").order_by("-sequence")[:MOST]
    return [told(event) for event in rows]


def told(event: OnboardingEvent) -> Happened:
    """An event in words."""
    words = event.data.get("note", "")
    return Happened(event, _text(event, event.data), words, can_be_undone(event))


def _text(event: OnboardingEvent, data: dict[str, Any]) -> str:
    of = f"“{event.step}”" if event.step else ""
    match Kind(event.kind):
        case Kind.BEGUN:
            return f"began it: {_days(data['dates'])}"
        case Kind.DONE:
            return f"marked {of} as done"
        case Kind.REOPENED:
            return f"took back that {of} is done"
        case Kind.DATES:
            count = data["moved"]
            return f"moved it to {_days(data['after'])}; {count} {_steps(count)} moved along"
        case Kind.DUE:
            return f"moved {of} from {_day(data['before']['due_on'])} to {_day(data['after'])}"
        case Kind.OWNER:
            return f"gave {of} to {data['name']}" if data["name"] else f"left {of} without an owner"
        case Kind.LEAD:
            return f"gave the lead to {data['name']}"
        case Kind.ADDED:
            return f"added {of}"
        case Kind.REMOVED:
            return f"took {of} out"
        case Kind.RESTORED:
            return f"put {of} back"
        case Kind.ASKED:
            return f"asked about {of}: #{data['ticket']}"
        case Kind.REMINDED:
            return f"{of} is late; {_heard(data['names'])}"
        case Kind.ENDED:
            return "With the last step it is complete" if data["complete"] else "ended it"
        case Kind.RESUMED:
            return "took it up again"


def _heard(names: list[str]) -> str:
    return f"{' and '.join(names)} heard of it" if names else "nobody could be told"


def _days(dates: list[str]) -> str:
    start, live = dates
    return f"start {_day(start)}, go-live {_day(live)}"


def _day(text: str) -> str:
    return date_name(date.fromisoformat(text), "en")


def _steps(count: int) -> str:
    return "step" if count == 1 else "steps"
