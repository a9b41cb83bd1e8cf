"""The one sentence or two that a teacher understands, and what the marks of a clock mean.

The English stands here and is the key; its Spanish is in `words.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskbell.look.words import duration
from deskbell.sla.core import Clock, Mark, Metric, Outcome
from deskbell.sla.explaining.nouns import Cause, Step, Why
from deskbell.sla.explaining.voice import Voice
from deskbell.tickets.escalations import VENDOR

_MINUTE = timedelta(minutes=1)
_SOON = 6  # days: within them a weekday alone says which day is meant
_BUSINESS_HOURS = "business hours"
PROMISES: dict[str, str] = {
    Metric.FIRST_REPLY: "We promised a first reply within {span}",
    Metric.NEXT_REPLY: "We promised the next reply within {span}",
    Metric.PERIODIC_UPDATE: "We promised an update within {span} of the last one",
    Metric.RESOLUTION: "We promised a solution within {span}",
    Metric.ACKNOWLEDGE: "A person was to acknowledge the alarm within {span}",
    Metric.TAKE_OVER: "{about} was to take over within {span}",
}
UNANSWERED: dict[str, str] = {
    Metric.FIRST_REPLY: "It was due {instant}, and nobody has replied yet.",
    Metric.NEXT_REPLY: "It was due {instant}, and nobody has replied yet.",
    Metric.PERIODIC_UPDATE: "It was due {instant}, and there has been none yet.",
    Metric.RESOLUTION: "It was due {instant}, and it is not solved yet.",
    Metric.ACKNOWLEDGE: "It was due {instant}, and nobody has acknowledged it yet.",
    Metric.TAKE_OVER: "It was due {instant}, and nobody has taken over yet.",
}
STANDINGS = {
    "running": "running",
    "warned": "due soon",
    "breached": "late",
    "paused": "paused",
    "met": "kept",
    "late": "ended late",
    "cancelled": "no longer needed",
}
LINES = {
    "urgent": "Urgent impact",
    "high": "High impact",
    "normal": "Normal impact",
    "low": "Low impact",
    "chat": "Live chat",
    "alert": "Alarm",
}


@dataclass(frozen=True)
class Told:
    """What a summary is made of."""

    clock: Clock
    steps: Sequence[Step]
    stopped_by: Cause | None
    say: Voice
    dated: bool  # say each day with its date, for what is read long afterwards


def summary(told: Told) -> str:
    """What was promised, how it was counted, and what came of it."""
    clock, say = told.clock, told.say
    about = tier(clock.about, say) if clock.metric == Metric.TAKE_OVER else ""
    promise = say(PROMISES[clock.metric], span=_span(told), about=about)
    if clock.outcome is Outcome.CANCELLED:
        return f"{promise}. {_cancelled(told)}"
    if clock.due is None:
        return f"{promise}. {_paused(told)}"
    due = _instant(told, clock.due)
    if clock.stop is not None:
        kept_till = say("{promise}, so by {instant}.", promise=promise, instant=due)
        return f"{kept_till} {_ended(told)}"
    if clock.outcome is not Outcome.RUNNING:
        return f"{promise}. {say(UNANSWERED[clock.metric], instant=due)}"
    course = _course(told)
    return say(
        "{what}: due {instant}.", what=f"{promise}. {course}" if course else promise, instant=due
    )


def line_of(kind: str, of: str, say: Voice) -> str:
    """The line of the policy that makes a promise: “Normal impact”, “Live chat”, “Alarm”."""
    return tier(of, say) if kind == "tier" else say(LINES[of if kind == "impact" else kind])


def tier(of: str, say: Voice) -> str:
    """“Tier 2”, “A vendor”: as `tickets.escalations.tier_in_words`, in the reader's language."""
    return say("A vendor") if of == VENDOR else say("Tier {number}", number=of)


def remark(clock: Clock, mark: str, say: Voice) -> str:
    """What a mark means (K6, K8, K10, K13, K14, K16)."""
    due, breached = clock.due, clock.breached_at
    if due and breached and breached > due and mark in LATE_BECAUSE:
        late = "It is late from {breached}, not from {due}."
        since = say(late, breached=say.moment(breached), due=say.moment(due))
        return f"{say(LATE_BECAUSE[mark])} {since}"
    return say(MARKS[mark]) if mark in MARKS else str(mark)


LATE_BECAUSE: dict[str, str] = {
    Mark.RECLASSIFIED: (
        "The promise changed while the clock ran, with the impact, the policy or the chat, and the "
        "new one had already passed. A promise is never broken before it is made."
    ),
    Mark.HELD: (
        "The message was held back as suspicious, and it was already late when a person let it "
        "through. Time counts from when it arrived."
    ),
    Mark.MERGED: (
        "Another ticket was merged into this one, and its older message was already late by then."
    ),
    Mark.SPLIT_OFF: (
        "The message was already late when it was split off into this ticket. Time counts from "
        "when it arrived."
    ),
    Mark.REOPENED: "The due instant passed while the ticket was solved, and then it was reopened.",
    Mark.BROUGHT_BACK: (
        "The due instant passed while the ticket was set aside, and then it was brought back."
    ),
}
MARKS: dict[str, str] = {
    Mark.MERGED: "The ticket was merged into another one, whose clocks go on.",
    Mark.MOVED: "The messages that it counted were moved to another ticket, whose clock goes on.",
    Mark.SOLVED_UNANSWERED: (
        "The ticket was solved without an answer to the last message. If it is reopened, this "
        "clock goes on from its start."
    ),
    Mark.EPISODE_ENDED: "The alarm ended by itself, or was held, before anyone had to acknowledge it.",
    Mark.SPAM: "The ticket was marked as spam. If it is none, this clock goes on from its start.",
    Mark.DELETED: "The ticket was deleted. If it is restored, this clock goes on from its start.",
    Mark.ESCALATED_FURTHER: "It was handed on to another tier before this one took it.",
    Mark.HANDED_BACK: "It was handed back before anyone there took it.",
}


