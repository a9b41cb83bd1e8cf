"""A chat that nobody takes rings: the team after two minutes, then its lead, in the hours of chats."""

from __future__ import annotations

from django.db import transaction

from deskbell.chat.events import QueueChanged
from deskbell.chat.models import Wait
from deskbell.chat.queue import in_hours, waiting
from deskbell.chat.rules import the_rules
from deskbell.lib import clock
from deskbell.lib.telling import tell
from deskbell.look.words import duration
from deskbell.people.models import Agent
from deskbell.people.notices import Topic, notify
from deskbell.tickets.events import changing
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket

Rung = Wait.Rung
PATH = "/inbox/chats"


@transaction.atomic
def ring(pk: int) -> int:
    """Ring all that is due of one waiting conversation; returns how many were told. What was missed while
    no worker ran is rung once, to everyone whom it names. Again, it does nothing."""
    number = (
        Wait.objects.filter(pk=pk, ended_at=None).values_list("visit__ticket", flat=True).first()
    )
    if number is None:
        return 0
    with changing(Ticket(pk=number)) as ticket:
        wait = waiting().select_for_update(of=("self",)).filter(pk=pk).first()
        if wait is None:
            return 0
        before = wait.rung
        team: list[Agent] = []
        lead: list[Agent] = []
        while wait.rings_at is not None and wait.rings_at <= clock.now():
            wait.rung += 1
            if wait.rung == Rung.TEAM:
                team = team_of(ticket)
                wait.rings_at = in_hours(wait.since, the_rules().lead_rings_after)
            else:
                lead = lead_of(ticket)
                wait.rings_at = None
        if wait.rung == before:
            return 0
        wait.save(update_fields=["rung", "rings_at"])
        _tell(wait, ticket, [each for each in team if each not in lead], by_mail=False)
        _tell(wait, ticket, lead, by_mail=True)  # they may have no page of the desk open
        tell(QueueChanged(wait.visit))
    return len({*team, *lead})


def team_of(ticket: Ticket) -> list[Agent]:
    """The ticket's team; everyone where it has none, or nobody is in it."""
    everyone = _of_its_world(ticket)
    of_team = [each for each in everyone if ticket.team in each.teams.all()]
    return of_team or everyone


def lead_of(ticket: Ticket) -> list[Agent]:
    """The team's lead; without one the managers, and without these the administrators."""
    everyone = _of_its_world(ticket)
    leads = [each for each in everyone if ticket.team and each.pk == ticket.team.lead_id]
    managers = [each for each in everyone if each.role == Agent.Role.MANAGER]
    return leads or managers or [each for each in everyone if each.is_administrator]


def _of_its_world(ticket: Ticket) -> list[Agent]:
    """The make-believe town rings no real person's bell."""
    working = Agent.objects.filter(person__is_active=True).order_by("pk")
    found = working.select_related("person").prefetch_related("teams")
    return [each for each in found if each.person.demo or not ticket.demo]


def _tell(wait: Wait, ticket: Ticket, agents: list[Agent], *, by_mail: bool) -> None:
    waited = duration(clock.now() - wait.since)
    urgent = "Urgent! " if ticket.impact == Impact.URGENT else ""
    notify(
        agents,
        f"{urgent}Nobody has taken this chat for {waited}: {ticket.subject}",
        path=PATH,
        urgent=True,
        by_mail=by_mail,
        topic=Topic.CHAT,
    )
