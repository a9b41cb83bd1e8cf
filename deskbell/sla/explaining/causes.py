"""What happened on a ticket, in words for one audience: a customer hears of no note and no alarm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from deskbell.people.models import Person
from deskbell.sla import core
from deskbell.sla.core import Clock, Metric, Outcome
from deskbell.sla.explaining.nouns import Audience, Cause
from deskbell.tickets.events import Kind
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, State, TicketEvent

_CUSTOMERS_MAY_KNOW = {
    Kind.OPENED,
    Kind.CUSTOMER_MESSAGE,
    Kind.AGENT_REPLY,
    Kind.UPDATE,
    Kind.STATE,
    Kind.IMPACT,
    Kind.POLICY,
    Kind.CHAT_STARTED,
    Kind.CHAT_ENDED,
    Kind.MERGED_AWAY,
    Kind.MERGED_IN,
    Kind.SPLIT_AWAY,
    Kind.SPLIT_OFF,
    Kind.PUT_BACK,
}
_THE_TEAM_ALSO = {
    Kind.ALERT_RECEIVED,
    Kind.ALERT_ENDED,
    Kind.ALERT_HELD,
    Kind.ACKNOWLEDGED,
    Kind.ESCALATED,
    Kind.TAKEN_OVER,
    Kind.HANDED_BACK,
    Kind.SET_ASIDE,
    Kind.BROUGHT_BACK,
}
# Which kinds of events start and stop a clock of each metric, the likeliest first.
_STARTS: dict[str, tuple[Kind, ...]] = {
    Metric.FIRST_REPLY: (Kind.CUSTOMER_MESSAGE, Kind.SPLIT_OFF, Kind.OPENED, Kind.MERGED_IN),
    Metric.NEXT_REPLY: (Kind.CUSTOMER_MESSAGE, Kind.MERGED_IN),
    Metric.PERIODIC_UPDATE: (Kind.AGENT_REPLY, Kind.UPDATE, Kind.STATE, Kind.CUSTOMER_MESSAGE),
    Metric.RESOLUTION: (Kind.OPENED,),
    Metric.ACKNOWLEDGE: (Kind.ALERT_RECEIVED,),
    Metric.TAKE_OVER: (Kind.ESCALATED,),
}
_STOPS: dict[str, tuple[Kind, ...]] = {
    Metric.FIRST_REPLY: (Kind.AGENT_REPLY, Kind.UPDATE, Kind.STATE),
    Metric.NEXT_REPLY: (Kind.AGENT_REPLY, Kind.UPDATE, Kind.STATE),
    Metric.PERIODIC_UPDATE: (Kind.AGENT_REPLY, Kind.UPDATE, Kind.STATE),
    Metric.RESOLUTION: (Kind.STATE,),
    Metric.ACKNOWLEDGE: (Kind.ACKNOWLEDGED, Kind.ALERT_ENDED, Kind.ALERT_HELD),
    Metric.TAKE_OVER: (Kind.TAKEN_OVER,),
}
_CANCELS = (
    Kind.ESCALATED,
    Kind.HANDED_BACK,
    Kind.STATE,
    Kind.ALERT_ENDED,
    Kind.ALERT_HELD,
    Kind.MERGED_AWAY,
    Kind.SPLIT_AWAY,
    Kind.PUT_BACK,
    Kind.SET_ASIDE,
)


class Causes:
    """The events of one ticket, read for one audience."""

    def __init__(self, events: Iterable[TicketEvent], audience: Audience) -> None:
        """`events`: in order, with `by` and `message.author` at hand."""
        self._audience = audience
        known = _CUSTOMERS_MAY_KNOW | (_THE_TEAM_ALSO if audience is Audience.AGENT else set())
        self._events = [event for event in _that_were(list(events)) if event.kind in known]
        self._phone = any(e.data.get("channel") == Channel.PHONE for e in self._events)

    def all(self) -> list[Cause]:
        """Everything that a clock may follow from, in order; the opening is told by its message."""
        told = any(event.data.get("first") for event in self._events)
        return [self._read(e) for e in self._events if not (told and e.kind == Kind.OPENED)]

    def start_of(self, clock: Clock) -> Cause | None:
        """What started a clock."""
        return self._find(_STARTS.get(clock.metric, ()), clock.start, clock.about)

    def stop_of(self, clock: Clock) -> Cause | None:
        """What stopped or cancelled it, if anything has."""
        if clock.stop is None:
            return None
        cancelled = clock.outcome is Outcome.CANCELLED
        kinds = _CANCELS if cancelled else _STOPS.get(clock.metric, ())
        return self._find(kinds, clock.stop, clock.about)

    def _find(self, kinds: tuple[Kind, ...], instant: datetime, about: str) -> Cause | None:
        for kind in kinds:
            for event in self._events:
                if event.kind == kind and _counted_from(event) == instant and _is_of(event, about):
                    return self._read(event)
        return None

    def _read(self, event: TicketEvent) -> Cause:
        who = self._who(event)
        return Cause(str(event.kind), who, _counted_from(event), self._words(event, who))

    def _who(self, event: TicketEvent) -> str:
        message = event.message
        person = message.author if message and message.author else event.by
        return _name(person, first=self._audience is Audience.CUSTOMER) if person else ""

    def _words(self, event: TicketEvent, who: str) -> str:
        """The sentence for an event."""
        data, someone = event.data, who or "Someone"
        for_team = self._audience is Audience.AGENT
        match event.kind:
            case Kind.OPENED:
                return f"{who} opened the ticket" if who else "The ticket was opened"
            case Kind.CUSTOMER_MESSAGE:
                return f"{someone} {'called' if self._is_call(event) else 'wrote'}"
            case Kind.AGENT_REPLY:
                return f"{someone} replied"
            case Kind.UPDATE:
                return f"{someone} told everyone how the incident stands"
            case Kind.STATE:
                return f"{who or 'The desk'} set the ticket to {State(data['to']).label.lower()}"
            case Kind.IMPACT:
                was, to = Impact(data["was"]).label, Impact(data["to"]).label
                return f"{someone} changed the impact from {was} to {to}"
            case Kind.POLICY:
                reason = f": {data['reason']}" if for_team and data.get("reason") else ""
                return f"The ticket was moved to {data['name']}{reason}"
            case Kind.CHAT_STARTED:
                return f"{someone} opened the chat"
            case Kind.CHAT_ENDED:
                return f"The live chat ended: {data['why']}" if data.get("why") else "It ended"
            case Kind.MERGED_AWAY:
                into = f"#{data['into']}" if for_team and "into" in data else "another one"
                return f"The ticket was merged into {into}"
            case Kind.MERGED_IN:
                other = f"#{data['of']}" if for_team and "of" in data else "Another ticket"
                return f"{other} was merged into this one"
            case Kind.SPLIT_AWAY:
                to = f"#{data['to_ticket']}" if for_team else "a ticket of their own"
                return f"Messages were moved to {to}"
            case Kind.SPLIT_OFF:
                other = f"#{data['of']}" if for_team else "another ticket"
                return f"The messages were moved here from {other}"
            case Kind.PUT_BACK:
                into = f"#{data['into']}" if for_team else "the other ticket"
                return f"The messages were put back into {into}"
            case Kind.ESCALATED:
                return f"{someone} escalated it to {data['name']}: {data['reason']}"
            case Kind.TAKEN_OVER:
                return f"{data['name']} took it over, by {someone}"
            case Kind.HANDED_BACK:
                why = f": {data['why']}" if data["why"] else ""
                return f"{someone} took it back from {data['name']}{why}"
            case Kind.SET_ASIDE:
                return f"{someone} {'marked it as spam' if data['to'] == 'spam' else 'deleted it'}"
            case Kind.BROUGHT_BACK:
                return f"{someone} brought it back"
            case Kind.ALERT_RECEIVED:
                return f"The alarm came in from {data.get('source', 'a monitor')}"
            case Kind.ALERT_ENDED:
                return "The source said that it is over"
            case Kind.ALERT_HELD:
                return "The alarm was held until its hours open"
        return f"{someone} acknowledged the alarm"

    def _is_call(self, event: TicketEvent) -> bool:
        return self._phone and bool(event.data.get("first"))


def _counted_from(event: TicketEvent) -> datetime:
    """When it counts: a customer's message from when the desk had received it (K13)."""
    counted = {
        Kind.CUSTOMER_MESSAGE: "received",
        Kind.MERGED_IN: "unanswered",
        Kind.SPLIT_OFF: "unanswered",
    }
    received = event.data.get(counted.get(Kind(event.kind), ""))
    return datetime.fromisoformat(received) if received else event.at


