"""The languages of translations: the team's own first, then those of the people who write to it."""

from __future__ import annotations

from django.conf import settings

from deskbell.inbox.models import Translation
from deskbell.inbox.translating.service import is_set_up
from deskbell.lib.errors import Refused
from deskbell.look.languages import name_of
from deskbell.tickets.models import Ticket


def teams_own() -> str:
    """Into which customers' messages are translated."""
    return str(settings.TRANSLATE_LANGUAGES[0])


def of_answers(ticket: Ticket) -> list[tuple[str, str]]:
    """Code and name of those into which an answer can be translated: first the one in which the customer
    has written, as far as a translation of theirs tells. None where nothing is translated."""
    if not is_set_up():
        return []
    found = Translation.objects.filter(message__ticket=ticket, original="").order_by("-pk")
    theirs = list(found.values_list("source", flat=True)[:1])
    codes = dict.fromkeys([*theirs, *settings.TRANSLATE_LANGUAGES[1:]])
    return [(code, name_of(code)) for code in codes if code and code != teams_own()]


def checked(code: str, ticket: Ticket) -> str:
    """The code, if answers on this ticket can be translated into it. Raises Refused."""
    if code not in dict(of_answers(ticket)):
        raise Refused("Choose one of the languages.")
    return code
