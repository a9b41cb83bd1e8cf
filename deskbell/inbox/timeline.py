"""What happened on a ticket, line by line: messages as they were said, events as thin lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db.models import Min, Prefetch, Q

from deskbell.inbox.translating import service as translation_service
from deskbell.lib import clock
from deskbell.look.words import duration
from deskbell.mail.inbound.subjects import is_another
from deskbell.mail.models import OutboundMail, RawMail
from deskbell.sla.models import Clock
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.escalations import VENDOR
from deskbell.tickets.events import Kind
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Category, Message, Side, State, Ticket, TicketEvent
from deskbell.tickets.undoing import undoable_until


@dataclass(frozen=True)
class Item:
    """One entry of the conversation: an event, with the message that it brought if there is one."""

    event: TicketEvent
    message: Message | None
    mails: tuple[OutboundMail, ...]
    sentence: str
    first: bool = False  # the message with which the conversation begins

    @property
    def seconds_to_undo(self) -> float:
        """For how long its author can still take this reply back; 0 if not at all."""
        until = undoable_until(self.event)
        return max(0.0, (until - clock.now()).total_seconds()) if until else 0.0

    @property
    def call(self) -> int | None:
        """Whose page tells how it was paged, by its number."""
        return self.event.data.get("call") if self.event.kind == Kind.PAGED else None

    @property
    def arrival(self) -> RawMail | None:
        """How the message came in by mail: who proved its sender, what its subject said."""
        return next(iter(self.message.arrivals.all()), None) if self.message else None

    @property
    def other_subject(self) -> str:
        """The subject of its mail, if it is another one than the ticket's."""
        arrival = self.arrival
        if arrival is None or not is_another(arrival.subject, than=self.event.ticket.subject):
            return ""
        return arrival.subject

    @property
    def may_split(self) -> bool:
        """Can the conversation be split here? At a later message of the customer, by a person."""
        message, ticket = self.message, self.event.ticket
        return (
            message is not None
            and message.side == Side.CUSTOMER
            and message.public
            and not message.automatic
            and not self.first
            and not (ticket.is_closed or ticket.live)
        )

    @property
    def may_translate(self) -> bool:
        """Can an agent have it translated? What a customer has said, if the operator has named a service."""
        message = self.message
        said = message is not None and message.side == Side.CUSTOMER and message.public
        return said and translation_service.is_set_up()

    @property
    def kind(self) -> str:
        """For the eye: customer, team, note, machine, or line."""
        if self.message is None:
            return "line"
        if self.message.is_note:
            return "machine" if self.message.side == Side.DESK else "note"
        if self.message.automatic:
            return "machine"
        return str(self.message.side)


def items_of(ticket: Ticket, *, after: int = 0) -> list[Item]:
    """The timeline of a ticket, from the event after `after` on. A fixed number of queries."""
    return items_by_ticket({ticket.pk: after})[ticket.pk]


def items_by_ticket(after: Mapping[int, int]) -> dict[int, list[Item]]:
    """`items_of` for several tickets in as many queries: by number, the event after which to begin."""
    mails = Prefetch("message__mails", OutboundMail.objects.exclude(kind="receipt").order_by("id"))
    came = RawMail.objects.without_bytes().select_related("beside")
    arrivals = Prefetch("message__arrivals", came)
    wanted = [Q(ticket=number, sequence__gt=last) for number, last in after.items()]
    events = (
        TicketEvent.objects.filter(Q(*wanted, _connector=Q.OR))
        .select_related("ticket", "by", "message__author")
        .prefetch_related("message__attachments", mails, arrivals, "message__translations")
        .order_by("ticket", "sequence")
    )
    found: dict[int, list[Item]] = {number: [] for number in after}
    for event in events:
        if item := item_of(event):
            found[event.ticket_id].append(item)
    return _with_the_first(found)


def _with_the_first(items: dict[int, list[Item]]) -> dict[int, list[Item]]:
    """Mark the first message of each conversation, where nothing can be split."""
    messages = Message.objects.filter(ticket__in=items).order_by("ticket")
    first = dict(messages.values_list("ticket").annotate(first=Min("id")))
    return {
        number: [
            replace(item, first=True)
            if item.message and item.message.pk == first.get(number)
            else item
            for item in of_one
        ]
        for number, of_one in items.items()
    }


def item_of(event: TicketEvent) -> Item | None:
    """The entry of one event; None if it is not worth a line."""
    message = event.message
    if message is None:
        sentence = _sentence(event)
        return Item(event, None, (), sentence) if sentence else None
    if message.ticket_id != event.ticket_id:  # it went along with a merge, or went back
        return None
    if message.undone_at:
        return Item(event, None, (), "wrote a reply, and took it back before it was sent")
    return Item(event, message, tuple(message.mails.all()), "")


