"""The custom fields that customers are asked for with a new request, and those that they see on it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import QueryDict

from deskbell.lib.errors import Refused
from deskbell.portal.speaking import Say
from deskbell.tickets.fields.defining import current_fields
from deskbell.tickets.fields.held import Held
from deskbell.tickets.fields.models import Customers, CustomField, Holds
from deskbell.tickets.fields.reading import Value, read_value
from deskbell.tickets.models import Category, Ticket

NO_VALUE = "“{name}” can’t be read. Write a number like 12 or 3.5, and a day like 2026-11-20."


def begun(form: QueryDict) -> list[Held]:
    """Those that the form of a new request asks for, with what was written in them so far."""
    return [
        Held(field, given if field.holds == Holds.SEVERAL else "".join(given[:1]) or None)
        for field in _fields()
        for given in [form.getlist(_name(field))]
    ]


def read(form: QueryDict, t: Say, language: str) -> list[Held]:
    """What the form brings. Raises Refused, in the reader's language."""
    return [Held(field, _read(field, form, t, language)) for field in _fields()]


def shown_on(ticket: Ticket, fields: Sequence[CustomField]) -> list[Held]:
    """What customers see on their request: what is meant for them, and filled in."""
    return [
        Held(field, ticket.field_values[field.key])
        for field in fields
        if field.is_shown and field.key in ticket.field_values
    ]


def _fields() -> list[CustomField]:
    return [
        field
        for field in current_fields()
        if field.customers == Customers.ASKED and field.concerns(Category.SUPPORT)
    ]


def _read(field: CustomField, form: QueryDict, t: Say, language: str) -> Value | None:
    try:
        return read_value(field, form.getlist(_name(field)))
    except Refused as refused:
        raise Refused(t(NO_VALUE, name=field.named(language))) from refused


def _name(field: CustomField) -> str:
    """As the form calls it."""
    return f"field-{field.key}"
