"""Searching what customers may read: the number, the subject, and the public messages.

A ticket's search document holds the team's notes too. It only narrows the search; whether a ticket is found
is told by its public words alone, so that a search can't tell what stands in a note. For the same reason
there is no “not”.
"""

from __future__ import annotations

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Left

from deskbell.lib.numbers import primary_key
from deskbell.tickets.finding.indexing import CONFIG, KEPT
from deskbell.tickets.models import Message, Tickets


def found_in_public(tickets: Tickets, text: str) -> Tickets:
    """Those of the tickets that have this number, or all of these words in public."""
    query = SearchQuery(text, config=CONFIG, search_type="plain")
    said = (
        Message.objects.said()
        .filter(ticket=OuterRef("pk"), public=True)
        .order_by()
        .values("ticket")
        .annotate(all_text=StringAgg("text", Value(" ")))
    )
    told = Subquery(said.values(kept=Left("all_text", 2 * KEPT)), output_field=TextField())
    words = Q(search__document=query, in_public=query)
    number = Q(number=primary_key(text.removeprefix("#")))
    public = SearchVector("subject", "told", config=CONFIG)
    return tickets.annotate(told=told).annotate(in_public=public).filter(words | number)
