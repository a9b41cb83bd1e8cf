"""What was answered and then forgotten pages again (E4); so does what someone has snoozed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.look.words import duration
from deskbell.monitoring.models import Alert
from deskbell.oncall import escalating, replies
from deskbell.oncall.answering import answering_of
from deskbell.oncall.models import Call, Calls
from deskbell.oncall.paging import open_call
from deskbell.people.models import Agent
from deskbell.realtime.wake import wake
from deskbell.tickets import assigning
from deskbell.tickets.events import changing, lock
from deskbell.tickets.models import State, Ticket

BATCH = 50
LONGEST_SLEEP = 5.0  # seconds
LONGEST_SNOOZE = timedelta(days=3)


def step() -> float:
    """Look after every answered call that is due, then answer the seconds until the next."""
    while look_after_what_is_due():
        pass
    following: datetime | None = _watched().aggregate(at=Min("checks_at"))["at"]
    if following is None:
        return LONGEST_SLEEP
    return min(LONGEST_SLEEP, max(0.1, (following - clock.now()).total_seconds()))


@transaction.atomic
def look_after_what_is_due() -> int:
    """Look at up to a batch of answered calls whose instant has come; returns how many those were."""
    due = _watched().filter(checks_at__lte=clock.now())
    numbers = due.order_by("checks_at").values_list("ticket_id", flat=True)[:BATCH]
    locked = lock(list(numbers), skip_locked=True)
    calls = due.filter(ticket__in=locked).select_related("alert", "answered_by").order_by("id")
    tickets = Ticket.objects.with_people().in_bulk(locked)
    for call in calls:
        _look_after(call, tickets[call.ticket_id])
    return len(calls)


def snooze(ticket: Ticket, *, until: datetime, by: Agent) -> Call:
    """Take a call in hand, and be called again at an instant. The acknowledgement counts: somebody has
    seen it, and says when it goes on. Refused without a call, or for an instant out of reach."""
    now = clock.now()
    if not now < until <= now + LONGEST_SNOOZE:
        raise Refused("Choose an instant within the next three days.")
    with changing(ticket) as locked:
        replies.acknowledge(locked, by=by)
        call = _latest_answered(locked)
        call.wakes_at = call.checks_at = until
        call.active_at = now
        call.save(update_fields=["wakes_at", "checks_at", "active_at"])
        wake("repaging")
    return call


def take_over(ticket: Ticket, *, by: Agent) -> Call:
    """Someone else has it from now on: the call is theirs, and so is the ticket."""
    with changing(ticket) as locked:
        replies.acknowledge(locked, by=by)
        call = _latest_answered(locked)
        call.answered_by, call.active_at = by, clock.now()
        call.save(update_fields=["answered_by", "active_at"])
    assigning.assign(ticket, by, by=by)
    return call


def _latest_answered(ticket: Ticket) -> Call:
    found = Call.objects.filter(ticket=ticket, state=Call.State.ANSWERED).order_by("-id").first()
    if found is None:
        raise Refused("Nobody is called about this ticket.")
    return found


def _look_after(call: Call, ticket: Ticket) -> None:
    """Call again, look again later, or let go: what ended or was solved needs nobody."""
    snoozed = call.wakes_at is not None
    later = None if snoozed else _quiet_until(call, ticket)
    call.checks_at = call.wakes_at = None
    if later and later > clock.now():
        call.checks_at = later
    elif _is_unfinished(call, ticket) and not _rings_already(ticket):
        again = open_call(ticket, reason=_reason(call, snoozed), alert=call.alert)
        escalating.ring(again, ticket)
    call.save(update_fields=["checks_at", "wakes_at"])


def _quiet_until(call: Call, ticket: Ticket) -> datetime:
    """The instant by which someone should have done something since they did last."""
    acts = ticket.events.filter(by__agent__isnull=False).aggregate(at=Max("at"))["at"]
    last = max(each for each in (acts, call.active_at, call.ended_at) if each)
    return last + answering_of(call.impact).repage_after


def _is_unfinished(call: Call, ticket: Ticket) -> bool:
    if ticket.state in {State.SOLVED, State.CLOSED}:
        return False
    return call.alert is None or Alert.objects.open().filter(ticket=ticket).exists()


def _rings_already(ticket: Ticket) -> bool:
    return Call.objects.standing().filter(ticket=ticket).exists()


def _reason(call: Call, snoozed: bool) -> str:
    if snoozed:
        return f"Snoozed by {call.answered_by}, and not over: {call.reason}"[:300]
    after = duration(answering_of(call.impact).repage_after)
    return f"No activity for {after} since {call.answered_by} had it: {call.reason}"[:300]


def _watched() -> Calls:
    return Call.objects.filter(state=Call.State.ANSWERED, checks_at__isnull=False)
