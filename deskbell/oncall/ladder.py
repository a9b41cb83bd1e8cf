"""The personal ladder: by which ways one person is paged in a round, and after how many minutes."""

from __future__ import annotations

from datetime import timedelta

from deskbell.lib import clock
from deskbell.oncall.models import Call, Method, Page
from deskbell.oncall.ways import WAYS
from deskbell.people.models import Agent
from deskbell.realtime.wake import wake
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket

BY_DEFAULT = (Method.Way.MAIL, Method.Way.APP)  # for who has named no way that works


def page(agent: Agent, call: Call, ticket: Ticket, *, first: bool) -> list[Page]:
    """Write this round's pages to one person (E3): one a method, not due before its minutes are over.

    What needs nobody else is on its way in this very transaction; the rest waits for the sender.
    `first`: nobody was paged by this call yet. The first of an Urgent one overtakes the rest (E5).
    """
    now = clock.now()
    overtakes = first and call.impact == Impact.URGENT
    pages = [
        Page(
            call=call,
            agent=agent,
            way=way,
            method=method,
            step=call.round,
            created_at=now,
            due_at=now + timedelta(minutes=minutes),
            is_first=overtakes,
        )
        for way, method, minutes in _rungs(agent)
    ]
    for each in pages:
        if each.due_at <= now and each.way in WAYS and each.method is None:
            WAYS[each.way].send(each, ticket)
        else:
            each.save()
    wake("pages")
    return pages


def drop(call: Call) -> None:
    """Nobody needs the pages of this call any more that have not left."""
    waiting = call.pages.filter(state=Page.State.QUEUED, mail=None)
    waiting.update(state=Page.State.DROPPED)


def _rungs(agent: Agent) -> list[tuple[str, Method | None, int]]:
    """Way, method and minutes, the soonest first."""
    found = agent.methods.usable().order_by("after", "id")
    rungs: list[tuple[str, Method | None, int]] = [(m.way, m, m.after) for m in found]
    return rungs or [(str(way), None, 0) for way in BY_DEFAULT]
