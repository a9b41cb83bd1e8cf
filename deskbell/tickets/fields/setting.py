"""What a ticket holds in a custom field: put there, changed, emptied. Each change is an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.people.models import Person
from deskbell.tickets.events import FieldChanged, Kind, append, changing
from deskbell.tickets.fields.defining import current_fields
from deskbell.tickets.fields.models import CustomField
from deskbell.tickets.fields.reading import Value, read_value, said
from deskbell.tickets.models import Ticket


def set_field(ticket: Ticket, field: CustomField, given: Sequence[str], *, by: Person) -> Ticket:
    """Let the ticket hold what a form brings; nothing empties the field. Raises Refused."""
    with changing(ticket) as locked:
        value = read_value(field, given, kept=locked.field_values.get(field.key))
        put(locked, field, value, by=by)
    return locked


def put(ticket: Ticket, field: CustomField, value: Value | None, *, by: Person) -> Ticket:
    """Let the ticket hold a value that was read already, or none. The same value changes nothing.

    The event keeps both in the words of that moment: names of fields and choices change later.
    """
    with changing(ticket) as locked:
        before: Value | None = locked.field_values.get(field.key)
        if before == value:
            return locked
        values = {key: each for key, each in locked.field_values.items() if key != field.key}
        locked.field_values = values if value is None else {**values, field.key: value}
        locked.save(update_fields=["field_values"])
        event = append(
            locked,
            Kind.FIELD,
            by=by,
            field=field.key,
            name=field.name,
            was=before,
            to=value,
            said_before=said(field, before),
            said=said(field, value),
        )
        tell(FieldChanged(locked, event))
    return locked


def refuse_unless_filled_in(ticket: Ticket) -> None:
    """A ticket is solved when it holds all that is needed of its kind. Raises Refused, and names the rest."""
    if missing := missing_on(ticket, current_fields()):
        raise Refused(f"Fill in {named(missing)} first: #{ticket.number} can’t be solved without.")


def missing_on(ticket: Ticket, fields: Iterable[CustomField]) -> list[str]:
    """The names of those that are needed to solve the ticket, and empty."""
    return [
        field.name
        for field in fields
        if field.required
        and field.concerns(ticket.category)
        and field.key not in ticket.field_values
    ]


def named(names: Sequence[str]) -> str:
    """Fields in a sentence: “Room”, “Seats” and “Root cause”."""
    *most, last = [f"“{name}”" for name in names]
    return f"{', '.join(most)} and {last}" if most else last
