"""The addresses of the help center. A number leads, the words behind it are for people: so an article that
is renamed or moved is found under every title that it ever had, and one address alone is canonical."""

from __future__ import annotations

from django.conf import settings

from deskbell.helpcenter.models import Audience, Collection, Edition, Section
from deskbell.look.languages import USUAL

HOME = "/help"


def home(language: str) -> str:
    """The front page in a language."""
    return HOME if language == USUAL else f"{HOME}/{language}"


def of_collection(collection: Collection, language: str) -> str:
    """A collection's page."""
    return f"{home(language)}/collections/{collection.named(language)}"


def of_section(section: Section, language: str) -> str:
    """Where a section stands on its collection's page."""
    return f"{of_collection(section.collection, language)}#section-{section.pk}"


def of_edition(edition: Edition) -> str:
    """An article's page in the edition's language."""
    return f"{home(edition.language)}/articles/{edition.named}"


def whole(edition: Edition) -> str:
    """Its address with the host at which it is read: what only some may read needs the desk's sign-in."""
    for_all = edition.article.audience == Audience.EVERYONE
    return (settings.HELP_URL if for_all else settings.DESK_URL) + of_edition(edition)


def key_in(named: str) -> int:
    """The number with which an address begins; 0 if it has none."""
    digits = named.partition("-")[0]
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 18 else 0
