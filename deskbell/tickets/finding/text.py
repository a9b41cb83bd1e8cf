"""Full text: from words to PostgreSQL's query, and from hits to the sentence in which they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from markupsafe import Markup, escape

from deskbell.tickets.finding.indexing import CONFIG
from deskbell.tickets.finding.language import Said
from deskbell.tickets.finding.models import SearchWord
from deskbell.tickets.finding.spelling import LEAST, known, meant

SHORTEST_PREFIX = 2
RARE = 5_000  # tickets: a word of fewer is looked up in its index first
# Found first, and then looked at: asked whether there is one, the planner reads document after document until
# it has it, and of a word that stands nowhere it reads them all.
ANYWHERE = """
    WITH hits AS MATERIALIZED (
        SELECT ticket_id FROM tickets_searchdocument WHERE document @@ to_tsquery('simple', %s)
    ) SELECT EXISTS (SELECT FROM hits JOIN tickets_ticket ON number = ticket_id WHERE NOT confidential)
"""
_MARK = re.compile("\x02([^\x02\x03]*)\x03")
_LEFT_OVER = re.compile("[\x02\x03]")
# Each message is read once, and one passage is cut for a ticket: both cost more than to find them.
SNIPPETS = f"""
    SELECT ticket_id, ts_headline('{CONFIG}', said, wanted,
        E'StartSel=\\x02, StopSel=\\x03, MaxWords=26, MinWords=12, MaxFragments=1')
    FROM (
        SELECT DISTINCT ON (ticket_id) ticket_id, said, wanted
        FROM (
            SELECT ticket_id, id, left(text, 4000) AS said, to_tsvector('{CONFIG}', left(text, 4000)) AS words
            FROM tickets_message WHERE ticket_id = ANY(%s) AND undone_at IS NULL OFFSET 0
        ) AS message, to_tsquery('{CONFIG}', %s) AS wanted
        WHERE words @@ wanted ORDER BY ticket_id, ts_rank(words, wanted) DESC, id DESC
    ) AS chosen
"""  # noqa: S608 - names of our own


@dataclass(frozen=True)
class Corrected:
    """A word that no ticket holds, and the one that was searched for instead."""

    word: str
    by: str


def query_of(said: Sequence[Said]) -> SearchQuery:
    """`written` as Django hands it to PostgreSQL."""
    return SearchQuery(written(said), config=CONFIG, search_type="raw")


def written(said: Sequence[Said]) -> str:
    """The words in the language of to_tsquery: all of these must hold; the last one may be only begun. Empty
    if there is nothing to be found."""
    wanted = [_written(each, begun=each is said[-1]) for each in said]
    return " & ".join(part for part in wanted if part)


def says_anything(said: Sequence[Said]) -> bool:
    """False where every word is one that PostgreSQL leaves out for being everywhere: the, and, of."""
    query = " & ".join(_quoted(each.text) for each in said if not each.negated)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT numnode(to_tsquery('{CONFIG}', %s))", [query])
        return bool(cursor.fetchone()[0])


def corrected(said: Sequence[Said]) -> tuple[list[Said], list[Corrected]]:
    """The words with those that no ticket holds put right, and what was put right. What stands in
    quotation marks stays as it is."""
    lexemes = _lexemes(each.text for each in said if not (each.phrase or each.negated))
    missing = set(lexemes.values()) - known(lexemes.values())
    found, changed = [], []
    for each in said:
        lexeme = None if each.phrase or each.negated else lexemes.get(each.text)
        better = meant(lexeme) if lexeme in missing and not _begins_any(lexeme) else None
        if better:
            changed.append(Corrected(each.text, better))
        found.append(replace(each, text=better) if better else each)
    return found, changed


def snippets(numbers: Sequence[int], said: Sequence[Said]) -> dict[int, Markup]:
    """By ticket: the passage in which most of the words stand, with these marked; safe as markup."""
    wanted = [each for each in said if not each.negated and each.text]
    query = " | ".join(_written(each, begun=each is said[-1]) for each in wanted)
    if not (numbers and query):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SNIPPETS, [list(numbers), query])
        return {number: _marked(passage) for number, passage in cursor.fetchall()}


def _marked(passage: str) -> Markup:
    """What people wrote is escaped first; then come the marks."""
    parts = _MARK.split(" ".join(passage.split()))
    made = Markup()
    for at, part in enumerate(parts):
        plain = escape(_LEFT_OVER.sub("", part))
        made += Markup("<mark>{}</mark>").format(plain) if at % 2 else plain
    return made


def _written(said: Said, *, begun: bool) -> str:
    """One part in the language of to_tsquery, where what is quoted is only words."""
    text = said.text.removeprefix("#") if said.text.removeprefix("#").isdecimal() else said.text
    if not any(letter.isalnum() for letter in text):
        return ""
    written = _quoted(text)
    if text.isdecimal():  # the end of CB-2231 is kept as -2231
        written = f"({written} | {_quoted(f'-{text}')})"
    if begun and not said.phrase and not said.negated and len(text) >= SHORTEST_PREFIX:
        written = f"({written} | {_quoted(text)}:*)"
    return f"!{written}" if said.negated else written


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _lexemes(words: Iterable[str]) -> dict[str, str]:
    """How PostgreSQL keeps each of these words, if it keeps it as one."""
    asked = list(words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT word, tsvector_to_array(to_tsvector('{CONFIG}', word)) FROM unnest(%s::text[]) AS word",  # noqa: S608
            [asked],
        )
        return {word: kept[0] for word, kept in cursor.fetchall() if len(kept) == 1}


def _begins_any(lexeme: str | None) -> bool:
    """Is some known word only begun here, or is this one so new that it isn't among them yet?"""
    if SearchWord.objects.filter(pk__startswith=lexeme or "").exists():
        return True
    with connection.cursor() as cursor:
        cursor.execute(ANYWHERE, [_quoted(lexeme or "")])
        return bool(cursor.fetchone()[0])


def is_rare(said: Sequence[Said]) -> bool:
    """Does one of the words stand in few tickets? PostgreSQL can't tell of one that is begun. Of a very short
    one nobody has counted in how many it stands: it is taken as common, as most of them are."""
    lexemes = _lexemes(each.text for each in said if not each.negated)
    counted = {each for each in lexemes.values() if not (each.isalpha() and len(each) < LEAST)}
    common = SearchWord.objects.filter(pk__in=counted, seen__gte=RARE)
    return bool(counted) and common.count() < len(counted)
