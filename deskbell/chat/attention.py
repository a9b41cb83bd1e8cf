"""Who is near: someone types, has seen what was said, or is the one who answers.

Both sides of a conversation hear of it at once, in a small topic of its own in which nothing stands that one
of them may not know. What was seen is kept with the visit; that someone types is forgotten once it was said.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict

from deskbell.chat.events import QueueChanged
from deskbell.chat.models import Visit, Wait
from deskbell.people.models import Agent
from deskbell.realtime.publish import publish
from deskbell.tickets.models import Channel, Message, Side, Ticket

EVENT = "near"
LONGEST_PAUSE = 2.0  # seconds for which what was said of typing need not be said again
MOST_TYPING = 2000


def topic(visit: Visit) -> str:
    """Where both sides of this conversation hear of each other."""
    return f"near:{visit.pk}"


def chat_on(ticket: Ticket) -> Visit | None:
    """The conversation that goes on live on this ticket."""
    return Visit.objects.filter(ticket=ticket, left_at=None).last() if ticket.live else None


def topics_on(ticket: Ticket) -> list[str]:
    """Where those who look at a ticket hear of the visitor, also of one who may come back."""
    if not (ticket.live or ticket.channel == Channel.CHAT):
        return []
    return [topic(visit) for visit in Visit.objects.filter(ticket=ticket)]


def types(visit: Visit, *, by: Agent | None = None) -> None:
    """An agent types, or the visitor does; said again after two seconds at the earliest. Whoever hears of it
    believes it for a few seconds."""
    if _typing.is_news((visit.pk, by.pk if by else None), time.monotonic()):
        side = Side.TEAM if by else Side.CUSTOMER
        _tell(visit, side=side, typing=True, who=first_name(by) if by else "")


def visitor_saw(visit: Visit, message: int) -> None:
    """The visitor has seen what was said up to this message, by its key; one of elsewhere is passed over."""
    said = Message.objects.filter(pk=message, ticket=visit.ticket_id, public=True)
    unseen = Visit.objects.filter(pk=visit.pk, visitor_saw__lt=message)
    if said.exists() and unseen.update(visitor_saw=message):
        _tell(visit, side=Side.CUSTOMER, saw=message)


def team_saw(visit: Visit) -> None:
    """Someone of the team has the conversation before their eyes, with the visitor's newest words."""
    said = Message.objects.filter(ticket=visit.ticket_id, side=Side.CUSTOMER, public=True)
    newest = said.order_by("-pk").values_list("pk", flat=True).first() or 0
    if Visit.objects.filter(pk=visit.pk, team_saw__lt=newest).update(team_saw=newest):
        _tell(visit, side=Side.TEAM, saw=newest)


def standing(visit: Visit) -> dict[str, object]:
    """Who answers, by first name, and whether the conversation is on its way to somebody else."""
    wait = Wait.objects.filter(visit=visit, ended_at=None).first()
    if wait is not None:
        handed = Wait.objects.filter(visit=visit, end=Wait.End.TAKEN).exists()
        return {"who": "", "handed": handed}
    ticket = visit.ticket
    answers = ticket.assignee if ticket.live else None
    return {"who": first_name(answers) if answers else "", "handed": False}


def push(fact: QueueChanged) -> None:
    """Someone has taken it, or it was handed over: the visitor is told."""
    _tell(fact.visit, side=Side.TEAM, **standing(fact.visit))


def first_name(agent: Agent) -> str:
    """As visitors call them."""
    return next(iter(str(agent).split()), "")


def _tell(visit: Visit, **told: object) -> None:
    publish(topic(visit), EVENT, json.dumps(told))


class Typing:
    """When it was said of whom that they type. Each web process remembers for itself: twice is no harm."""

    def __init__(self) -> None:
        self._said: OrderedDict[tuple[int, int | None], float] = OrderedDict()
        self._lock = threading.Lock()

    def is_news(self, who: tuple[int, int | None], now: float) -> bool:
        """Was it not said of them within the last two seconds? Then it is said now."""
        with self._lock:
            if now - self._said.get(who, -LONGEST_PAUSE) < LONGEST_PAUSE:
                return False
            self._said[who] = now
            self._said.move_to_end(who)
            if len(self._said) > MOST_TYPING:
                self._said.popitem(last=False)
        return True


_typing = Typing()
