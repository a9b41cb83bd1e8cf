"""Proposals: several alerts or tickets look alike, so perhaps it is one incident. A person decides.

A loop of the worker looks over the last half hour when something new came, in a fixed number of queries;
no ticket and no page waits for it, and its fault undoes neither. Looking again is harmless.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import connection, transaction

from deskbell.incidents import declaring, gathering
from deskbell.incidents.alike.groups import Group, grouped, reason_of, title_of
from deskbell.incidents.alike.signs import WITHIN, Written, alerts_since, of_tickets, tickets_since
from deskbell.incidents.events import ProposalsChanged
from deskbell.incidents.models import Incident, Proposal
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.monitoring.alerts import AlertRaised
from deskbell.monitoring.models import Alert
from deskbell.people.models import Agent
from deskbell.people.notices import notify
from deskbell.people.teams import first_line
from deskbell.realtime.wake import wake
from deskbell.tickets.events import TicketOpened
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket

State = Proposal.State
SHOWN_FOR = timedelta(hours=4)  # since it last grew
PAUSE = 2.0  # seconds from one look to the next at the least, whatever comes in
LONGEST_SLEEP = 15.0
LOCK = "proposals of incidents"
_looked: tuple[float, object] = (-float("inf"), None)


def wake_up(fact: TicketOpened | AlertRaised) -> None:
    """Something new came: look whether it looks like anything else, once this is committed."""
    wake("proposals")


def step() -> float:
    """Look over the last half hour, if there is something new (the worker)."""
    global _looked
    waited = time.monotonic() - _looked[0]
    if waited < PAUSE:
        return PAUSE - waited
    newest = _newest()
    if newest != _looked[1] or waited > LONGEST_SLEEP * 4:
        look()
    _looked = time.monotonic(), newest
    return LONGEST_SLEEP


@transaction.atomic
def look() -> list[Proposal]:
    """Let open incidents have what looks like theirs, then make or grow proposals from the rest. Returns
    the proposals that were made. One worker at a time: another one that comes does nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [LOCK])
        if not cursor.fetchone()[0]:
            return []
    since = clock.now() - WITHIN
    gathering.gather(since)
    groups = grouped(alerts_since(since), tickets_since(since))
    return [made for group in groups if (made := _propose(group))]


def waiting() -> list[Proposal]:
    """The proposals about which a person should decide, the newest first."""
    rows = Proposal.objects.filter(state=State.OPEN, changed_at__gt=clock.now() - SHOWN_FOR)
    return list(rows.select_related("component").order_by("-id"))


def declare_from(proposal: Proposal, *, by: Agent) -> Incident:
    """It is an incident: with all that was put together. Someone who was quicker has declared the same
    one. Raises Refused for one that was dismissed."""
    with transaction.atomic():
        locked = _locked(proposal)
        if locked.incident:
            return locked.incident
        if locked.state == State.DISMISSED:
            raise Refused("This proposal was dismissed. Bring it back first.")
        alerts = list(locked.alerts.select_related("component", "ticket"))
        tickets = {alert.ticket.pk: alert.ticket for alert in alerts if alert.ticket}
        tickets |= {ticket.pk: ticket for ticket in locked.tickets.all()}
        impacts = [*(a.impact for a in alerts), *(t.impact for t in tickets.values())]
        severity = declaring.SEVERITY_OF[min(map(Impact, impacts), key=list(Impact).index)]
        components = {a.component for a in alerts if a.component} | {locked.component} - {None}
        locked.incident = declaring.declare(
            locked.title,
            severity=severity,
            by=by,
            components={each: declaring.STATE_OF[severity] for each in components if each},
            alerts=alerts,
            tickets=tickets.values(),
            started_at=None if alerts else min(ticket.created_at for ticket in tickets.values()),
        )
        _decide(locked, State.DECLARED, by)
    return locked.incident


@transaction.atomic
def dismiss(proposal: Proposal, *, by: Agent) -> Proposal:
    """It is none: it isn't proposed again for the same things. Raises Refused once it is declared."""
    locked = _locked(proposal)
    if locked.state == State.DECLARED:
        raise Refused("Someone has declared it already.")
    _decide(locked, State.DISMISSED, by)
    return locked


@transaction.atomic
def bring_back(proposal: Proposal, *, by: Agent) -> Proposal:
    """Undo `dismiss`."""
    locked = _locked(proposal)
    if locked.state == State.DISMISSED:
        _decide(locked, State.OPEN, by)
    return locked


def _propose(group: Group) -> Proposal | None:
    """Make a proposal, or grow the one that has some of these signs already."""
    alerts = {alert.pk for alert in group.alerts}
    tickets = {each.ticket.pk for each in group.tickets}
    open_ones = Proposal.objects.filter(state=State.OPEN).order_by("id")
    known = (
        open_ones.filter(alerts__in=alerts).first() or open_ones.filter(tickets__in=tickets).first()
    )
    if known is None:
        made = Proposal.objects.create(
            title=title_of(group), reason=reason_of(group), component=group.component
        )
        made.alerts.set(alerts)
        made.tickets.set(tickets)
        _say(made)
        tell(ProposalsChanged())
        return made
    new_alerts = alerts - set(known.alerts.values_list("pk", flat=True))
    new_tickets = tickets - set(known.tickets.values_list("pk", flat=True))
    if new_alerts or new_tickets:
        known.alerts.add(*new_alerts)
        known.tickets.add(*new_tickets)
        known.component = known.component or group.component
        known.reason, known.changed_at = reason_of(_whole(known, group)), clock.now()
        known.save(update_fields=["component", "reason", "changed_at"])
        tell(ProposalsChanged())
    return None


def _whole(known: Proposal, group: Group) -> Group:
    """All that a proposal has by now, also what came before the last half hour."""
    tickets: list[Written] = of_tickets(list(known.tickets.all()))
    alerts = list(known.alerts.select_related("component"))
    return Group(known.component, alerts, tickets, group.pair)


def _say(made: Proposal) -> None:
    """The first line hears of it, once for each proposal."""
    team = first_line()
    here = Agent.objects.filter(teams=team, person__is_active=True, person__demo=False)
    notify(
        here.select_related("person"),
        f"Perhaps one incident: {made.reason}",
        path="/incidents",
        by_mail=False,
    )


def _locked(proposal: Proposal) -> Proposal:
    Proposal.objects.select_for_update().get(pk=proposal.pk)
    return Proposal.objects.select_related("component", "incident").get(pk=proposal.pk)


def _decide(proposal: Proposal, state: State, by: Agent) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, clock.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at", "incident"])


def _newest() -> tuple[datetime | int | None, ...]:
    """What tells whether anything came since the last look."""
    alert = Alert.objects.order_by("-id").values_list("pk", flat=True).first()
    ticket = Ticket.objects.order_by("-number").values_list("pk", flat=True).first()
    incident = Incident.objects.order_by("-updated_at").values_list("updated_at", flat=True).first()
    return alert, ticket, incident
