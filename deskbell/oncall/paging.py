"""What makes the desk call for a person: an alert, or a customer's emergency when no team is there."""

from __future__ import annotations

from deskbell.lib import clock
from deskbell.monitoring.alerts import AlertEnded, AlertRaised
from deskbell.monitoring.models import Alert
from deskbell.oncall import escalating
from deskbell.oncall.models import Call
from deskbell.oncall.ways import WAYS
from deskbell.people.models import Agent
from deskbell.sla.core import Policy
from deskbell.sla.models import Standing
from deskbell.sla.policies import current_version, policy_numbered, policy_of
from deskbell.sla.timers import ClockBreached, ClockFact, ClockStillLate, ClockWarned
from deskbell.tickets.events import Fact
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, Ticket

PAGING_IMPACTS = (Impact.URGENT, Impact.HIGH)
TEAMS_HOURS = "business_hours"  # the coverage in which a team is on shift


def page(fact: AlertRaised) -> None:
    """An alert pages whoever is on call, at any hour, in the transaction that raised it (E3)."""
    call(fact.ticket, reason=f"Alert from {fact.alert.source}", alert=fact.alert)


def page_if_promised(fact: Fact) -> None:
    """An Urgent or High ticket pages when its coverage is open and no team is on shift; so do its
    warned and breached clocks (E10). Alerts page by themselves."""
    ticket = fact.ticket
    if ticket.impact not in PAGING_IMPACTS or ticket.channel == Channel.ALERT or ticket.demo:
        return
    if ticket.state in {"solved", "closed"}:
        return
    if _is_promised_now(ticket) and not _is_team_on_shift(ticket):
        call(ticket, reason=_reason(fact))


def page_about_clock(fact: ClockFact) -> None:
    """A clock warned, breached, or is late for longer, and its ladder names whoever is on call (E10)."""
    if "oncall" in fact.tell:
        page_if_promised(fact)


def call(ticket: Ticket, *, reason: str, alert: Alert | None = None) -> Call:
    """Call for a person about a locked ticket; one that rings already goes on, and is not doubled."""
    ringing = Call.objects.ringing().filter(ticket=ticket).first()
    if ringing:
        return ringing
    now = clock.now()
    made = Call.objects.create(
        ticket=ticket, alert=alert, reason=reason, opened_at=now, next_at=now
    )
    escalating.ring(made, ticket)
    return made


def alert_over(fact: AlertEnded) -> None:
    """The episode ended before anyone answered: stop calling, and say that it is over (K6)."""
    ringing = Call.objects.ringing().filter(ticket=fact.ticket, alert=fact.alert).first()
    if ringing is None:
        return
    ringing.state, ringing.next_at, ringing.ended_at = Call.State.OVER, None, clock.now()
    ringing.save(update_fields=["state", "next_at", "ended_at"])
    for agent in Agent.objects.filter(pages__call=ringing).select_related("person").distinct():
        for way in WAYS.values():
            way.say_over(agent, ringing, fact.ticket)


def _is_promised_now(ticket: Ticket) -> bool:
    """Is the coverage of the ticket's impact open?"""
    policy = _policy_of(ticket)
    bound = policy.promises("first_reply", ticket.impact, chat=False)
    return any(each.hours.contains(clock.now()) for each in bound)


def _is_team_on_shift(ticket: Ticket) -> bool:
    hours = _policy_of(ticket).coverages.get(TEAMS_HOURS)
    return hours is not None and hours.contains(clock.now())


def _policy_of(ticket: Ticket) -> Policy:
    """The policy that the ticket is held to (K9)."""
    standing = Standing.objects.filter(ticket=ticket).first()
    return policy_numbered(standing.version_id) if standing else policy_of(current_version())


def _reason(fact: Fact) -> str:
    impact = Impact(fact.ticket.impact).label
    match fact:
        case ClockBreached():
            return f"{fact.clock.label} is late: {impact} ticket"
        case ClockStillLate():
            return f"{fact.clock.label} is still late: {impact} ticket"
        case ClockWarned():
            return f"{fact.clock.label} is due soon: {impact} ticket"
        case _:
            return f"{impact} ticket outside the team's hours"
