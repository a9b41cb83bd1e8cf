"""The words of the document: every instant with its year and second, as it may be read years later."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from deskbell.look.words import amount, duration, zone_name
from deskbell.sla.explaining import Account, Audience, Cause, Explanation, Step, Version, drawn

Row = tuple[str, str]
_STAYS_TOGETHER = "\N{NO-BREAK SPACE}"
_STANDINGS = {
    "running": "running",
    "warned": "due soon",
    "breached": "late",
    "paused": "paused",
    "met": "kept",
    "late": "ended late",
    "cancelled": "no longer needed",
}
_WORDS = {
    "spans": ["When", "Why", "Counts", "In all"],
    "counting": "How the time is counted",
    "events": "What happened",
    "policies": "The promise",
    "checking": "How to check it again",
}
_CHECKING = {
    Audience.AGENT: [
        "This follows from the events and the frozen policy above, and from nothing else. On the desk, "
        "“deskbell sla explain {number}” derives it again, and “deskbell sla verify” derives the clocks "
        "of every ticket and prints each difference from what is stored.",
        "The digest is the SHA-256 of the policy's document as JSON with sorted keys, without spaces, in "
        "UTF-8; “deskbell sla explain {number} --json” prints it too.",
    ],
    Audience.CUSTOMER: [
        "This follows from the events and the frozen policy above, and from nothing else. Add up what "
        "counts: it gives the due instant. If something looks wrong to you, reply to any of our mails.",
        "The digest is a fingerprint of the policy as it was promised: whoever keeps it can prove later "
        "that nothing was changed.",
    ],
}


def worded(
    account: Account, clocks: list[Explanation], *, desk: str, made_by: str
) -> dict[str, Any]:
    """All that the template says, as plain JSON."""
    title = f"{clocks[0].label} of ticket #{account.number}" if len(clocks) == 1 else ""
    by = f"Made by {made_by}" if made_by else "Made"
    when = instant(account.as_of, account.zone)
    return {
        "language": "en",
        "title": title or f"The promises on ticket #{account.number}",
        "subject": account.subject,
        "desk": desk,
        "made": f"{by} on {when}, which is {account.as_of.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC.",
        "footer": f"{desk}, ticket #{account.number}, {when}",
        "words": _WORDS,
        "events": [(instant(e.at, account.zone), e.words) for e in account.events],
        "policies": [_policy(version, account.zone) for version in account.versions],
        "checking": [line.format(number=account.number) for line in _CHECKING[account.audience]],
        "clocks": [_clock(each) for each in clocks],
    }


def instant(at: datetime, zone: str) -> str:
    """“Mon, Nov 30, 2026, 12:00:05 pm Eastern”."""
    return f"{_day(at, zone)}, {_time(at, zone)} {zone_name(zone)}"


def _clock(each: Explanation) -> dict[str, Any]:
    picture = drawn(each).picture
    there = each.other_zone and f"; below them, the same in {zone_name(each.other_zone)}"
    return {
        "title": f"{each.label} {each.ordinal}, {_STANDINGS[each.standing]}",
        "summary": each.summary,
        "remarks": [remark.words for remark in each.remarks],
        "facts": _facts(each),
        "zones": f"Times in {zone_name(each.zone)} ({each.zone}){there}.",
        "spans": [_span(step, each) for step in each.steps],
        "pieces": [
            {"x": p.x, "width": p.width, "kind": p.kind, "label": p.label} for p in picture.pieces
        ],
        "ticks": [
            {"x": t.x, "kind": t.kind, "anchor": t.anchor, "label": _tick(t.kind, t.label)}
            for t in picture.ticks
        ],
    }


def _facts(each: Explanation) -> list[Row]:
    rows = [("Promise", _promise(each, place)) for place in range(len(each.promises))]
    rows.append(("Began", _because(each.start, each, each.started_by)))
    rows.append(("Due", _both(each.due, each) if each.due else "not while it is paused"))
    for pause in each.pauses:
        end = f"to {instant(pause.end, each.zone)}" if pause.end else "and still"
        rows.append(("Paused", f"{instant(pause.start, each.zone)} {end}; {pause.reason}"))
    if each.breached_at:
        rows.append(("Late from", _both(each.breached_at, each)))
    if each.stop:
        rows.append(("Ended", _because(each.stop, each, each.stopped_by)))
    counted = f"{amount(each.counted)} of {duration(each.target)}"
    late = f"; {amount(each.late_by)} of it late" if each.late_by else ""
    rows.append(("Counted", f"{counted}{'' if each.stop else ' so far'}{late}"))
    return rows


def _promise(each: Explanation, place: int) -> str:
    promise = each.promises[place]
    line = f"{promise.line}: {duration(promise.target)} of {promise.coverage}, {promise.version}"
    if len(each.promises) == 1 or promise.due is None:
        return line
    counts = ", the earlier one: it counts" if promise.counts else ""
    return f"{line}; alone due {instant(promise.due, each.zone)}{counts}"


def _because(at: datetime, each: Explanation, cause: Cause | None) -> str:
    return f"{_both(at, each)}: {cause.words}" if cause else _both(at, each)


def _both(at: datetime, each: Explanation) -> str:
    there = f" ({instant(at, each.other_zone)})" if each.other_zone else ""
    return instant(at, each.zone) + there


def _span(step: Step, each: Explanation) -> dict[str, Any]:
    return {
        "when": _stretch(step, each.zone),
        "there": _stretch(step, each.other_zone) if each.other_zone else "",
        "why": step.reason + (", after it was due" if step.late else ""),
        "counted": amount(step.counted) if step.counted else "–",
        "total": amount(step.total),
        "late": step.late and bool(step.counted),
    }


def _stretch(step: Step, zone: str) -> str:
    same = _day(step.start, zone) == _day(step.end, zone)
    end = _time(step.end, zone) if same else f"{_day(step.end, zone)}, {_time(step.end, zone)}"
    return f"{_day(step.start, zone)}, {_time(step.start, zone)} to {end}"


def _policy(version: Version, zone: str) -> list[Row]:
    rows = [("Policy", str(version)), ("Made", instant(version.made_at, zone))]
    rows += [("Reason", version.reason)] * bool(version.reason)
    return [*rows, ("SHA-256", version.digest)]


def _tick(kind: str, label: str) -> str:
    before = {"now": "now, ", "due": "due ", "stop": "ended "}.get(kind, "")
    return f"{before}{label}" if label else ""


def _day(at: datetime, zone: str) -> str:
    here = at.astimezone(ZoneInfo(zone))
    return f"{here:%a}, {here:%b} {here.day}, {here.year}"


def _time(at: datetime, zone: str) -> str:
    here = at.astimezone(ZoneInfo(zone))
    seconds = f":{here:%S}" if here.second else ""
    half = "am" if here.hour < 12 else "pm"
    return f"{here.hour % 12 or 12}:{here:%M}{seconds}{_STAYS_TOGETHER}{half}"