def _that_were(events: list[TicketEvent]) -> list[TicketEvent]:
    """Without replies that were undone, with what came along, and merges that were taken back (K1, K10)."""
    undone = [event.data for event in events if event.kind == core.Kind.REPLY_UNDONE]
    moves = {sequence for data in undone for sequence in data.get("moves", ())}
    never = {(Kind.AGENT_REPLY, data.get("key")) for data in undone}
    for event in events:
        if event.kind == Kind.UNMERGED:
            key = event.data.get("merge")
            never |= {(Kind.MERGED_AWAY, key), (Kind.MERGED_IN, key)}
        elif event.kind == Kind.UNSPLIT:
            never.add((Kind.SPLIT_AWAY, event.data.get("split")))
    return [e for e in events if e.sequence not in moves and (e.kind, _key(e)) not in never]


def _key(event: TicketEvent) -> object:
    return event.data.get("key") or event.data.get("merge") or event.data.get("split")


def _is_of(event: TicketEvent, about: str) -> bool:
    return not about or event.data.get("episode", about) in {"", about}


def _name(person: Person, *, first: bool) -> str:
    """A person's name; the first name alone for customers, and never an address for them."""
    if not first:
        return str(person)
    words = person.name.split()
    return words[0] if words and "@" not in person.name and "," not in person.name else ""
