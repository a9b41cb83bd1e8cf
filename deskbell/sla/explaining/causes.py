"""What happened on a ticket, in words for one audience: a customer hears of no note and no alarm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from deskbell.people.models import Person
from deskbell.sla import core
from deskbell.sla.core import Clock, Metric, Outcome
from deskbell.sla.explaining.nouns import Audience, Cause
from deskbell.sla.explaining.voice import Voice
from deskbell.tickets.events import Kind
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, State, TicketEvent

CUSTOMERS_MAY_KNOW = {
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
THE_TEAM_ALSO = {
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
# The English of what needs no more than a name; its Spanish is in `words.py`, as of all that is said here.
PLAIN = {
    Kind.AGENT_REPLY: "{who} replied",
    Kind.UPDATE: "{who} told everyone how the incident stands",
    Kind.CHAT_STARTED: "{who} opened the chat",
    Kind.BROUGHT_BACK: "{who} brought it back",
    Kind.ALERT_ENDED: "The source said that it is over",
    Kind.ALERT_HELD: "The alarm was held until its hours open",
    Kind.ACKNOWLEDGED: "{who} acknowledged the alarm",
}
SET_TO = {
    State.OPEN: "{who} set the ticket to open",
    State.PENDING: "{who} set the ticket to pending",
    State.WAITING: "{who} set the ticket to waiting",
    State.SOLVED: "{who} set the ticket to solved",
    State.CLOSED: "{who} set the ticket to closed",
}
# Of what joins or parts tickets: where the other's number stands, and the sentence with it and without.
MOVED = {
    Kind.MERGED_AWAY: (
        "into",
        "The ticket was merged into {number}",
        "The ticket was merged into another one",
    ),
    Kind.MERGED_IN: (
        "of",
        "{number} was merged into this one",
        "Another ticket was merged into this one",
    ),
    Kind.SPLIT_AWAY: (
        "to_ticket",
        "Messages were moved to {number}",
        "Messages were moved to a ticket of their own",
    ),
    Kind.SPLIT_OFF: (
        "of",
        "The messages were moved here from {number}",
        "The messages were moved here from another ticket",
    ),
    Kind.PUT_BACK: (
        "into",
        "The messages were put back into {number}",
        "The messages were put back into the other ticket",
    ),
}


class Causes:
    """The events of one ticket, read for one audience."""

    def __init__(self, events: Iterable[TicketEvent], audience: Audience, say: Voice) -> None:
        """`events`: in order, with `by` and `message.author` at hand."""
        self._audience, self._say = audience, say
        known = CUSTOMERS_MAY_KNOW | (THE_TEAM_ALSO if audience is Audience.AGENT else set())
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
        say, data, kind = self._say, event.data, Kind(event.kind)
        whole = who or (say("The desk") if kind == Kind.STATE else say("Someone"))
        if kind in PLAIN:
            return say(PLAIN[kind], who=whole)
        if kind in MOVED:
            return self._moved(kind, data)
        match kind:
            case Kind.OPENED:
                return (
                    say("{who} opened the ticket", who=who) if who else say("The ticket was opened")
                )
            case Kind.CUSTOMER_MESSAGE:
                return say("{who} called" if self._is_call(event) else "{who} wrote", who=whole)
            case Kind.STATE:
                return say(SET_TO[State(data["to"])], who=whole)
            case Kind.IMPACT:
                was, to = say(Impact(data["was"]).label), say(Impact(data["to"]).label)
                return say("{who} changed the impact from {was} to {to}", who=whole, was=was, to=to)
            case Kind.POLICY:
                return self._because(
                    say("The ticket was moved to {name}", name=self._version(data["name"])),
                    data.get("reason") if self._audience is Audience.AGENT else "",
                )
            case Kind.CHAT_ENDED:
                return self._chat_ended(event, whole)
            case Kind.ESCALATED:
                asked = say("{who} escalated it to {name}", who=whole, name=data["name"])
                return self._because(asked, data["reason"])
            case Kind.TAKEN_OVER:
                return say("{name} took it over, by {who}", name=data["name"], who=whole)
            case Kind.HANDED_BACK:
                back = say("{who} took it back from {name}", who=whole, name=data["name"])
                return self._because(back, data["why"])
            case Kind.SET_ASIDE:
                spam = data["to"] == "spam"
                return say("{who} marked it as spam" if spam else "{who} deleted it", who=whole)
        source = data.get("source") or say("a monitor")
        return say("The alarm came in from {source}", source=source)

    def _version(self, name: str) -> str:
        """A version as the event names it, “Standard Support, version 3”, in the reader's language."""
        policy, numbered, number = name.rpartition(", version ")
        known = "{policy}, version {number}"
        return self._say(known, policy=policy, number=number) if numbered else name

    def _moved(self, kind: Kind, data: Mapping[str, Any]) -> str:
        """A merge or a split. A customer may not know of the other ticket, so it has no number for them."""
        key, numbered, nameless = MOVED[kind]
        if self._audience is Audience.AGENT and key in data:
            return self._say(numbered, number=f"#{data[key]}")
        return self._say(nameless)

    def _chat_ended(self, event: TicketEvent, who: str) -> str:
        """Who ended it is named as this reader hears names, and so not in the words of the event."""
        if event.by_id:
            return self._say("{who} made the chat a ticket", who=who)
        return self._because(
            self._say("The live chat ended"), self._say.reason(event.data.get("why", ""))
        )

    @staticmethod
    def _because(what: str, why: str | None) -> str:
        """With the reason that a person gave, in their own words."""
        return f"{what}: {why}" if why else what

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
