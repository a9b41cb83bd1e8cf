"""The languages of what customers read: help center, status page, its news. The English is the key."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import get_language_info

LANGUAGES = {"en": "English", "es": "Español"}
USUAL = "en"
Say = Callable[..., str]


def known(language: str) -> str:
    """The language if customers' pages have it, else English."""
    return language if language in LANGUAGES else USUAL


def name_of(code: str) -> str:
    """Any language by its name in English, for the team: “Spanish”. A code that nobody knows stays one."""
    try:
        return str(get_language_info(code)["name"])
    except KeyError:
        return code


def speaker(language: str, spanish: Mapping[str, str]) -> Say:
    """The function `t` of templates in this language: `t("{count} articles", count=3)`."""
    known_words = spanish if language == "es" else {}

    def say(english: str, **values: object) -> str:
        return known_words.get(english, english).format(**values)

    return say
