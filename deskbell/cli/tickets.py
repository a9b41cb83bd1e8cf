"""`deskbell ticket ...`: tickets as an operator or a script reads them.

The form is `{number, subject, channel, impact, state, district, requester, assignee, fields, created_at,
next_due}`: a district is its name, a person `{name, email}`, `fields` what it holds in custom fields by their
keys (choices by theirs), an instant ISO 8601 in UTC, `next_due` is `{metric, due_at}`; each of them null
where there is none.
"""

from __future__ import annotations

from typing import Any

import click
from django.db.models import F

from deskbell.cli.django import load_with_database
from deskbell.cli.output import instant, print_json, print_table
from deskbell.lib.errors import NotFound, Refused


def list_tickets(states: tuple[str, ...], *, as_json: bool) -> None:
    """Print all tickets, or those in the named states, the next due first."""
    load_with_database()
    from deskbell.tickets.models import State, Ticket

    for name in states:
        if name not in State.values:
            raise Refused(f"“{name}” is no state: choose {', '.join(State.values)}.")
    found = Ticket.objects.with_people().select_related("standing")
    if states:
        found = found.filter(state__in=states)
    found = found.order_by(F("standing__next_due_at").asc(nulls_last=True), "number")
    tickets = [_brief(ticket) for ticket in found]
    if as_json:
        print_json(tickets)
    else:
        _print_list(tickets)


def show_ticket(number: int, *, as_json: bool) -> None:
    """Print one ticket with its messages and events. Raises NotFound."""
    load_with_database()
    from deskbell.tickets.models import Message, Ticket

    ticket = Ticket.objects.with_people().select_related("standing").filter(number=number).first()
    if ticket is None:
        raise NotFound(f"There is no ticket #{number}.")
    messages = Message.objects.said().filter(ticket=ticket).select_related("author").order_by("id")
    events = ticket.events.select_related("by")
    shown = {
        **_brief(ticket),
        "messages": [_message(message) for message in messages],
        "events": [_event(event) for event in events],
    }
    if as_json:
        print_json(shown)
    else:
        _print_ticket(shown)


def _brief(ticket: Any) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "channel": ticket.channel,
        "impact": ticket.impact,
        "state": ticket.state,
        "district": ticket.district.name if ticket.district else None,
        "requester": _person(ticket.requester),
        "assignee": _person(ticket.assignee.person) if ticket.assignee else None,
        "fields": ticket.field_values,
        "created_at": instant(ticket.created_at),
        "next_due": _next_due(ticket),
    }


def _next_due(ticket: Any) -> dict[str, Any] | None:
    standing = getattr(ticket, "standing", None)
    if standing is None or standing.next_due_at is None:
        return None
    return {"metric": standing.next_metric, "due_at": instant(standing.next_due_at)}


def _person(person: Any) -> dict[str, Any] | None:
    return {"name": person.name, "email": person.email} if person else None


def _message(message: Any) -> dict[str, Any]:
    return {
        "id": message.pk,
        "author": _person(message.author),
        "side": message.side,
        "public": message.public,
        "automatic": message.automatic,
        "door": message.door,
        "text": message.text,
        "received_at": instant(message.received_at),
    }


def _event(event: Any) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "at": instant(event.at),
        "kind": event.kind,
        "by": _person(event.by),
        "message": event.message_id,
        "data": event.data,
    }


def _print_list(tickets: list[dict[str, Any]]) -> None:
    if not tickets:
        click.echo("There are no such tickets.")
        return
    rows = [
        (
            f"#{ticket['number']}",
            ticket["state"],
            ticket["impact"],
            ticket["next_due"]["due_at"] if ticket["next_due"] else "",
            (ticket["requester"] or {}).get("email", ""),
            (ticket["assignee"] or {}).get("name", ""),
            ticket["subject"],
        )
        for ticket in tickets
    ]
    heads = ("Ticket", "State", "Impact", "Next due (UTC)", "Requester", "Assignee", "Subject")
    print_table(heads, rows)


def _print_ticket(ticket: dict[str, Any]) -> None:
    click.echo(f"#{ticket['number']}  {ticket['subject']}")
    click.echo(f"{ticket['state']}, {ticket['impact']}, by {ticket['channel']}")
    if ticket["next_due"]:
        click.echo(f"next due: {ticket['next_due']['metric']} at {ticket['next_due']['due_at']}")
    for key, value in ticket["fields"].items():
        click.echo(f"{key}: {', '.join(value) if isinstance(value, list) else value}")
    for message in ticket["messages"]:
        author = (message["author"] or {"name": "The desk", "email": ""})["name"] or "Someone"
        note = "" if message["public"] else " (internal note)"
        click.echo(f"\n{message['received_at']}  {author}{note}\n{message['text']}")
    click.echo("")
    rows = [(e["at"], e["kind"], (e["by"] or {}).get("email", "")) for e in ticket["events"]]
    print_table(("At", "Event", "By"), rows)
