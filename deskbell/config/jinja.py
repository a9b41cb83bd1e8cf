"""Jinja2 for all our pages: each room's `templates/` folder, and the few names every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from deskbell.look import words


class Templates(Jinja2):
    """Django's Jinja2 backend, with the folder name that the house uses."""

    app_dirname = "templates"


def environment(**options: Any) -> Environment:
    """The environment of all templates: undefined names are errors, everything is escaped."""
    made = Environment(
        **{
            **options,
            "autoescape": True,
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
        },
        extensions=["jinja2.ext.do"],
    )
    made.globals.update(static=static, url=reverse)
    made.filters.update(words.FILTERS)
    return made


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """What every page may say: the support address, and whether mail really goes out."""
    return {
        "support_address": settings.SUPPORT_ADDRESS,
        "mail_goes_out": bool(settings.EMAIL_RELAY),
        "user": getattr(request, "user", None),
    }