def _sentence(event: TicketEvent) -> str:
    """What a thin line says, without its actor and its time. Empty: not worth a line."""
    data = event.data
    match event.kind:
        case Kind.STATE:
            because = f": waiting for {data['because']}" if data.get("because") else ""
            return f"set it to {State(data['to']).label}{because}"
        case Kind.REPLY_UNDONE:
            return "took the state back with it" if data.get("moves") else ""
        case Kind.IMPACT:
            reason = f": {data['reason']}" if data.get("reason") else ""
            before, after = Impact(data["was"]).label, Impact(data["to"]).label
            return f"changed the impact from {before} to {after}{reason}"
        case Kind.CONTESTED:
            return f"finds the impact wrong: {Impact(data['wanted']).label}, not {Impact(data['was']).label}"
        case Kind.SETTLED:
            return f"looked at the contested impact: {Impact(data['to']).label}"
        case Kind.ASSIGNED:
            return _assigned(event)
        case Kind.TEAM:
            return f"handed it to {data['name']}"
        case Kind.ESCALATED:
            tier = "a vendor" if data["to"] == VENDOR else f"tier {data['to']}"
            return f"escalated it to {data['name']}, {tier}: {data['reason']}"
        case Kind.TAKEN_OVER:
            return _taken_over(data)
        case Kind.HANDED_BACK:
            return _handed_back(data)
        case Kind.TAGS:
            added = data.get("added")
            return (
                f"put the tag “{added}” on it" if added else f"took the tag “{data['removed']}” off"
            )
        case Kind.FIELD:
            return _field(data)
        case Kind.SNOOZED:
            return "snoozed it" if data["until"] else "snoozed it until the customer answers"
        case Kind.WOKEN:
            return f"It is back: {data['why']}" if data["why"] else "brought it back"
        case Kind.SET_ASIDE:
            return "marked it as spam" if data["to"] == Aside.SPAM else "deleted it"
        case Kind.BROUGHT_BACK:
            return "said that it is no spam" if data["of"] == Aside.SPAM else "restored it"
        case Kind.REQUESTER:
            return f"Answers now go to {data['name']}, an address nobody has proved"
        case Kind.FOLLOWED:
            by_themselves = event.by_id == data["of"]
            return "reads along from now on" if by_themselves else f"lets {data['name']} read along"
        case Kind.UNFOLLOWED:
            return f"took {data['name']} off the followers"
        case Kind.MERGED_AWAY:
            return f"merged it into #{data['into']}"
        case Kind.MERGED_IN:
            return f"merged #{data['of']} into it"
        case Kind.UNMERGED:
            return f"took it and #{data['of']} apart again"
        case Kind.SPLIT_AWAY:
            return f"split messages into #{data['to_ticket']}"
        case Kind.SPLIT_OFF:
            return f"split this off #{data['of']}"
        case Kind.UNSPLIT:
            return f"put the messages of #{data['of']} back"
        case Kind.PUT_BACK:
            return f"put its messages back into #{data['into']}"
        case Kind.POLICY:
            return f"holds it to {data['name']}: {data['reason']}"
        case Kind.WARNED:
            return f"{Clock.Metric(data['metric']).label} is due soon"
        case Kind.BREACHED:
            return f"{Clock.Metric(data['metric']).label} is late"
        case Kind.STILL_LATE:
            late_by = duration(timedelta(seconds=data["after"]))
            return f"{Clock.Metric(data['metric']).label} is still late after {late_by}"
        case Kind.CHAT_STARTED:
            return "is here, live, in the chat"
        case Kind.CHAT_ENDED:
            return _chat_ended(data)
        case Kind.ALERT_RECEIVED:
            return f"Alarm received from {data.get('source', 'a monitor')}"
        case Kind.ALERT_ENDED:
            return "The source says that it is over"
        case Kind.ALERT_HELD:
            return "Held: the desk calls for someone when its hours open"
        case Kind.ACKNOWLEDGED:
            return _acknowledged(data)
        case Kind.PAGED:
            return f"Paged {data.get('agent', 'whoever is on call')} {data.get('way', '')}".strip()
        case Kind.OPENED:
            reason = f"; {data['reason']}" if data.get("reason") else ""
            return f"opened the ticket{reason}" if event.by else "The ticket was opened"
    return ""


def _field(data: dict[str, Any]) -> str:
    """A custom field, as it and its values were called then."""
    name, before, after = data["name"], data["said_before"], data["said"]
    if not after:
        return f"emptied “{name}”, which was {before}"
    return f"changed “{name}” from {before} to {after}" if before else f"set “{name}” to {after}"


def _chat_ended(data: dict[str, Any]) -> str:
    about = f", about {Category(data['category']).label}" if data.get("category") else ""
    return f"The live chat has ended: {data.get('why', '')}{about}"


def _assigned(event: TicketEvent) -> str:
    data = event.data
    sentence = f"gave it to {data['name']}" if data.get("to") else "gave it back to the team"
    because = f": {data['why']}" if data.get("why") else ""
    return f"{sentence}{because}" if event.by_id else f"The desk {sentence}{because}"


def _taken_over(data: dict[str, Any]) -> str:
    if data["to"] == VENDOR:
        return f"noted that {data['name']} has taken it over"
    return f"took it over for {data['name']}"


def _handed_back(data: dict[str, Any]) -> str:
    because = f": {data['why']}" if data["why"] else ""
    to = f" to {data['back_to']}" if data["back_to"] else ""
    return f"took it back from {data['name']}{to}{because}"


def _acknowledged(data: dict[str, Any]) -> str:
    if data.get("joined"):
        return "has this one too: it belongs to what was acknowledged a moment ago"
    return "acknowledged the alarm"
