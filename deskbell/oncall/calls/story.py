"""The story of a call: received, paged, seen, acknowledged, acted, closed, with the time between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from deskbell.monitoring.models import Alert
from deskbell.oncall.models import Call, Page
from deskbell.tickets.events import Kind
from deskbell.tickets.models import State, TicketEvent

MOST_ACTS = 50
KINDS = ("received", "paged", "seen", "acknowledged", "acted", "closed")
_ACTS = {Kind.AGENT_REPLY: "replied", Kind.NOTE: "wrote a note", Kind.ASSIGNED: "assigned it"}
_READ = [*_ACTS, Kind.ACKNOWLEDGED, Kind.STATE, Kind.ALERT_HELD]


@dataclass(frozen=True)
class Moment:
    """Something that happened, how long after what stands above it. `kind` is for the eye: received,
    paged, failed, seen, acknowledged, acted, closed, told."""

    at: datetime
    kind: str
    text: str
    after: str = ""


def story_of(call: Call) -> list[Moment]:
    """Everything that is known of a call with its alerts and pages, in order. Four queries."""
    found = [*_alerts(call), _opened(call), *_pages(call), *_events(call)]
    if call.ended_at and call.state == Call.State.OVER:
        found.append(Moment(call.ended_at, "closed", "The source says that it is over"))
    return _with_times_between(sorted(found, key=lambda moment: moment.at))


def took(call: Call) -> str:
    """How long the desk had to call, in minutes and seconds; empty while it does."""
    return between(call.ended_at - call.opened_at) if call.ended_at else ""


def between(amount: timedelta) -> str:
    """A duration to the second: “4 s”, “1 min 0 s”, “2 h 3 min”."""
    minutes, seconds = divmod(round(amount.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def milestones(moments: Sequence[Moment]) -> list[Moment]:
    """When it was first paged, seen, acknowledged and so on; `after` counts from when it was received."""
    first: dict[str, Moment] = {}
    for moment in moments:
        first.setdefault(moment.kind, moment)
    begin = moments[0].at
    return [
        replace(first[kind], after=between(first[kind].at - begin))
        for kind in KINDS
        if kind in first
    ]


def _alerts(call: Call) -> Iterator[Moment]:
    for alert in Alert.objects.filter(ticket=call.ticket_id).select_related("source")[:MOST_ACTS]:
        yield Moment(alert.received_at, "received", f"{alert.source} reported: {alert.title}")


def _opened(call: Call) -> Moment:
    return Moment(call.opened_at, "received", f"The desk began to call: {call.reason}")


def _pages(call: Call) -> Iterator[Moment]:
    for page in call.pages.select_related("agent__person", "method").order_by("id"):
        by = f"{page.method} ({page.get_way_display()})" if page.method else page.get_way_display()
        kind = "failed" if page.state == Page.State.FAILED else "paged"
        text = f"Page to {page.agent}, {by}, round {page.step}: {_how_far(page)}"
        yield Moment(page.sent_at or max(page.created_at, page.due_at), kind, text)
        if page.seen_at:
            yield Moment(page.seen_at, "seen", f"{page.agent} opened the page")
        if page.over_told_at:
            why = f"{call.answered_by} has it" if call.answered_by else "it is over"
            yield Moment(page.over_told_at, "told", f"{page.agent}, {by}: told that {why}")


def _how_far(page: Page) -> str:
    """How far a page has come, after how many attempts, and what its provider said."""
    text = page.get_state_display().lower()
    if page.attempts > 1:
        text += f" after {page.attempts} attempts"
    return f"{text} ({page.said.rstrip('.')})" if page.said else text


def _events(call: Call) -> Iterable[Moment]:
    """From the opening on: until the next call about the ticket, this one is what they are about."""
    following = Call.objects.filter(ticket=call.ticket_id, pk__gt=call.pk).order_by("id").first()
    events = TicketEvent.objects.filter(
        ticket=call.ticket_id, kind__in=_READ, at__gte=call.opened_at
    )
    if following:
        events = events.filter(at__lt=following.opened_at)
    for event in events.select_related("by").order_by("sequence")[:MOST_ACTS]:
        if moment := _moment(event):
            yield moment


def _moment(event: TicketEvent) -> Moment | None:
    match event.kind:
        case Kind.ACKNOWLEDGED:
            return Moment(event.at, "acknowledged", f"{event.by} acknowledged")
        case Kind.ALERT_HELD:
            return Moment(event.at, "received", "Held until the hours of its impact open")
        case Kind.STATE:
            done = event.data["to"] in {State.SOLVED, State.CLOSED}
            said = f"{event.by or 'The desk'} set it to {State(event.data['to']).label}"
            return Moment(event.at, "closed" if done else "acted", said)
    if event.by is None or not event.by.is_agent:
        return None
    return Moment(event.at, "acted", f"{event.by} {_ACTS[Kind(event.kind)]}")


def _with_times_between(moments: list[Moment]) -> list[Moment]:
    before = moments[:1] + moments[:-1]
    return [
        replace(moment, after=between(moment.at - earlier.at))
        for moment, earlier in zip(moments, before, strict=True)
    ]
