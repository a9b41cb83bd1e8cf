"""Proposals: several alerts or tickets look alike, so perhaps it is one incident. A person decides.

A loop of the worker looks over the last half hour when something new came, in a fixed number of queries;
no ticket and no page waits for it, and its fault undoes neither. Looking again is harmless.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from deskbell.incidents import declaring, gathering
from deskbell.incidents.alike.groups import Group, grouped, reason_of, title_of
from deskbell.incidents.alike.signs import (
    WITHIN,
    Written,
    alerts_since,
    of_tickets,
    tickets_since,
    usual_in_titles,
)
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
AGAIN = 5.0  # after something new: what was under way then, with a lower number, has come by now
OFTEN = 60.0  # at the latest, while something came in the last half hour
LOCK = "proposals of incidents"


class _Round:
    """What this worker has done so far, in seconds of the monotonic clock."""

    asked: float = -float("inf")  # whether anything is new
    looked: float = -float("inf")
    seen: object = None  # what was the newest when it looked
    again: float | None = None  # when to look once more


_round = _Round()


def wake_up(fact: TicketOpened | AlertRaised) -> None:
    """Something new came: look whether it looks like anything else, once this is committed."""
    wake("proposals")


def step() -> float:
    """Look over the last half hour, if there is something new (the worker)."""
    now = time.monotonic()
    if now - _round.asked < PAUSE:
        return PAUSE - (now - _round.asked)
    _round.asked, newest = now, _newest()
    is_new = newest != _round.seen
    is_time = _round.again is not None and now >= _round.again
    is_long_ago = now - _round.looked >= OFTEN and _came_lately()
    if (is_new or is_time or is_long_ago) and _look() is not None:
        _round.looked, _round.seen = now, newest
        _round.again = now + AGAIN if is_new else None
    if _round.again is None:
        return LONGEST_SLEEP
    return min(LONGEST_SLEEP, max(PAUSE, _round.again - now))


def look() -> list[Proposal]:
    """Let open incidents have what looks like theirs, then make or grow proposals from the rest. Returns
    the proposals that were made. One worker at a time: another one that comes does nothing."""
    return _look() or []


def _look() -> list[Proposal] | None:
    """The same; None if another one looks just now."""
    with _alone() as alone:
        if not alone:
            return None
        since = clock.now() - WITHIN
        gathering.gather(since)
        return _propose_all(since)


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the lock of who looks, over several transactions; yields whether this one has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [LOCK])
        got: bool = cursor.fetchone()[0]
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [LOCK])


@transaction.atomic
def _propose_all(since: datetime) -> list[Proposal]:
    groups = grouped(alerts_since(since), tickets_since(since), usual_in_titles(since))
    return [made for group in groups if (made := _propose(group))]


def _came_lately() -> bool:
    since = clock.now() - WITHIN
    return (
        Ticket.objects.unfinished().filter(updated_at__gt=since, created_at__gt=since).exists()
        or Alert.objects.filter(received_at__gt=since).exists()
    )


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
