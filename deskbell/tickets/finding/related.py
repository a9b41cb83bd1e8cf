"""Tickets about the same: those that share two of the rarest words of a ticket's first message."""

from __future__ import annotations

from itertools import combinations

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import F

from deskbell.tickets.finding.indexing import CONFIG
from deskbell.tickets.finding.models import SearchWord
from deskbell.tickets.models import Ticket, Tickets

RAREST = 6  # words of which two must be shared
LEAST_SEEN = 2  # a word of this ticket alone leads nowhere
MOST_SEEN = 20_000  # a word of that many says nothing
RANKED = 200
WORDS = f"""
    SELECT tsvector_to_array(to_tsvector('{CONFIG}', left(%s, 3000))),
        tsvector_to_array(to_tsvector('{CONFIG}', %s))
"""


def related_to(ticket: Ticket, among: Tickets, *, most: int = 5) -> list[Ticket]:
    """The closest first, of those tickets that may be shown. Three queries."""
    words = _rarest(ticket)
    if len(words) < 2:
        return []
    pairs = " | ".join(f"('{one}' & '{other}')" for one, other in combinations(words, 2))
    query = SearchQuery(pairs, config="simple", search_type="raw")
    others = among.exclude(pk=ticket.pk).filter(merged_into=None, search__document=query)
    newest = others.order_by("-pk").values("pk")[:RANKED]
    any_word = " | ".join(f"'{word}'" for word in words)
    near = SearchQuery(any_word, config="simple", search_type="raw")
    ranked = Ticket.objects.filter(pk__in=newest).select_related("district")
    rank = SearchRank(F("search__document"), near, normalization=1)
    return list(ranked.annotate(rank=rank).order_by("-rank", "-pk")[:most])


def _rarest(ticket: Ticket) -> list[str]:
    """The rarest known words of its subject and first message, but for the name of who asks."""
    first = ticket.messages.order_by("id").values_list("text", flat=True).first() or ""
    who = f"{ticket.requester.name} {ticket.requester.email}" if ticket.requester else ""
    with connection.cursor() as cursor:
        cursor.execute(WORDS, [f"{ticket.subject} {first}", who])
        said, names = cursor.fetchone()
    known = SearchWord.objects.filter(pk__in=set(said) - set(names))
    fitting = known.filter(seen__gte=LEAST_SEEN, seen__lte=MOST_SEEN).order_by("seen", "pk")
    return list(fitting.values_list("pk", flat=True)[:RAREST])
