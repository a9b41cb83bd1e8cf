"""The contexts of the fragments, and the fragments themselves: one drawing for page, answer and push."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Count, F
from django.template.loader import render_to_string

from deskbell.chat.sites.recognizing import identities_among
from deskbell.chat.triage import answered_in_words
from deskbell.chat.visitors import visits_among
from deskbell.inbox.rows import rows_of
from deskbell.inbox.timeline import Item, item_of
from deskbell.incidents.places import offered_among, places_among
from deskbell.mail.blocking import blockable
from deskbell.oncall.replies import waiting_among
from deskbell.people.desk import the_desk
from deskbell.people.teams import all_teams, working_agents
from deskbell.sla.models import Clock, Standing
from deskbell.sla.policies import policy_numbered
from deskbell.tickets.aside.models import Aside
from deskbell.tickets.aside.setting_aside import erased_at
from deskbell.tickets.bulk.changing import said
from deskbell.tickets.bulk.models import BulkChange, BulkLine
from deskbell.tickets.contesting import contests_among
from deskbell.tickets.escalations import asked_about
from deskbell.tickets.fields.defining import current_fields
from deskbell.tickets.fields.held import Held, asked_of
from deskbell.tickets.following import followers_by_ticket
from deskbell.tickets.impacts import Impact
from deskbell.tickets.links import linked_among
from deskbell.tickets.models import Category, State, Ticket, TicketEvent, Tickets
from deskbell.tickets.snooze_choices import CHOICES
from deskbell.tickets.splitting import can_be_put_back, was_put_back

NOT_DONE = 20  # tickets of a bulk change that are listed with why nothing was done
OTHERS = 5  # further tickets of the one who asks, in the side panel
NEWEST_OF_EACH = """
    SELECT newest.* FROM unnest(%s::bigint[]) AS asked (requester)
    CROSS JOIN LATERAL (
        SELECT number, subject, state, requester_id FROM tickets_ticket
        WHERE requester_id = asked.requester AND aside = '' AND NOT confidential
        ORDER BY number DESC LIMIT %s
    ) AS newest
