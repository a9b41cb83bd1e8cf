"""The values of custom fields: from what a form brings to what a ticket holds, and from there to words.

A ticket holds text and a day (`2026-11-20`) as a string, a number as one, yes and no as a boolean, a choice
by its key, and several as a list of keys in the order of the choices. What is empty isn't there: None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from deskbell.lib.errors import Refused
from deskbell.lib.text import plain
from deskbell.tickets.fields.models import CustomField, Holds

Value = str | int | float | bool | list[str]
LONGEST_TEXT = 200
EARLIEST, LATEST = 1900, 2199  # years; others are slips of the finger
YES_NO = {"yes": True, "no": False}
_WORDS = {"en": {"yes": "Yes", "no": "No"}, "es": {"yes": "Sí", "no": "No"}}
_NUMBER = re.compile(r"-?(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{1,6})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_value(
    field: CustomField, given: Sequence[str], *, kept: Value | None = None
) -> Value | None:
    """What a ticket will hold when this is given; None if nothing is. `kept` is what it holds, so that a
    choice which is retired can stay. Raises Refused with a sentence that names the field."""
    written = [text for each in given if (text := " ".join(plain(each).split()))]
    if not written:
        return None
    if field.holds == Holds.SEVERAL:
        return _several(field, written, kept)
    one = written[0]
    match field.holds:
        case Holds.NUMBER:
            return read_number(one, field)
        case Holds.DATE:
            return read_day(one, field)
        case Holds.YES_NO:
            return _yes_or_no(one, field)
        case Holds.ONE:
            (chosen,) = _several(field, [one], kept)
            return chosen
    if len(one) > LONGEST_TEXT:
        raise Refused(f"“{field}” has at most {LONGEST_TEXT} characters; this has {len(one)}.")
    return one


def said(field: CustomField, value: Value | None, language: str = "en") -> str:
    """The value in words; empty if there is none."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    names = dict(options(field, keys_in(value), language))
    return ", ".join(names.get(each, each) for each in keys_in(value))


def options(
    field: CustomField, also: Sequence[str] = (), language: str = "en"
) -> list[tuple[str, str]]:
    """What there is to choose from, as pairs of what a form brings and its name; `also` what a ticket has
    already. Empty for what is typed."""
    if field.holds == Holds.YES_NO:
        return list(_WORDS["es" if language == "es" else "en"].items())
    return [(each.key, each.named(language)) for each in field.offered(also)]


def keys_in(value: Value | None) -> list[str]:
    """What a value has of the options of its field."""
    if isinstance(value, bool):
        return [next(key for key, meant in YES_NO.items() if meant is value)]
    if isinstance(value, list):
        return list(value)
    return [] if value is None else [str(value)]


def read_number(text: str, field: CustomField) -> int | float:
    """A number as people write it: 12, -3.5 or 1,200. Raises Refused."""
    if not _NUMBER.fullmatch(text):
        raise Refused(f"“{field}” is a number: “{text[:40]}” is none. Write it like 12 or 3.5.")
    digits = text.replace(",", "")
    return float(digits) if "." in digits else int(digits)


def read_day(text: str, field: CustomField) -> str:
    """A day as `2026-11-20`. Raises Refused."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day.year <= LATEST:
        raise Refused(f"“{field}” is a day: “{text[:40]}” is none. Write it like 2026-11-20.")
    return day.isoformat()


def _yes_or_no(text: str, field: CustomField) -> bool:
    if text.lower() not in YES_NO:
        raise Refused(f"“{field}” is yes or no.")
    return YES_NO[text.lower()]


def _several(field: CustomField, keys: Sequence[str], kept: Value | None) -> list[str]:
    offered = field.offered(also=keys_in(kept))
    known = {each.key for each in offered}
    if strange := [key for key in keys if key not in known]:
        names = ", ".join(each.name for each in offered[:8])
        raise Refused(f"“{strange[0][:40]}” is no choice of “{field}”. There are: {names}.")
    return [each.key for each in offered if each.key in keys]
