"""The best of what a query finds, with a cost that does not grow with what is found.

Ranking reads the whole vector of an edition, from beside its row. So only candidates are ranked: those whose
title answers, and the newest of those whose text does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from deskbell.helpcenter.access import Reader, editions_for
from deskbell.helpcenter.models import Edition

WEIGHTS = [0.05, 0.25, 0.5, 1.0]  # of D, C, B and A
CANDIDATES = 400  # of each kind
HITS = 3000  # a word that stands in more articles than that tells them apart by their titles alone


def with_all(
    parts: Sequence[SearchQuery], reader: Reader, language: str, start: int, count: int
) -> list[Edition]:
    """The editions that have all parts of a question, the best first; one more than `count` if there is."""
    if not parts:
        return []
    query = reduce(and_, parts)
    near = editions_for(reader, language)
    found = [_newest(near, CANDIDATES, heading=query), _newest(near, CANDIDATES, search=query)]
    return _ranked(found, reduce(or_, parts), start, count)


def with_some(
    parts: Sequence[SearchQuery], reader: Reader, language: str, count: int
) -> list[Edition]:
    """Those that have some: candidates of each part, so that a rare word isn't lost among usual ones."""
    if not parts:
        return []
    query = reduce(or_, parts)
    near = editions_for(reader, language)
    share = CANDIDATES // len(parts)
    found = [
        _newest(near, CANDIDATES, heading=query),
        *(_newest(near, share, search=each) for each in parts),
    ]
    return _ranked(found, query, 0, count)


@contextmanager
def by_index() -> Iterator[None]:
    """Have the planner look words up in their index. Left alone it reads every row: it counts the table's
    pages, and not those beside it, in which the vectors lie and which are twenty times as many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")  # the transaction may go on


def _newest(near: QuerySet[Edition], most: int, **query: SearchQuery) -> QuerySet[Edition, Any]:
    """The newest that a query finds. Its hits are limited first, by themselves: beside other conditions the
    planner would rather go through a language's editions and look into each."""
    hits = Edition.objects.filter(Q(**query)).values("pk")[:HITS]
    return near.filter(pk__in=hits).order_by("-published_at", "pk").values("pk")[:most]


def _ranked(
    candidates: Sequence[QuerySet[Edition, Any]],
    query: SearchQuery,
    start: int,
    count: int,
) -> list[Edition]:
    """By how much of the question stands in the title, then in the rest. `query` has its parts with “or”:
    with “and” PostgreSQL multiplies near pairs, until all long articles have the same rank."""
    first, *others = candidates
    in_title = SearchRank(F("heading"), query, weights=WEIGHTS)
    in_all = SearchRank(F("search"), query, weights=WEIGHTS, normalization=1)
    best = (
        Edition.objects.filter(pk__in=first.union(*others))
        .annotate(rank=in_title + in_all)
        .select_related("article__section__collection")
        .defer("html", "search", "contents")
        .order_by("-rank", "-published_at", "pk")
    )
    return list(best[start : start + count + 1])
