"""What can be put into an answer while it is written: macros, and articles that its reader may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from deskbell.helpcenter import addresses
from deskbell.helpcenter.searching import suggest
from deskbell.inbox.models import Draft
from deskbell.people.models import Agent
from deskbell.tickets.macros import named
from deskbell.tickets.models import Macro, Ticket

MACROS, ARTICLES = 6, 4


@dataclass(frozen=True)
class Insertion:
    """One line of what is offered: `text` is what an article puts in, `key` the macro that is asked for."""

    kind: str  # macro, article
    name: str
    about: str
    text: str = ""
    key: int = 0


def offered(text: str, ticket: Ticket, kind: str, agent: Agent) -> list[Insertion]:
    """What fits the words that are being typed, in a reply or a note (`kind`); macros alone without words."""
    text = " ".join(text.split())[:100]
    found = [*_macros(text, agent)]
    if len(text) > 1:
        found += _articles(text, ticket, kind, agent)
    return found


def whose(macro: Macro) -> str:
    """Who has it, in a word or two."""
    if macro.private:
        return "Yours alone"
    return str(macro.team) if macro.team else "Everyone’s"


def _macros(text: str, agent: Agent) -> Iterator[Insertion]:
    for macro in named(agent, text, most=MACROS):
        yield Insertion("macro", macro.name, whose(macro), key=macro.pk)


def _articles(text: str, ticket: Ticket, kind: str, agent: Agent) -> Iterator[Insertion]:
    """A reply offers only what the one who asks can open; a note all that the team reads."""
    reader = agent.person if kind == Draft.Kind.NOTE else ticket.requester
    for edition in suggest(text, reader, "en", count=ARTICLES).editions:
        address = settings.DESK_URL + addresses.of_edition(edition)
        title = edition.title.replace("[", "(").replace("]", ")")
        yield Insertion("article", edition.title, "Article", f"[{title}]({address})")
