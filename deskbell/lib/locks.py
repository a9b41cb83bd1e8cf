"""Locks on words, such as a mail address: who holds one keeps others from doing the same at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection


def lock_words(words: Iterable[str]) -> None:
    """Lock these words until the transaction ends, all in one order, so that two never wait for each
    other in a ring. Locks by number: words that a digest confuses wait once too often, and no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(number) FROM (SELECT DISTINCT hashtextextended(word, 0) AS number "
            "FROM unnest(%s::text[]) AS words (word) ORDER BY 1) AS sorted",
            [[word.replace("\0", "") for word in words]],
        )
