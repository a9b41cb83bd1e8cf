"""Help first: the help center inside the bubble, by the help center's own search and its own audiences.

What a site has proved decides: of a visitor with an identity it is their district, and that district's people
read in the bubble what they read in the help center. Everybody else reads what is for everyone. A name or an
address that a visitor tells proves nothing here, and what is for the team alone is nobody's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from deskbell.chat.models import Visitor
from deskbell.helpcenter import addresses, asked, reading, searching
from deskbell.helpcenter.access import Reader, readable
from deskbell.helpcenter.limits import hold_back
from deskbell.helpcenter.models import Edition
from deskbell.look.languages import known
from deskbell.messenger.doors import Answer, door, network_in, token_in, visitor_in
from deskbell.messenger.trees import tree_of
from deskbell.tickets.models import Message, Side

MOST_FOUND = 6
MOST_CARDS = 3  # in one message
LINK = re.compile(r"/help(?:/([a-z]+))?/articles/(\d{1,17})\b")


@door("GET")
def search(request: HttpRequest) -> Answer:
    """The few articles that fit best to `q`, in `lang`. With `asked`, someone has typed to the end: what is
    asked in vain then stays known, as on the help center's own page."""
    hold_back(network_in(request))
    text, language = request.GET.get("q", ""), known(request.GET.get("lang", ""))
    found = searching.suggest(text, _reader_in(request), language, count=MOST_FOUND)
    if "asked" in request.GET:
        asked.note(text, language, len(found.editions) if found.language == language else 0)
    return {"articles": [_card(each) for each in found.editions]}


@door("GET")
def article(request: HttpRequest, named: str) -> Answer:
    """One article, by the last part of its address, in `lang` or the language there is."""
    hold_back(network_in(request))
    language = known(request.GET.get("lang", ""))
    edition = reading.shown(addresses.key_in(named), _reader_in(request), language).edition
    path = addresses.of_edition(edition)
    return {
        "title": edition.title,
        "lang": edition.language,
        "path": path,
        "body": tree_of(edition.html, settings.DESK_URL, settings.DESK_URL + path),
    }


def cards(messages: Iterable[Message], visitor: Visitor) -> dict[int, list[Answer]]:
    """The articles to which the team's messages lead, by message: those that this visitor may read. In one
    query, and in none where no message leads to any."""
    linked = {
        message.pk: list(dict.fromkeys(LINK.findall(message.text)))[:MOST_CARDS]
        for message in messages
        if message.side == Side.TEAM and settings.DESK_URL in message.text
    }
    wanted = {int(key) for links in linked.values() for _, key in links}
    if not wanted:
        return {}
    editions = Edition.objects.filter(
        readable(reader_of(visitor)), article__in=wanted, published__isnull=False
    ).defer("html", "words", "contents", "search")
    found: dict[int, dict[str, Edition]] = defaultdict(dict)
    for each in editions:
        found[each.article_id][each.language] = each
    return {
        pk: [
            _card(_best(found[int(key)], language)) for language, key in links if int(key) in found
        ]
        for pk, links in linked.items()
    }


def reader_of(visitor: Visitor | None) -> Reader:
    """As whom a visitor reads: as someone of the district that a site has proved, else as anyone."""
    return visitor.identity.district if visitor and visitor.identity else None


def _reader_in(request: HttpRequest) -> Reader:
    return reader_of(visitor_in(request) if token_in(request) else None)


def _best(editions: dict[str, Edition], language: str) -> Edition:
    """The one in the language of the link, else in the one there is."""
    return editions.get(known(language)) or next(iter(editions.values()))


def _card(edition: Edition) -> dict[str, Any]:
    return {"named": edition.named, "title": edition.title, "summary": edition.summary}
