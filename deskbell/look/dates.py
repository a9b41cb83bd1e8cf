"""Instants, days and durations in words, in English and in Spanish.

The Spanish is that of the United States: twelve hours with “a. m.” and “p. m.”, as browsers write es-US.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from deskbell.lib.zones import zone as zone_of
from deskbell.look import words

DAYS = "lun mar mié jue vie sáb dom".split()
LONG_DAYS = "lunes martes miércoles jueves viernes sábado domingo".split()
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
_STAYS_TOGETHER = "\N{NO-BREAK SPACE}"


def moment(instant: datetime, zone: str, language: str) -> str:
    """ "Mon, Nov 30, 12:00 pm Eastern", "lun, 30 nov, 12:00 p. m., hora del Este"."""
    if language != "es":
        return words.moment(instant, zone)
    return f"{day(instant, zone, 'es')}, {hour(instant, zone, 'es')}, {zone_name(zone, 'es')}"


def stretch(start: datetime, end: datetime, zone: str, language: str) -> str:
    """A span with its zone: “Mon, Nov 30, 8:00 pm to 11:00 pm Eastern”."""
    if language != "es":
        return f"{words.stretch(start, end, zone)} {words.zone_name(zone)}"
    return f"{span(start, end, zone, 'es')}, {zone_name(zone, 'es')}"


def span(start: datetime, end: datetime, zone: str, language: str) -> str:
    """The same where the zone is named elsewhere: “lun, 30 nov, 8:00 p. m. a 11:00 p. m.”."""
    if language != "es":
        return words.stretch(start, end, zone)
    first, last = (day(each, zone, "es") for each in (start, end))
    until = ("" if first == last else f"{last}, ") + hour(end, zone, "es")
    return f"{first}, {hour(start, zone, 'es')} a {until}"


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


def weekday(day: date, language: str) -> str:
    """ "Monday", "lunes"."""
    return LONG_DAYS[day.weekday()] if language == "es" else f"{day:%A}"


def long_date(day: date, language: str, *, with_year: bool) -> str:
    """ "Monday, November 30, 2026", "lunes 30 de noviembre de 2026"."""
    name = LONG_MONTHS[language][day.month - 1]
    if language == "es":
        year = f" de {day.year}" if with_year else ""
        return f"{weekday(day, language)} {day.day} de {name}{year}"
    year = f", {day.year}" if with_year else ""
    return f"{weekday(day, language)}, {name} {day.day}{year}"


def hour(instant: datetime, zone: str, language: str) -> str:
    """The time of day of an instant in a zone: "3:05 pm", "3:05 p. m."; the Spanish doesn't break there."""
    said = words.hour(instant, zone)
    if language != "es":
        return said
    time, half = said.split()
    return f"{time}{_STAYS_TOGETHER}{half[0]}.{_STAYS_TOGETHER}m."


def oclock(instant: datetime, zone: str, language: str, *, brief: bool = False) -> str:
    """The same inside a sentence: "3:00 pm", "las 3:00 p. m."; `brief`: "3 pm", "midnight", "las 3 p. m."."""
    said = hour(instant, zone, language)
    article = "" if language != "es" else "la " if said.startswith("1:") else "las "
    if not brief:
        return article + said
    here = instant.astimezone(zone_of(zone))
    if here.hour == here.minute == 0:
        return "la medianoche" if language == "es" else "midnight"
    return article + said.replace(":00", "", 1)


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
