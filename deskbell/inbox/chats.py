"""The chats that go on now, as the agents see them: who waits, for how long, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet
from django.template.loader import render_to_string

from deskbell.chat.models import Visit, Wait
from deskbell.incidents.models import Incident, IncidentTicket
from deskbell.incidents.places import offered_among, places_among
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.sla.models import Clock
from deskbell.tickets.models import Message, Side, State, Ticket

DONE = [State.SOLVED, State.CLOSED]
SHOWN = 180  # characters of the last words


@dataclass(frozen=True)
class Chat:
    """One line: a live conversation with what an agent wants to know before taking it."""

    visit: Visit
    wait: Wait | None  # while it waits for someone
    last: Message | None
    clocks: Sequence[Clock]
    others: int  # further tickets of the same person that are not solved
    incidents: Sequence[Incident]  # it belongs to, or that concern the district

    @property
    def ticket(self) -> Ticket:
        return self.visit.ticket

    @property
    def is_unanswered(self) -> bool:
        """Were the visitor's the last words?"""
        return self.last is not None and self.last.side == Side.CUSTOMER

    @property
    def where(self) -> str:
        """The page they are on, without what nobody reads."""
        return self.visit.page.partition("://")[2].rstrip("/")


def going_on() -> list[Chat]:
    """All live conversations, the longest first. A fixed number of queries."""
    return chats_of(_live())


def mine(agent: Agent) -> list[Chat]:
    """Those that this agent has."""
    return chats_of(_live().filter(ticket__assignee=agent))


def drawn(visits: Iterable[int]) -> list[str]:
    """The lines of these visits; of one that no longer goes on, a line that says so."""
    wanted = set(visits)
    lines = [draw(chat) for chat in chats_of(_live().filter(pk__in=wanted))]
    here = {int(visit) for visit in _live().filter(pk__in=wanted).values_list("pk", flat=True)}
    gone = [f'<li id="chat-{pk}" data-gone></li>' for pk in sorted(wanted - here)]
    return lines + gone


def draw(chat: Chat) -> str:
    """One line. Neutral: it is pushed to every agent, whose browser knows which are theirs."""
    return render_to_string(
        "inbox/_chat.html", {"chat": chat, "shown": SHOWN, "zone": the_desk().zone}
    )


def chats_of(visits: QuerySet[Visit]) -> list[Chat]:
    """These visits as lines, in as many queries as for one."""
    waits = Prefetch(
        "waits", Wait.objects.filter(ended_at=None).select_related("given_to__person"), "now"
    )
    found = list(
        visits.select_related(
            "visitor__person",
            "ticket__requester",
            "ticket__district",
            "ticket__school",
            "ticket__assignee__person",
        )
        .prefetch_related(waits)
        .order_by("began_at", "pk")
    )
    tickets = [visit.ticket for visit in found]
    last = _last_words(tickets)
    others = _others(tickets)
    places, offered = places_among(tickets), offered_among(tickets)
    clocks: dict[int, list[Clock]] = {ticket.pk: [] for ticket in tickets}
    for clock in Clock.objects.unstopped().of(tickets):
        clocks[clock.ticket_id].append(clock)
    return [
        Chat(
            visit,
            next(iter(visit.now), None),
            last.get(visit.ticket_id),
            clocks[visit.ticket_id],
            others.get(visit.ticket.requester_id or 0, 1) - 1,
            _incidents(places[visit.ticket_id], offered[visit.ticket_id]),
        )
        for visit in found
    ]


def _live() -> QuerySet[Visit]:
    return Visit.objects.filter(left_at=None, ticket__live=True).exclude(ticket__state__in=DONE)


def _last_words(tickets: Sequence[Ticket]) -> dict[int, Message]:
    said = Message.objects.said().filter(ticket__in=tickets, public=True, automatic=False)
    return {each.ticket_id: each for each in said.order_by("ticket", "-id").distinct("ticket")}


def _others(tickets: Sequence[Ticket]) -> dict[int, int]:
    asking = [ticket.requester_id for ticket in tickets if ticket.requester_id]
    asked = Ticket.objects.kept().filter(requester__in=asking, confidential=False)
    counted = asked.exclude(state__in=DONE).order_by().values_list("requester")
    return {who: many for who, many in counted.annotate(n=Count("pk")) if who is not None}


def _incidents(places: Sequence[IncidentTicket], offered: Sequence[Incident]) -> Sequence[Incident]:
    return [place.incident for place in places] or offered
