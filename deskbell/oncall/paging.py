"""What makes the desk call for a person: an alert, or a customer's emergency when no team is there."""

from __future__ import annotations

from datetime import timedelta

from deskbell.lib import clock
from deskbell.lib.telling import tell
from deskbell.monitoring.alerts import AlertEnded, AlertRaised
from deskbell.monitoring.models import Alert
from deskbell.oncall import escalating, holding, ladder, schedules
from deskbell.oncall.answering import answering_of
from deskbell.oncall.models import Call, Page
from deskbell.oncall.ways import WAYS
from deskbell.people.models import Agent
from deskbell.sla.timers import ClockBreached, ClockFact, ClockStillLate, ClockWarned
from deskbell.tickets.acknowledging import note_held
from deskbell.tickets.events import Acknowledged, Fact, Kind, append
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, State, Ticket

PAGING_IMPACTS = (Impact.URGENT, Impact.HIGH)
TEAMS_HOURS = "business_hours"  # the coverage in which a team is on shift
JOINS_FOR = timedelta(minutes=10)  # after an acknowledgement (E5)
_GRAVEST_FIRST = list(Impact)


def page(fact: AlertRaised) -> None:
    """An alert pages whoever is on call, in the transaction that raised it (E3). One that is silenced,
    or the symptom of another, pages nobody."""
    alert = fact.alert
    if alert.silence_id or alert.hidden_by_id:
        return
    call(fact.ticket, reason=f"Alert from {alert.source}", alert=alert)


def page_if_promised(fact: Fact) -> None:
    """An Urgent or High ticket pages when its coverage is open and no team is on shift; so do its
    warned and breached clocks (E10). Alerts page by themselves."""
    ticket = fact.ticket
    if ticket.impact not in PAGING_IMPACTS or ticket.channel == Channel.ALERT or ticket.demo:
        return
    if ticket.confidential:  # whoever is on call may not read it; money can wait for the morning
        return
    if ticket.state in {State.SOLVED, State.CLOSED}:
        return
    if holding.is_promised_now(ticket) and not _is_team_on_shift(ticket):
        call(ticket, reason=_reason(fact))


def page_about_clock(fact: ClockFact) -> None:
    """A clock warned, breached, or is late for longer, and its ladder names whoever is on call (E10)."""
    if "oncall" in fact.tell:
        page_if_promised(fact)


def call(ticket: Ticket, *, reason: str, alert: Alert | None = None) -> Call:
    """Call for a person about a locked ticket.

    What rings already goes on and is not doubled; an alert joins what someone has just answered
    about its group (E5); outside the hours of its impact it may be held (E7).
    """
    standing = Call.objects.standing().filter(ticket=ticket).first()
    if standing:
        _join(standing, ticket, alert)
        return standing
    answered = _answered_a_moment_ago(ticket, alert) if alert else None
    if answered and alert:
        _hand_over(alert, ticket, to=answered)
        return answered
    until = holding.held_at_opening(ticket, alert) if alert else None
    made = open_call(ticket, reason=reason, alert=alert, held=until is not None)
    if until:
        holding.hold(made, ticket, until=until)
    else:
        escalating.ring(made, ticket)
    return made


def open_call(ticket: Ticket, *, reason: str, alert: Alert | None, held: bool = False) -> Call:
    """A new call with its policy as it stands now (E1); nobody has been paged by it yet."""
    now = clock.now()
    impact = _impact(ticket, alert)
    return Call.objects.create(
        ticket=ticket,
        alert=alert,
        reason=reason,
        opened_at=now,
        next_at=now,
        state=Call.State.HELD if held else Call.State.RINGING,
        impact=impact,
        group=alert.group if alert else "",
        policy=_frozen(impact),
    )


def alert_over(fact: AlertEnded) -> None:
    """The last episode ended before anyone answered: stop calling, and say that it is over (K6)."""
    if Alert.objects.open().filter(ticket=fact.ticket).exists():
        return
    standing = Call.objects.standing().filter(ticket=fact.ticket, alert__isnull=False).first()
    if standing is None:
        return
    standing.state, standing.next_at, standing.ended_at = Call.State.OVER, None, clock.now()
    standing.save(update_fields=["state", "next_at", "ended_at"])
    ladder.drop(standing)
    for agent in Agent.objects.filter(pages__call=standing).select_related("person").distinct():
        for way in _ways_of(agent, standing):
            WAYS[way].say_over(agent, standing, fact.ticket)
    ladder.say_over(standing)


def _ways_of(agent: Agent, standing: Call) -> list[str]:
    """By which of the desk's own ways the call came to this person; the app tells everyone."""
    came = standing.pages.filter(agent=agent, mail__isnull=False)
    return [Page.Way.MAIL, Page.Way.APP] if came.exists() else [Page.Way.APP]


def _join(standing: Call, ticket: Ticket, alert: Alert | None) -> None:
    """Another reason for a call that stands: a graver one begins anew, and wakes what was held."""
    impact = _impact(ticket, alert)
    graver = _GRAVEST_FIRST.index(impact) < _GRAVEST_FIRST.index(Impact(standing.impact))
    if graver:
        standing.impact, standing.policy, standing.place = impact, _frozen(impact), 0
        standing.save(update_fields=["impact", "policy", "place"])
    if standing.is_held:
        if alert is None or holding.pages_always(impact, alert) or graver:
            escalating.ring(standing, ticket)
        else:
            assert standing.wakes_at
            note_held(ticket, episode=alert.episode, until=standing.wakes_at)
    elif graver:
        escalating.ring(standing, ticket)


def _answered_a_moment_ago(ticket: Ticket, alert: Alert) -> Call | None:
    """The call that an alert of the same group joins although somebody has answered it (E5)."""
    if not alert.group:
        return None
    found = (
        Call.objects.filter(ticket=ticket, group=alert.group, state=Call.State.ANSWERED)
        .filter(ended_at__gt=clock.now() - JOINS_FOR, answered_by__isnull=False)
        .select_related("answered_by__person")
        .order_by("-id")
        .first()
    )
    if found is None or _GRAVEST_FIRST.index(Impact(found.impact)) > _GRAVEST_FIRST.index(
        _impact(ticket, alert)
    ):
        return None
    return found


def _hand_over(alert: Alert, ticket: Ticket, *, to: Call) -> None:
    """Who has the group in hand has this alert too: it is acknowledged, and the history says by what."""
    assert to.answered_by
    event = append(
        ticket, Kind.ACKNOWLEDGED, by=to.answered_by.person, episode=alert.episode, joined=to.pk
    )
    tell(Acknowledged(ticket, event))


def _impact(ticket: Ticket, alert: Alert | None) -> Impact:
    return Impact(alert.impact if alert else ticket.impact)


def _frozen(impact: Impact) -> dict[str, object]:
    schedules.ensure_default_schedule()  # a new desk's first administrator may have come since
    return answering_of(impact).policy.document()


def _is_team_on_shift(ticket: Ticket) -> bool:
    hours = holding.policy_held_to(ticket).coverages.get(TEAMS_HOURS)
    return hours is not None and hours.contains(clock.now())


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
