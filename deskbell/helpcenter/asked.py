"""What people search for, counted by day without a trace of who it was: so one sees what is missing."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import connection

from deskbell.helpcenter.folding import folded, words_in
from deskbell.helpcenter.models import Search
from deskbell.lib import clock

MOST_A_DAY = 5000  # different questions
KEPT = timedelta(days=180)
PERSONAL = re.compile(r"\S+@\S+|\d[\d .-]{4,}\d")  # addresses, and numbers of people or telephones


def note(text: str, language: str, found: int) -> None:
    """Count a question. Addresses and long numbers are left out of it: they are someone's."""
    words = " ".join(words_in(PERSONAL.sub(" ", folded(text))))[:100].strip()
    day = clock.now().date()
    if not words or Search.objects.filter(day=day).count() >= MOST_A_DAY:
        return
    table = Search._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (language, words, day, times, found) VALUES (%s, %s, %s, 1, %s) "  # noqa: S608
            f"ON CONFLICT (day, language, words) DO UPDATE "
            f"SET times = {table}.times + 1, found = EXCLUDED.found",
            [language, words, day, found],
        )


def trim() -> int:
    """Forget what was asked long ago; returns how much that was."""
    return Search.objects.filter(day__lt=(clock.now() - KEPT).date()).delete()[0]
