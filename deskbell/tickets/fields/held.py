"""What tickets hold in their custom fields, as people see it, and as macros and bulk changes write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deskbell.lib.errors import NotFound, Refused
from deskbell.tickets.fields.defining import field_with_key
from deskbell.tickets.fields.models import CustomField, Holds
from deskbell.tickets.fields.reading import Value, keys_in, options, read_value, said
from deskbell.tickets.models import Ticket


@dataclass(frozen=True)
class Held:
    """A field on a ticket, with what it holds there; None if that is nothing yet."""

    field: CustomField
    value: Value | None

    @property
    def keys(self) -> list[str]:
        """What it has of its options."""
        return keys_in(self.value)

    def options(self, language: str = "en") -> list[tuple[str, str]]:
        """What there is to choose from, as in `reading.options`."""
        return options(self.field, self.keys, language)

    def said(self, language: str = "en") -> str:
        """The value in words."""
        return said(self.field, self.value, language)


def read_held(written: str) -> Held:
    """What a macro or a bulk change lets tickets hold: `room=204`, `fails=sound,screen`, or `room=`, which
    empties it. Raises Refused."""
    key, _, given = written.partition("=")
    try:
        field = field_with_key(key)
    except NotFound as nothing:
        raise Refused("Choose a field that tickets have.") from nothing
    values = given.split(",") if field.holds == Holds.SEVERAL else [given]
    return Held(field, read_value(field, values))


def asked_of(ticket: Ticket, fields: Sequence[CustomField]) -> list[Held]:
    """Those of the fields that the team can fill in here: what is asked of tickets of its kind, and what it
    holds anyway."""
    return [
        Held(field, ticket.field_values.get(field.key))
        for field in fields
        if field.concerns(ticket.category) or field.key in ticket.field_values
    ]
