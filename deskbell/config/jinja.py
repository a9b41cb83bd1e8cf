"""Jinja2 for all our pages: each room's `templates/` folder, and the few names every page knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from deskbell.chat.takers import Glance, glance
from deskbell.config.places import places_for
from deskbell.look import dates, words
from deskbell.people.desk import the_desk
from deskbell.people.models import Person
from deskbell.tickets import formatting


class Templates(Jinja2):
    """Django's Jinja2 backend, with the folder name that the house uses."""

    app_dirname = "templates"


def environment(**options: Any) -> Environment:
    """The environment of all templates: undefined names are errors, everything is escaped."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    options.pop("autoescape", None)
    made = Environment(autoescape=True, extensions=["jinja2.ext.do"], **options)
    made.globals.update(static=static, url=reverse)
    made.filters.update(words.FILTERS, date_name=dates.date_name, shown=formatting.shown)
    return made


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What every page may say: whose desk it is, who reads and in which zone, where one can go."""
    user = getattr(request, "user", None)
    desk = the_desk()
    agent = user if isinstance(user, Person) and user.is_agent else None
    chats = cache(lambda: glance(agent.agent)) if agent else None
    return {
        "desk": desk.name,
        "zone": getattr(user, "zone", "") or desk.zone,
        "support_address": settings.SUPPORT_ADDRESS,
        "mail_goes_out": bool(settings.EMAIL_RELAY or settings.MAIL_SERVICE),
        "user": user,
        "navigation": places_for(agent, chats) if agent and chats else [],
        "usual_modules": ["inbox/bell.js"] if agent else [],
        "everywhere_modules": lambda: _everywhere_modules(chats),
    }


def _everywhere_modules(chats: Callable[[], Glance] | None) -> list[str]:
    """What each page of the team brings along; who takes chats is there on all of them."""
    if chats is None:
        return []
    usual = ["inbox/palette.js", "inbox/speaking.js", "inbox/tab.js"]
    return [*usual, *(["inbox/here.js"] if chats().taking else [])]
