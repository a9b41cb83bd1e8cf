"""Drawing a page into bytes. What it is made of is `pages.py`."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.template import engines
from jinja2 import Environment

from deskbell.incidents import languages
from deskbell.incidents.status_page import words
from deskbell.incidents.status_page.assets import addresses, brand_files
from deskbell.incidents.status_page.audience import PUBLIC, Audience
from deskbell.incidents.status_page.board import Day
from deskbell.lib.zones import zone
from deskbell.look import dates

# In place of the instant at which a page is made: pages that differ in nothing else are not written.
MADE = "\N{SYMBOL FOR RECORD SEPARATOR}made\N{SYMBOL FOR RECORD SEPARATOR}"
HEARTBEAT = f"{PUBLIC}/heartbeat.json"


def draw(
    template: str, audience: Audience, language: str, path: str, now: datetime, **more: Any
) -> bytes:
    """The page in a language. `path` is its address below the audience's home, "" for the front page;
    "-" for one that has no address, such as what is shown where nothing is."""
    home = audience.home(language)
    brand = brand_files(audience.brand)
    context = {
        "t": words.speaker(language),
        "language": language,
        "languages": languages.LANGUAGES,
        "audience": audience,
        "home": home,
        "origin": settings.DESK_URL,
        "alternates": {code: audience.home(code) + path for code in languages.LANGUAGES}
        if path != "-"
        else {},
        "assets": addresses(),
        "brand_css": next(
            (f"{audience.base}/{each}" for each in brand if each.endswith(".css")), ""
        ),
        "logo": next(
            (f"{audience.base}/{each}" for each in brand if not each.endswith(".css")), ""
        ),
        "heartbeat": HEARTBEAT if path != "-" else "",
        "subscribe": subscribe(audience, language),
        "zone_name": dates.zone_name(audience.zone, language),
        "now": now,
        "made": MADE,
        "states": words.STATES,
        "phases": languages.PHASES,
        "severities": words.SEVERITIES,
        "standings": words.WINDOWS,
        "tip": _tips(audience, language),
        **more,
    }
    return _environment().get_template(f"incidents/status_page/{template}").render(context).encode()


def stamped(page: bytes, audience: Audience, language: str, now: datetime) -> bytes:
    """The page with the instant at which it was made."""
    said = dates.moment(now, audience.zone, language)
    mark = f'<time datetime="{now.isoformat()}" data-form="moment">{said}</time>'
    return page.replace(MADE.encode(), mark.encode())


def subscribe(audience: Audience, language: str) -> str:
    """Where one subscribes to this page; the desk answers there, not a file."""
    district = f"&district={audience.token}" if audience.is_private else ""
    return f"{PUBLIC}/subscribe?lang={language}{district}"


@cache
def _environment() -> Environment:
    """The desk's own, with words for two languages in place of its English ones."""
    own: Environment = engines["jinja"].env.overlay()  # type: ignore[attr-defined]
    own.filters = {
        **own.filters,
        "moment": dates.moment,
        "day": dates.day,
        "hour": dates.hour,
        "month": dates.month,
        "percent": dates.percent,
        "lasting": dates.lasting,
        "month_key": _month_key,
    }
    return own


def _month_key(instant: datetime, zone_name: str) -> str:
    first: date = instant.astimezone(zone(zone_name)).date()
    return f"{first:%Y-%m}"


def _tips(audience: Audience, language: str) -> Any:
    """What a bar says under a pointer: "Mon, Nov 16: Major outage, 34 min"."""
    t = words.speaker(language)
    names = {str(state): said for state, said in words.STATES.items()}

    def tip(day: Day) -> str:
        said = dates.day(day.start, audience.zone, language)
        if not day.state:
            return f"{said}: {t('Not there yet')}"
        if day.is_hurt:
            return f"{said}: {t(names[day.state])}, {dates.lasting(day.hurt)}"
        known = {"unknown": t("Nothing was known"), "maintenance": t("Maintenance")}
        return f"{said}: {known.get(day.state) or t('No trouble')}"

    return tip