"""
CHOOSABLE = [State.OPEN, State.PENDING, State.WAITING, State.SOLVED]


def row(ticket: Ticket) -> str:
    """The ticket's line in a list. Neutral: the browser says its times in the reader's zone."""
    return _draw("_row", row=rows_of([ticket])[0])


def item(entry: Item) -> str:
    """One entry of a conversation, for agents."""
    return _draw("_item", item=entry)


def items(entries: Iterable[Item]) -> list[str]:
    """Several entries of conversations."""
    zone = the_desk().zone
    return [_draw("_item", item=entry, zone=zone) for entry in entries]


def clocks(ticket: Ticket) -> str:
    """The strip of chips above a conversation."""
    return _draw("_clocks", **clocks_context(ticket))


def rows(tickets: Iterable[Ticket]) -> list[str]:
    """The lines of several tickets."""
    zone = the_desk().zone
    return [_draw("_row", row=each, zone=zone) for each in rows_of(tickets)]


def lines(events: Iterable[TicketEvent]) -> list[tuple[TicketEvent, str]]:
    """The thin lines of events that brought no message."""
    zone = the_desk().zone
    drawn = ((event, item_of(event)) for event in events)
    return [(event, _draw("_item", item=entry, zone=zone)) for event, entry in drawn if entry]


def clocks_of(tickets: Iterable[Ticket]) -> list[tuple[Ticket, str]]:
    """The strips of several tickets that come with their standing, in one query."""
    found: dict[int, list[Clock]] = {ticket.pk: [] for ticket in tickets}
    by_due = F("due_at").asc(nulls_last=True)
    for clock in Clock.objects.of(tickets).order_by(by_due, "started_at", "id"):
        found[clock.ticket_id].append(clock)
    zone = the_desk().zone
    strips = ((ticket, _strip(ticket, found[ticket.pk], ticket.standing)) for ticket in tickets)
    return [(ticket, _draw("_clocks", zone=zone, **strip)) for ticket, strip in strips]


def facts(ticket: Ticket) -> str:
    """The side panel: impact, state, who has it, who asks."""
    return _draw("_facts", **facts_context(ticket))


def facts_of(tickets: Sequence[Ticket]) -> list[tuple[Ticket, str]]:
    """The side panels of several tickets, in as many queries as for one."""
    zone = the_desk().zone
    contexts = _facts_contexts(tickets)
    return [(ticket, _draw("_facts", zone=zone, **contexts[ticket.pk])) for ticket in tickets]


def clocks_context(ticket: Ticket) -> dict[str, Any]:
    """The clocks still to be stopped, the next due first, then those that have ended, the newest first."""
    by_due = F("due_at").asc(nulls_last=True)
    found = list(Clock.objects.filter(ticket=ticket).order_by(by_due, "started_at", "id"))
    return _strip(ticket, found, Standing.objects.get(ticket=ticket))


def _strip(ticket: Ticket, found: list[Clock], standing: Standing) -> dict[str, Any]:
    running = [clock for clock in found if clock.is_unstopped]
    ended = sorted(set(found) - set(running), key=lambda c: (c.started_at, c.pk), reverse=True)
    coverages = policy_numbered(standing.version_id).coverages
    return {
        "ticket": ticket,
        "running": running,
        "ended": ended,
        "coverages": {key: coverage.name for key, coverage in coverages.items()},
        "erased_at": erased_at(ticket),
        "blockable": blockable(ticket) if ticket.aside == Aside.SPAM else None,
    }


def facts_context(ticket: Ticket) -> dict[str, Any]:
    """All that the side panel needs."""
    return _facts_contexts([ticket])[ticket.pk]


def _facts_contexts(tickets: Sequence[Ticket]) -> dict[int, dict[str, Any]]:
    agents, teams, fields = working_agents(), all_teams(), current_fields()
    others = _others_of({t.requester_id for t in tickets if t.requester_id})
    followers, alarms = followers_by_ticket(tickets), waiting_among(tickets)
    linked = linked_among(tickets)
    places, offered = places_among(tickets), offered_among(tickets)
    proved, contests = identities_among(tickets), contests_among(tickets)
    asked = asked_about([ticket.pk for ticket in tickets if ticket.tier])
    visits, waits = visits_among(tickets)
    return {
        ticket.pk: {
            "ticket": ticket,
            "impacts": list(Impact),
            "impact": Impact(ticket.impact),
            "states": CHOOSABLE,
            "agents": agents,
            "teams": teams,
            "snoozes": CHOICES,
            "others": [o for o in others.get(ticket.requester_id, ()) if o.pk != ticket.pk][
                :OTHERS
            ],
            "held": asked_of(ticket, fields),
            "followers": followers[ticket.pk],
            "alarm": ticket.pk in alarms,
            "asked": asked.get(ticket.pk),
            "places": places[ticket.pk],
            "offered": offered[ticket.pk],
            "proved": proved.get(ticket.pk),
            "contest": contests.get(ticket.pk),
            "visit": visits.get(ticket.pk),
            "answered": answered_in_words(visits.get(ticket.pk)),
            "waits": ticket.pk in waits,
            "categories": Category.choices,
            "linked": ticket.pk in linked,
            "may_go_back": bool(ticket.follows_id) and can_be_put_back(ticket),
            "was_put_back": bool(ticket.merged_into_id) and was_put_back(ticket),
        }
        for ticket in tickets
    }


def _others_of(requesters: Collection[int]) -> dict[int | None, list[Ticket]]:
    """The newest tickets of each of these people, one more than is shown: it may be the one in hand."""
    found: dict[int | None, list[Ticket]] = {requester: [] for requester in requesters}
    for ticket in Ticket.objects.raw(NEWEST_OF_EACH, [list(requesters), OTHERS + 1]):
        found[ticket.requester_id].append(ticket)
    return found


def choices() -> dict[str, Any]:
    """What the bar offers to do with the tickets that are selected."""
    return {
        "agents": working_agents(),
        "teams": all_teams(),
        "impacts": list(Impact),
        "states": CHOOSABLE,
        "snoozes": CHOICES,
        "fields": [Held(field, None) for field in current_fields()],
    }


def bulk_context(change: BulkChange, among: Tickets) -> dict[str, Any]:
    """How far a change to many tickets has come, what was refused, and whether it can be taken back: of the
    tickets `among` which its reader may see all."""
    lines = change.lines.filter(ticket__in=among)
    not_done = lines.filter(outcome__in=[BulkLine.Outcome.REFUSED, BulkLine.Outcome.FAILED])
    outcomes = dict(lines.values_list("outcome").annotate(many=Count("id")).order_by())
    return {
        "change": change,
        "said": said(change),
        "done": change.total - outcomes.get(BulkLine.Outcome.WAITING, 0),
        "changed": outcomes.get(BulkLine.Outcome.DONE, 0),
        "same": outcomes.get(BulkLine.Outcome.SAME, 0),
        "not_done": list(not_done[:NOT_DONE]),
        "not_done_count": sum(outcomes.get(each, 0) for each in ("refused", "failed")),
        "may_undo": change.of_id is None and not BulkChange.objects.filter(of=change).exists(),
    }


def _draw(fragment: str, **context: Any) -> str:
    if "zone" not in context:
        context["zone"] = the_desk().zone
    return render_to_string(f"inbox/{fragment}.html", context)
