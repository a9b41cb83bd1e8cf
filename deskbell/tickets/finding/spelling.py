"""What was meant by a word that no ticket holds: the known word that is one slip of the finger away.

Each known word lies in an index by its shapes (`lib/slips.py`); `KEEP` makes them in the database, where the
words are.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from django.db import connection, transaction

from deskbell.lib.slips import shapes
from deskbell.tickets.finding.models import SearchDocument, SearchWord

LEAST, MOST = 4, 24  # letters of a word that may be misspelled
AT_ONCE = 500
COUNTED = """
    SELECT word, nentry FROM ts_stat(%s) WHERE ndoc > 0 AND word ~ '^[[:alpha:]]{4,24}$'
"""
KEEP = """
    INSERT INTO tickets_searchword (word, seen, without_one)
    SELECT word, seen, ARRAY(
        SELECT DISTINCT overlay(word placing '' from at for 1) FROM generate_series(1, length(word)) AS at
        UNION SELECT word)
    FROM unnest(%s::text[], %s::int[]) AS found (word, seen)
    ON CONFLICT (word) DO UPDATE SET seen = least(tickets_searchword.seen + excluded.seen, 1000000000)
"""


def learn(at_once: int = AT_ONCE) -> int:
    """Take in the words of documents that are new; returns how many documents. One process at a time."""
    with transaction.atomic():
        waiting = SearchDocument.objects.select_for_update(
            skip_locked=True, no_key=True, of=("self",)
        )  # a word of a confidential ticket alone would be offered to those who may not read it
        numbers = list(
            waiting.filter(learned=False, ticket__confidential=False).values_list("pk", flat=True)[
                :at_once
            ]
        )
        if not numbers:
            return 0
        _keep(_words_of(numbers))
        SearchDocument.objects.filter(pk__in=numbers).update(learned=True)
    return len(numbers)


def learn_all() -> int:
    """Take in all that is new, in steps that others can work between."""
    total = 0
    while learned := learn():
        total += learned
    return total


def known(lexemes: Iterable[str]) -> set[str]:
    """Those of these words that some ticket holds."""
    return set(SearchWord.objects.filter(pk__in=lexemes).values_list("pk", flat=True))


def meant(lexeme: str) -> str | None:
    """The known word that is closest, the more common one of two; None if none is close."""
    if not LEAST <= len(lexeme) <= MOST or not lexeme.isalpha():
        return None
    near = SearchWord.objects.filter(without_one__overlap=shapes(lexeme)).exclude(pk=lexeme)
    found = near.order_by("-seen").values_list("word", "seen")[:50]
    ranked = sorted(found, key=lambda each: (-_likeness(lexeme, each[0]), -each[1]))
    return ranked[0][0] if ranked else None


def _likeness(one: str, other: str) -> float:
    return round(SequenceMatcher(None, one, other).ratio(), 1)


def _words_of(numbers: list[int]) -> list[tuple[str, int]]:
    listed = ", ".join(map(str, numbers))
    asked = f"SELECT document FROM tickets_searchdocument WHERE ticket_id IN ({listed})"  # noqa: S608 - numbers
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [asked])
        return sorted((word, seen) for word, seen in cursor.fetchall())


def _keep(words: list[tuple[str, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [[word for word, _ in words], [seen for _, seen in words]])
