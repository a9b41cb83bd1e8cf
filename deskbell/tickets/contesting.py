"""Contesting the impact: a customer may say once that it is wrong, and why (P6).

What they say is a message, so an answer is owed within the promise that runs from it; the answer is the
outcome, told with its reason by the agent who has looked.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Person
from deskbell.tickets.events import Contested, Kind, append, changing
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Contest, Message, State, Ticket
from deskbell.tickets.replying import reply, take_in
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words

ONCE = "You have told us once that the impact is wrong, and we look at it once. Write below what has changed."
IS_OVER = "This request is solved. If it is not, say so below, and how bad it is."
NO_IMPACT = "Choose the impact that fits better than the present one."
NO_REASON = "Say why it is another impact: who can’t work, and since when."


def contests_among(tickets: Iterable[Ticket]) -> dict[int, Contest]:
    """The contests of these tickets, by number."""
    found = Contest.objects.filter(ticket__in=[each.pk for each in tickets])
    return {each.ticket_id: each for each in found.select_related("by", "settled_by__person")}


def contest(ticket: Ticket, wanted: str, why: Words, *, by: Person) -> Message:
    """Say that the impact is wrong and should be `wanted`. Refused the second time, for the impact that it
    has, without a reason, and when it is over."""
    if not why.text.strip():
        raise Refused(NO_REASON)
    with transaction.atomic():
        with changing(ticket) as locked:
            if locked.state in (State.SOLVED, State.CLOSED):
                raise Refused(IS_OVER)
            if Contest.objects.filter(ticket=locked).exists():
                raise Refused(ONCE)
            if wanted not in Impact.values or wanted == locked.impact:
                raise Refused(NO_IMPACT)
            was = locked.impact
            Contest.objects.create(ticket=locked, by=by, was=was, wanted=wanted)
            tell(Contested(locked, append(locked, Kind.CONTESTED, by=by, wanted=wanted, was=was)))
        return take_in(ticket, why, author=by)


def settle(ticket: Ticket, impact: str, reason: str, *, by: Agent) -> Message:
    """The outcome: the ticket has this impact, and the customer reads the reason. Refused where nothing is
    contested, without a reason, and for what is no impact."""
    if not reason.strip():
        raise Refused("Say why: the customer reads it.")
    with transaction.atomic():
        with changing(ticket) as locked:
            open_ones = Contest.objects.select_for_update().filter(ticket=locked, settled_at=None)
            found = open_ones.first()
            if found is None:
                raise Refused(
                    "Nobody contests the impact of this ticket, or it was settled already."
                )
        now = set_impact(ticket, impact, by=by, reason=f"it was contested: {reason}"[:500])
        found.settled_at, found.settled_by, found.became = clock.now(), by, impact
        found.save(update_fields=["settled_at", "settled_by", "became"])
        with changing(now) as locked:
            event = append(locked, Kind.SETTLED, by=by.person, to=impact, was=found.was)
            tell(Contested(locked, event))
        return reply(ticket, Words(_told(found, Impact(impact), reason)), by=by)


def _told(found: Contest, impact: Impact, reason: str) -> str:
    changed = impact != found.was
    verdict = f"it is {impact.label} now" if changed else f"it stays {impact.label}"
    return f"We have looked at the impact of your request again: {verdict}.\n\n{reason.strip()}"