def _span(told: Told) -> str:
    """The target in the words of its coverage: “4 business hours”, “15 min (24/7)”."""
    target, coverage, say = told.clock.target, str(told.clock.hours), told.say
    if coverage.casefold() != _BUSINESS_HOURS:
        return f"{duration(target)} ({coverage})"
    hours, rest = divmod(target, timedelta(hours=1))
    if rest:
        return say("{amount} of business hours", amount=duration(target))
    return say("1 business hour") if hours == 1 else say("{count} business hours", count=hours)


def _course(told: Told) -> str:
    """How the time up to the due instant is made up; empty where it simply runs on."""
    counted, say = [step for step in told.steps if step.why is Why.COUNTED], told.say
    if not counted:
        return ""
    first, last, now = counted[0], counted[-1], told.clock.as_of
    if len(counted) == 1:
        begins = say(
            "Counting begins on {day} at {hour}",
            day=_day_then(told, first.start),
            hour=say.oclock(first.start, brief=True),
        )
        return begins if first.start > told.clock.start else ""
    if len(counted) == 2:
        return say(
            "{amount} counted on {day} until {hour}, the rest from {next_hour} on {next_day}{holidays}"
            if first.end <= now
            else "{amount} count on {day} until {hour}, the rest from {next_hour} on {next_day}{holidays}",
            amount=_roughly(first.counted),
            day=_day_then(told, first.end - timedelta(microseconds=1)),  # midnight ends its day
            hour=say.oclock(first.end, brief=True),
            next_hour=say.oclock(last.start, brief=True),
            next_day=_day(told, last.start),
            holidays=_holidays(told),
        )
    return say(
        "The hours counted on {count} days from {first} to {last}{holidays}"
        if last.start <= now
        else "The hours count on {count} days from {first} to {last}{holidays}",
        count=len({say.local(step.start).date() for step in counted}),
        first=_day(told, first.start),
        last=_day(told, last.start),
        holidays=_holidays(told),
    )


def _holidays(told: Told) -> str:
    names = list(dict.fromkeys(step.reason for step in told.steps if step.why is Why.HOLIDAY))
    if not names:
        return ""
    if len(names) == 1:
        return told.say(", without {name}", name=names[0])
    two = ", without {name} and {other} and more" if names[2:] else ", without {name} and {other}"
    return told.say(two, name=names[0], other=names[1])


def _paused(told: Told) -> str:
    clock, say = told.clock, told.say
    return say(
        "It stands still since {instant}, {reason}. {counted} of {target} have counted.",
        instant=_instant(told, clock.pauses[-1][0]),
        reason=say.pause(clock.pauses[-1][2]),
        counted=duration(clock.counted),
        target=duration(clock.target),
    )


def _cancelled(told: Told) -> str:
    assert told.clock.stop is not None
    at, say = _instant(told, told.clock.stop), told.say
    if told.stopped_by is None:
        return say("It ended {instant}, before it was due.", instant=at)
    why = _lowered(told.stopped_by)
    return say("It ended {instant}, before it was due: {why}.", instant=at, why=why)


def _ended(told: Told) -> str:
    clock, say = told.clock, told.say
    assert clock.stop is not None
    what = told.stopped_by.words if told.stopped_by else say("It was done")
    when = _instant(told, clock.stop)
    if clock.late_by is None:
        kept = "{what} {instant}, after {amount}: kept."
        return say(kept, what=what, instant=when, amount=_roughly(clock.counted))
    late = _roughly(clock.late_by)
    if not any(step.late and step.why is not Why.COUNTED for step in told.steps):
        return say("{what} {instant}, late by {amount}.", what=what, instant=when, amount=late)
    hours = str(clock.hours)
    return say(
        "{what} {instant}, late by {amount} of {hours}.",
        what=what,
        instant=when,
        amount=late,
        hours=say(_BUSINESS_HOURS) if hours.casefold() == _BUSINESS_HOURS else hours,
    )


def _roughly(amount: timedelta) -> str:
    if amount < _MINUTE:
        return f"{amount.total_seconds():.0f} s"
    return duration(amount)


def _lowered(cause: Cause) -> str:
    """A cause inside a sentence: one that does not begin with a name begins small."""
    words = cause.words
    named = cause.who and words.startswith(cause.who)
    return words if named else words[:1].lower() + words[1:]


def _instant(told: Told, instant: datetime) -> str:
    """“Tuesday 9:50 am Eastern”."""
    return told.say(
        "{day} {hour} {zone}",
        day=_day_then(told, instant),
        hour=told.say.oclock(instant),
        zone=told.say.zone_name(),
    )


def _day(told: Told, instant: datetime) -> str:
    """“Tuesday”, or “Tuesday, November 24” where that could be another one."""
    here, today = told.say.local(instant), told.say.local(told.clock.as_of)
    if told.dated:
        return told.say.date(instant, with_year=True)
    if abs((here.date() - today.date()).days) <= _SOON:
        return told.say.weekday(instant)
    return told.say.date(instant, with_year=here.year != today.year)


def _day_then(told: Told, instant: datetime) -> str:
    """A day that something follows in the sentence: a date is set off by a comma."""
    day = _day(told, instant)
    return f"{day}," if "," in day else day
