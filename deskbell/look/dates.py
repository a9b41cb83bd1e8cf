"""Instants, days and durations in words, in English and in Spanish."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from deskbell.lib.zones import zone as zone_of
from deskbell.look import words

DAYS = "lun mar mié jue vie sáb dom".split()
MONTHS = "ene feb mar abr may jun jul ago sep oct nov dic".split()
LONG_MONTHS = {
    "en": (
        "January February March April May June July August September October November December"
    ).split(),
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ).split(),
}
ZONES_IN_SPANISH = {
    "Eastern": "hora del Este",
    "Central": "hora del Centro",
    "Mountain": "hora de la Montaña",
    "Arizona": "hora de Arizona",
    "Pacific": "hora del Pacífico",
    "Alaska": "hora de Alaska",
    "Hawaii": "hora de Hawái",
    "Puerto Rico": "hora de Puerto Rico",
}


def moment(instant: datetime, zone: str, language: str) -> str:
    """ "Mon, Nov 30, 12:00 pm Eastern", "lun, 30 nov, 12:00, hora del Este"."""
    if language != "es":
        return words.moment(instant, zone)
    return f"{day(instant, zone, 'es')}, {hour(instant, zone, 'es')}, {zone_name(zone, 'es')}"


def stretch(start: datetime, end: datetime, zone: str, language: str) -> str:
    """A span with its zone: “Mon, Nov 30, 8:00 pm to 11:00 pm Eastern”."""
    if language != "es":
        return f"{words.stretch(start, end, zone)} {words.zone_name(zone)}"
    first, last = (day(each, zone, "es") for each in (start, end))
    until = ("" if first == last else f"{last}, ") + hour(end, zone, "es")
    return f"{first}, {hour(start, zone, 'es')} a {until}, {zone_name(zone, 'es')}"


def day(instant: datetime, zone: str, language: str) -> str:
    """The day of an instant in a zone."""
    if language != "es":
        return words.day(instant, zone)
    here = instant.astimezone(zone_of(zone))
    year = "" if str(here.year) not in words.day(instant, zone) else f" {here.year}"
    return f"{DAYS[here.weekday()]}, {here.day} {MONTHS[here.month - 1]}{year}"


def date_name(day: date, language: str) -> str:
    """A date with its weekday: “Mon, Nov 30”, “lun, 30 nov”."""
    if language != "es":
        return f"{day:%a}, {day:%b} {day.day}"
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]}"


def hour(instant: datetime, zone: str, language: str) -> str:
    """The time of day of an instant in a zone."""
    if language != "es":
        return words.hour(instant, zone)
    here = instant.astimezone(zone_of(zone))
    return f"{here.hour}:{here:%M}"


def month(first: date, language: str) -> str:
    """ "November 2026", "noviembre de 2026"."""
    name = LONG_MONTHS[language][first.month - 1]
    return f"{name} de {first.year}" if language == "es" else f"{name} {first.year}"


def zone_name(zone: str, language: str) -> str:
    """ "Eastern time", "hora del Este", "hora de Berlin"."""
    name = words.zone_name(zone)
    if language != "es":
        return f"{name.removesuffix(' time')} time"
    return ZONES_IN_SPANISH.get(name) or f"hora de {name.removesuffix(' time')}"


def lasting(length: timedelta) -> str:
    """ "4 h 30 min"; less than a minute is one. The same in both languages."""
    return words.duration(max(length, timedelta(minutes=1)))


def percent(value: Decimal | None) -> str:
    """ "99.982", "100", "–". Spanish in the United States writes the point as well."""
    if value is None:
        return "–"
    return f"{value:.3f}".rstrip("0").rstrip(".")
