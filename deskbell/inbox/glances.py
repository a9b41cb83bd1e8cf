"""Which ticket an agent has before their eyes: kept for half a minute, so that no phone speaks of it."""

from __future__ import annotations

from datetime import timedelta

from deskbell.inbox.models import Glance
from deskbell.lib import clock
from deskbell.people.models import Agent
from deskbell.tickets.models import Ticket

LASTS = timedelta(seconds=30)  # a page that is looked at says so every twenty


def note(agent: Agent, ticket: Ticket, *, looks: bool) -> None:
    """The agent has it before their eyes, for a moment at least; or has it no more."""
    if looks:
        Glance.objects.bulk_create(
            [Glance(agent=agent, ticket=ticket, until=clock.now() + LASTS)],
            update_conflicts=True,
            unique_fields=["agent", "ticket"],
            update_fields=["until"],
        )
    else:
        Glance.objects.filter(agent=agent, ticket=ticket).delete()


def forget_old() -> None:
    """Glances that nobody took back: their pages went without a word."""
    Glance.objects.filter(until__lt=clock.now()).delete()
