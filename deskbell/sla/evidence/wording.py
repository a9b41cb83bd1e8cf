"""The words of the document: every instant with its year and second, as it may be read years later."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from deskbell.look.dates import date_name
from deskbell.look.languages import speaker
from deskbell.look.words import amount, duration
from deskbell.sla.evidence.words import ES
from deskbell.sla.explaining import Account, Audience, Cause, Explanation, Step, Version, drawn
from deskbell.sla.explaining.nouns import Pause
from deskbell.sla.explaining.sentences import STANDINGS
from deskbell.sla.explaining.voice import Voice
from deskbell.sla.explaining.words import ES as EXPLAINED

Row = tuple[str, str]
_ZONE = "Times in {zone} ({name})."
_ZONES = "Times in {zone} ({name}); below them, the same in {other}."
_STAYS_TOGETHER = "\N{NO-BREAK SPACE}"
_COLUMNS = ["When", "Why", "Counts", "In all"]
WORDS = {
    "counting": "How the time is counted",
    "events": "What happened",
    "policies": "The promise",
    "checking": "How to check it again",
}
CHECKING = {
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


class Written(Voice):
    """The voice of a document."""

    def __call__(self, english: str, **values: object) -> str:
        return speaker(self.language, {**EXPLAINED, **ES})(english, **values)

    def moment(self, at: datetime) -> str:
        """“Mon, Nov 30, 2026, 12:00:05 pm Eastern”."""
        day, time = self._day(at), self._time(at)
        return self("{day}, {time} {zone}", day=day, time=time, zone=self.zone_name())

    def span(self, start: datetime, end: datetime) -> str:
        """“Mon, Nov 30, 2026, 8:00 am to 12:00:05 pm”; the second day only if it is another."""
        first, last = self._day(start), self._day(end)
        end_time = self._time(end) if first == last else f"{last}, {self._time(end)}"
        return self("{start} to {end}", start=f"{first}, {self._time(start)}", end=end_time)

    def _day(self, at: datetime) -> str:
        here = self.local(at)
        return self("{date}, {year}", date=date_name(here, self.language), year=here.year)

    def _time(self, at: datetime) -> str:
        here, said = self.local(at), self.hour(at)
        if here.second:
            said = said.replace(f"{here:%M}", f"{here:%M:%S}", 1)
        return said.replace(" ", _STAYS_TOGETHER)


def worded(
    account: Account, clocks: list[Explanation], *, desk: str, made_by: str
) -> dict[str, Any]:
    """All that the template says, as plain JSON."""
    say, number = Written(account.zone, account.language), account.number
    when, utc = say.moment(account.as_of), f"{account.as_of.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    if len(clocks) == 1:
        title = say("{label} of ticket #{number}", label=clocks[0].label, number=number)
    else:
        title = say("The promises on ticket #{number}", number=number)
    made = (
        "Made by {who} on {when}, which is {utc} UTC."
        if made_by
        else "Made on {when}, which is {utc} UTC."
    )
    return {
        "language": account.language,
        "title": title,
        "subject": account.subject,
        "desk": desk,
        "made": say(made, who=made_by, when=when, utc=utc),
        "footer": say("{desk}, ticket #{number}, {when}", desk=desk, number=number, when=when),
        "columns": [say(word) for word in _COLUMNS],
        "words": {key: say(word) for key, word in WORDS.items()},
        "events": [(say.moment(each.at), each.words) for each in account.events],
        "policies": [_policy(version, say) for version in account.versions],
        "checking": [say(line, number=number) for line in CHECKING[account.audience]],
        "clocks": [_clock(each, say) for each in clocks],
    }


def _clock(each: Explanation, say: Written) -> dict[str, Any]:
    picture = drawn(each).picture
    there = say.there(each.other_zone).zone_name() if each.other_zone else ""
    return {
        "title": f"{each.label} {each.ordinal}, {say(STANDINGS[each.standing])}",
        "summary": each.summary,
        "remarks": [remark.words for remark in each.remarks],
        "facts": _facts(each, say),
        "zones": say(_ZONES if there else _ZONE, zone=say.zone_name(), name=each.zone, other=there),
        "spans": [_span(step, each, say) for step in each.steps],
        "pieces": [
            {"x": p.x, "width": p.width, "kind": p.kind, "label": p.label} for p in picture.pieces
        ],
        "ticks": [
            {"x": t.x, "kind": t.kind, "anchor": t.anchor, "label": t.label} for t in picture.ticks
        ],
    }


def _facts(each: Explanation, say: Written) -> list[Row]:
    rows = [(say("Promise"), _promise(each, place, say)) for place in range(len(each.promises))]
    rows.append((say("Began"), _because(each.start, each, each.started_by, say)))
    due = _both(each.due, each, say) if each.due else say("not while it is paused")
    rows.append((say("Due"), due))
    for pause in each.pauses:
        rows.append((say("Paused"), _pause(pause, say)))
    if each.breached_at:
        rows.append((say("Late from"), _both(each.breached_at, each, say)))
    if each.stop:
        rows.append((say("Ended"), _because(each.stop, each, each.stopped_by, say)))
    counted = "{counted} of {target}" if each.stop else "{counted} so far, of {target}"
    amounts = {"counted": amount(each.counted), "target": duration(each.target)}
    late = say("; {amount} of it late", amount=amount(each.late_by)) if each.late_by else ""
    return [*rows, (say("Counted"), say(counted, **amounts) + late)]


def _promise(each: Explanation, place: int, say: Written) -> str:
    promise = each.promises[place]
    line = say(
        "{line}: {target} of {hours}, {version}",
        line=promise.line,
        target=duration(promise.target),
        hours=promise.coverage,
        version=promise.version,
    )
    if len(each.promises) == 1 or promise.due is None:
        return line
    alone = say("{what}; alone due {instant}", what=line, instant=say.moment(promise.due))
    return say("{what}, the earlier one: it counts", what=alone) if promise.counts else alone


def _pause(pause: Pause, say: Written) -> str:
    start = say.moment(pause.start)
    if pause.end is None:
        return say("{start} and still; {reason}", start=start, reason=pause.reason)
    end = say.moment(pause.end)
    return say("{start} to {end}; {reason}", start=start, end=end, reason=pause.reason)


def _because(at: datetime, each: Explanation, cause: Cause | None, say: Written) -> str:
    return f"{_both(at, each, say)}: {cause.words}" if cause else _both(at, each, say)


def _both(at: datetime, each: Explanation, say: Written) -> str:
    there = f" ({say.there(each.other_zone).moment(at)})" if each.other_zone else ""
    return say.moment(at) + there


def _span(step: Step, each: Explanation, say: Written) -> dict[str, Any]:
    other = say.there(each.other_zone).span(step.start, step.end) if each.other_zone else ""
    return {
        "when": say.span(step.start, step.end),
        "there": other,
        "why": say("{why}, after it was due", why=step.reason) if step.late else step.reason,
        "counted": amount(step.counted) if step.counted else "–",
        "total": amount(step.total),
        "late": step.late and bool(step.counted),
    }


def _policy(version: Version, say: Written) -> list[Row]:
    rows = [(say("Policy"), str(version)), (say("Made"), say.moment(version.made_at))]
    rows += [(say("Reason"), version.reason)] * bool(version.reason)
    return [*rows, ("SHA-256", version.digest)]
