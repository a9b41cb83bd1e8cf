"""The one sentence or two that a teacher understands, and what the marks of a clock mean.

All words of an explanation that are not on a page itself stand here, so that there is one place to
translate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from deskbell.look.words import duration, hour, zone_name
from deskbell.sla.core import Clock, Mark, Metric, Outcome
from deskbell.sla.explaining.nouns import Cause, Promised, Step, Why
from deskbell.tickets.escalations import tier_in_words

_MINUTE = timedelta(minutes=1)
_SOON = 6  # days: within them a weekday alone says which day is meant
_BUSINESS_HOURS = "business hours"
_LINES = {"chat": "Live chat", "alert": "Alarm"}
_PROMISES: dict[str, str] = {
    Metric.FIRST_REPLY: "We promised a first reply within {span}",
    Metric.NEXT_REPLY: "We promised the next reply within {span}",
    Metric.PERIODIC_UPDATE: "We promised an update within {span} of the last one",
    Metric.RESOLUTION: "We promised a solution within {span}",
    Metric.ACKNOWLEDGE: "A person was to acknowledge the alarm within {span}",
    Metric.TAKE_OVER: "{about} was to take over within {span}",
}
_WAITED_FOR: dict[str, str] = {
    Metric.FIRST_REPLY: "nobody has replied yet",
    Metric.NEXT_REPLY: "nobody has replied yet",
    Metric.PERIODIC_UPDATE: "there has been none yet",
    Metric.RESOLUTION: "it is not solved yet",
    Metric.ACKNOWLEDGE: "nobody has acknowledged it yet",
    Metric.TAKE_OVER: "nobody has taken over yet",
}


@dataclass(frozen=True)
class Told:
    """What a summary is made of."""

    clock: Clock
    promised: Promised
    steps: Sequence[Step]
    stopped_by: Cause | None
    zone: str
    dated: bool  # say each day with its date, for what is read long afterwards


def summary(told: Told) -> str:
    """What was promised, how it was counted, and what came of it."""
    clock = told.clock
    span = _span(clock.target, told.promised.coverage)
    about = tier_in_words(clock.about) if clock.metric == Metric.TAKE_OVER else ""
    promise = _PROMISES[clock.metric].format(span=span, about=about)
    if clock.outcome is Outcome.CANCELLED:
        return f"{promise}. {_cancelled(told)}"
    if clock.due is None:
        return f"{promise}. {_paused(told)}"
    if clock.stop is None and clock.outcome is Outcome.RUNNING:
        course = _course(told)
        due = f"due {_instant(told, clock.due)}"
        return f"{promise}. {course}: {due}." if course else f"{promise}: {due}."
    if clock.stop is None:
        late = f"It was due {_instant(told, clock.due)}, and {_WAITED_FOR[clock.metric]}."
        return f"{promise}. {late}"
    return f"{promise}, so by {_instant(told, clock.due)}. {_ended(told)}"


def line_of(kind: str, of: str) -> str:
    """The line of the policy that makes a promise: “Normal impact”, “Live chat”, “Alarm”."""
    if kind == "impact":
        return f"{of.capitalize()} impact"
    return _LINES.get(kind) or tier_in_words(of)


def remark(clock: Clock, mark: str, *, due: str, breached: str) -> str:
    """What a mark means (K6, K8, K10, K13, K14, K16); `due` and `breached` are instants in words."""
    late_at_once = clock.breached_at and clock.due and clock.breached_at > clock.due
    if late_at_once and mark in _LATE_BECAUSE:
        return f"{_LATE_BECAUSE[mark]} It is late from {breached}, not from {due}."
    return _MARKS.get(mark, mark)


_LATE_BECAUSE: dict[str, str] = {
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
_MARKS: dict[str, str] = {
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


def _span(target: timedelta, coverage: str) -> str:
    """The target in the words of its coverage: “4 business hours”, “15 min (24/7)”."""
    if coverage.casefold() != _BUSINESS_HOURS:
        return f"{duration(target)} ({coverage})"
    hours, rest = divmod(target, timedelta(hours=1))
    if rest:
        return f"{duration(target)} of {_BUSINESS_HOURS}"
    return f"{hours} {_BUSINESS_HOURS if hours != 1 else 'business hour'}"


def _course(told: Told) -> str:
    """How the time up to the due instant is made up; empty where it simply runs on."""
    counted = [step for step in told.steps if step.why is Why.COUNTED]
    if not counted:
        return ""
    first, last = counted[0], counted[-1]
    if len(counted) == 1:
        waits = first.start > told.clock.start
        return f"Counting begins on {_since(told, first.start)}" if waits else ""
    if len(counted) == 2:
        verb = "counted" if first.end <= told.clock.as_of else "count"
        told_first = f"{_roughly(first.counted)} {verb} {_until(told, first.end)}"
        return f"{told_first}, the rest {_from(told, last.start)}{_holidays(told)}"
    verb = "counted" if last.start <= told.clock.as_of else "count"
    days = {step.start.astimezone(ZoneInfo(told.zone)).date() for step in counted}
    span = f"from {_day(told, first.start)} to {_day(told, last.start)}"
    return f"The hours {verb} on {len(days)} days {span}{_holidays(told)}"


def _holidays(told: Told) -> str:
    names = list(dict.fromkeys(step.reason for step in told.steps if step.why is Why.HOLIDAY))
    return f", without {' and '.join(names[:2])}{' and more' if names[2:] else ''}" if names else ""


def _paused(told: Told) -> str:
    since, _, reason = told.clock.pauses[-1]
    counted = f"{duration(told.clock.counted)} of {duration(told.clock.target)} have counted"
    return f"It stands still since {_instant(told, since)}, {reason}. {counted}."


def _cancelled(told: Told) -> str:
    at = told.clock.stop
    assert at is not None
    why = f": {_lowered(told.stopped_by)}" if told.stopped_by else ""
    return f"It ended {_instant(told, at)}, before it was due{why}."


def _ended(told: Told) -> str:
    clock = told.clock
    assert clock.stop is not None
    what = told.stopped_by.words if told.stopped_by else "It was done"
    when = _instant(told, clock.stop)
    if clock.late_by is None:
        return f"{what} {when}, after {_roughly(clock.counted)}: kept."
    gaps = any(step.late and step.why is not Why.COUNTED for step in told.steps)
    counted_in = f" of {_lowered_name(told.promised.coverage)}" if gaps else ""
    return f"{what} {when}, late by {_roughly(clock.late_by)}{counted_in}."


def _roughly(amount: timedelta) -> str:
    if amount < _MINUTE:
        return f"{amount.total_seconds():.0f} s"
    return duration(amount)


def _lowered_name(coverage: str) -> str:
    return _BUSINESS_HOURS if coverage.casefold() == _BUSINESS_HOURS else coverage


def _lowered(cause: Cause | None) -> str:
    """A cause inside a sentence: only “The ticket …” begins with a word that is no name."""
    words = cause.words if cause else ""
    return f"the{words[3:]}" if words.startswith("The ") else words


def _instant(told: Told, instant: datetime) -> str:
    """“Tuesday 9:50 am Eastern”."""
    return f"{_day_then(told, instant)} {hour(instant, told.zone)} {zone_name(told.zone)}"


def _since(told: Told, instant: datetime) -> str:
    return f"{_day_then(told, instant)} at {_brief(told, instant)}"


def _until(told: Told, instant: datetime) -> str:
    """Midnight belongs to the day that ends there."""
    day = _day_then(told, instant - timedelta(microseconds=1))
    return f"on {day} until {_brief(told, instant)}"


def _from(told: Told, instant: datetime) -> str:
    return f"from {_brief(told, instant)} on {_day(told, instant)}"


def _brief(told: Told, instant: datetime) -> str:
    """“7 pm”, “9:50 am”, “midnight”."""
    said = hour(instant, told.zone)
    return "midnight" if said == "12:00 am" else said.replace(":00 ", " ")


def _day(told: Told, instant: datetime) -> str:
    """“Tuesday”, or “Tuesday, November 24” where that could be another one."""
    here = instant.astimezone(ZoneInfo(told.zone))
    today = told.clock.as_of.astimezone(ZoneInfo(told.zone))
    if told.dated:
        return f"{here:%A, %B} {here.day}, {here.year}"
    if abs((here.date() - today.date()).days) <= _SOON:
        return f"{here:%A}"
    year = "" if here.year == today.year else f", {here.year}"
    return f"{here:%A, %B} {here.day}{year}"


def _day_then(told: Told, instant: datetime) -> str:
    """A day that something follows in the sentence: a date is set off by a comma."""
    day = _day(told, instant)
    return f"{day}," if "," in day else day
