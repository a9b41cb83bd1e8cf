"""Finding tickets by what they hold in custom fields: `field.room:204`, `field.seats:>20`, `field.room:none`.

What is asked for as it stands, and what holds anything at all, is served by the index of tickets by field;
numbers and days between two are looked up among the tickets that hold anything there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from django.db.models import JSONField, Q, Value
from django.db.models.fields.json import DataContains, HasKey, KeyTransform
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from deskbell.lib.errors import Refused
from deskbell.tickets.fields.defining import current_fields
from deskbell.tickets.fields.models import CustomField, Holds, in_small_letters
from deskbell.tickets.fields.reading import YES_NO, options, read_number
from deskbell.tickets.finding.filters import Asker, Filter
from deskbell.tickets.finding.spans import between

FAMILY = "field"  # before the point, so that no field takes the name of another filter
_COMPARED = {
    ">=": GreaterThanOrEqual,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    "<": LessThan,
}
_NUMBERS = re.compile(r"(>=|<=|>|<)?([^.]*(?:\.\d+)?)(?:\.\.(.+))?")


def filter_by(key: str) -> Filter:
    """The filter of the field with this key, also of an archived one. Raises Refused if there is none."""
    field = CustomField.objects.filter(key=key.lower()).first()
    if field is None:
        known = ", ".join(f"{FAMILY}.{each.key}:" for each in current_fields()) or "none yet"
        raise Refused(f"There is no field “{key}”. There are: {known}.")
    return _filter(field)


def filters_named(begun: str) -> list[tuple[str, str]]:
    """The keys of filters that a begun word may mean, by a word of their field, each with a hint."""
    word = begun.lower().removeprefix(f"{FAMILY}.")
    return [
        (f"{FAMILY}.{each.key}", _hint(each))
        for each in current_fields()
        if FAMILY.startswith(begun.lower()) or f" {word}" in f" {each.key} {each.name.lower()}"
    ]


def _filter(field: CustomField) -> Filter:
    meant = _MEANT.get(Holds(field.holds), _as_it_stands)

    def condition(value: str, asker: Asker) -> Q:
        if named := _options_named(field, value):
            return _any_of(field, named)
        if value.lower() in {"any", "none"}:
            held = _holds_anything(field)
            return held if value.lower() == "any" else ~held
        return meant(field, value, asker)

    def offers(begun: str) -> Iterable[str]:
        return [
            *(name for _, name in options(field)),
            *_OFFERED.get(Holds(field.holds), ()),
            "any",
            "none",
        ]

    return Filter(_hint(field), condition, offers)


def _hint(field: CustomField) -> str:
    names = ", ".join(name for _, name in options(field)[:4])
    return f"{field}: {names or _HINTS[Holds(field.holds)]}"


def _options_named(field: CustomField, value: str) -> list[str]:
    """The options that are called so, or whose names begin so; one of exactly this name is meant alone."""
    known = options(field, [each.key for each in field.choices])
    exact = [key for key, name in known if value.lower() in {key, name.lower()}]
    return exact or [key for key, name in known if name.lower().startswith(value.lower())]


def _any_of(field: CustomField, keys: Iterable[str]) -> Q:
    condition = Q()
    for key in keys:
        condition |= _contains(field, _held_by(field, key))
    return condition


def _held_by(field: CustomField, key: str) -> object:
    """What a ticket holds that has this option."""
    match field.holds:
        case Holds.SEVERAL:
            return [key]
        case Holds.YES_NO:
            return YES_NO[key]
    return key


def _contains(field: CustomField, held: object) -> Q:
    wanted = in_small_letters(Value(json.dumps({field.key: held}, ensure_ascii=False)))
    return Q(DataContains(in_small_letters("field_values"), wanted))


def _holds_anything(field: CustomField) -> Q:
    return Q(HasKey(in_small_letters("field_values"), field.key))


def _as_it_stands(field: CustomField, value: str, asker: Asker) -> Q:
    if field.holds != Holds.TEXT:  # the options were looked through before
        known = ", ".join(name for _, name in options(field))
        raise Refused(f"“{value}” is no choice of “{field}”. There are: {known}, any or none.")
    return _contains(field, value)


def _numbers(field: CustomField, value: str, asker: Asker) -> Q:
    found = _NUMBERS.fullmatch(value)
    sign, first, last = found.groups() if found else (None, value, None)
    number = read_number(first, field)
    if last:
        return _is(field, ">=", number) & _is(field, "<=", read_number(last, field))
    return _is(field, sign, number) if sign else _contains(field, number)


def _days(field: CustomField, value: str, asker: Asker) -> Q:
    span, zone = between(value, now=asker.now, zone=asker.zone), ZoneInfo(asker.zone)
    condition = _holds_anything(field)
    if span.first:
        condition &= _is(field, ">=", span.first.astimezone(zone).date().isoformat())
    if span.last:
        condition &= _is(field, "<", span.last.astimezone(zone).date().isoformat())
    return condition


def _is(field: CustomField, sign: str, value: object) -> Q:
    held = KeyTransform(field.key, "field_values")
    compared = _COMPARED[sign](held, Value(value, output_field=JSONField()))
    return _holds_anything(field) & Q(compared)


_MEANT: dict[Holds, Callable[[CustomField, str, Asker], Q]] = {
    Holds.NUMBER: _numbers,
    Holds.DATE: _days,
}
_OFFERED = {Holds.DATE: ("today", "<1w", ">1w")}
_HINTS = {
    Holds.TEXT: "as it stands there",
    Holds.NUMBER: "12, >12, 12..20",
    Holds.DATE: "2026-11-20, <1w",
}
