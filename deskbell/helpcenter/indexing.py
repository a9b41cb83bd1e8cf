"""What search needs of a published article: its words, weighed, and the spelling of each."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.search import SearchVector
from django.db import connection
from django.db.models import TextField, Value

from deskbell.helpcenter.folding import folded, words_in
from deskbell.helpcenter.models import Edition, Word
from deskbell.lib.slips import shapes

CONFIGURATIONS = {"en": "english", "es": "spanish"}  # they belong to every PostgreSQL


def index(edition: Edition) -> None:
    """Write what finds this edition: the title weighs most, then summary and headings, then the text.
    The title's words stand there unstemmed, too, for what is half typed."""
    config = CONFIGURATIONS[edition.language]
    headings = " ".join(str(each["title"]) for each in edition.contents)
    title = folded(edition.title)
    vector = (
        _weighed(title, "A", config)
        + _weighed(title, "A", "simple")
        + _weighed(folded(f"{edition.summary} {headings}"), "B", config)
        + _weighed(folded(edition.words), "C", config)
    )
    Edition.objects.filter(pk=edition.pk).update(search=vector)
    learn(edition.language, words_in(f"{edition.title} {edition.summary} {edition.words}"))


def forget(edition: Edition) -> None:
    """Nobody finds it any more."""
    Edition.objects.filter(pk=edition.pk).update(search=None)


def learn(language: str, words: Iterable[str]) -> None:
    """Know how these words are spelled; numbers aren't spelled."""
    new = sorted({each for each in words if len(each) > 2 and not each.isdecimal()})
    table = Word._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (language, word, times, shapes) VALUES (%s, %s, 1, %s) "  # noqa: S608
            f"ON CONFLICT (language, word) DO UPDATE SET times = {table}.times + 1",
            [(language, each, shapes(each)) for each in new],
        )


def _weighed(text: str, weight: str, config: str) -> SearchVector:
    return SearchVector(Value(text, output_field=TextField()), weight=weight, config=config)
