"""Search: by stems in the reader's language, with synonyms, half typed words and words typed wrong.

The same search answers the page, the suggestions below its field, and other rooms: `search` and `suggest`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery

from deskbell.helpcenter import addresses, ranking, synonyms
from deskbell.helpcenter.access import Reader
from deskbell.helpcenter.folding import MOST_WORDS, distance, words_in
from deskbell.helpcenter.indexing import CONFIGURATIONS
from deskbell.helpcenter.models import Edition, Word
from deskbell.helpcenter.synonyms import Phrase
from deskbell.lib.slips import shapes
from deskbell.look.languages import LANGUAGES

PAGE = 20
ENOUGH = 3  # with fewer that have all words, those that have some follow
LONGEST_QUESTION = 100


@dataclass(frozen=True)
class Found:
    """What a search found. `instead` are the words that were searched for what was typed wrong; `language`
    is another than the reader's if theirs had nothing. `words` are what to mark, folded."""

    editions: list[Edition]
    language: str
    words: list[str] = field(default_factory=list)
    instead: str = ""
    more: bool = False

    def paths(self) -> list[str]:
        """Where they lie."""
        return [addresses.of_edition(each) for each in self.editions]


def search(text: str, reader: Reader, language: str, *, start: int = 0, count: int = PAGE) -> Found:
    """The best answers to what someone asks; in the other language if there is nothing in theirs."""
    text = text[:LONGEST_QUESTION]
    with ranking.by_index():
        found = _search(text, reader, language, start, count)
        for other in LANGUAGES:
            if not found.editions and other != language and start == 0:
                there = _search(text, reader, other, start, count)
                found = there if there.editions else found
    return found


def suggest(text: str, reader: Reader, language: str, *, count: int = 6) -> Found:
    """The few that fit best to what is being typed."""
    return search(text, reader, language, count=count)


def _search(text: str, reader: Reader, language: str, start: int, count: int) -> Found:
    words = words_in(text)[:MOST_WORDS]
    if not words:
        return Found([], language)
    same = synonyms.alternatives(language)
    parts, marked = _parts(words, same, language), words
    editions = ranking.with_all(parts, reader, language, start, count)
    instead = ""
    if not editions and start == 0:
        spelled = _spelled(words, same, language)
        if spelled != words:
            instead, words, marked = " ".join(spelled), spelled, spelled
            parts = _parts(words, same, language)
            editions = ranking.with_all(parts, reader, language, start, count)
    if len(editions) < ENOUGH and start == 0:
        known = {each.pk for each in editions}
        some = ranking.with_some(parts, reader, language, count)
        editions += [each for each in some if each.pk not in known]
        instead = instead if editions else ""
    marked = [
        *marked,
        *(each for word in words for phrase in same.get((word,), ()) for each in phrase),
    ]
    return Found(editions[:count], language, marked, instead, more=len(editions) > count)


def _parts(
    words: Sequence[str], same: dict[Phrase, set[Phrase]], language: str
) -> list[SearchQuery]:
    """For each word or phrase of the question a query that is met by it or by what means the same."""
    config, at, parts = CONFIGURATIONS[language], 0, []
    while at < len(words):
        phrase = _phrase_at(words, at, same)
        at += len(phrase)
        said = [phrase, *sorted(same.get(phrase, ()))]
        query = SearchQuery(" | ".join(map(_raw, said)), config=config, search_type="raw")
        if at == len(words):  # it may be half typed
            query |= SearchQuery(f"{phrase[-1]}:*", config="simple", search_type="raw")
        parts.append(query)
    return parts


def _phrase_at(words: Sequence[str], at: int, same: dict[Phrase, set[Phrase]]) -> Phrase:
    """The longest phrase with synonyms that begins here, or the word alone."""
    for length in (3, 2):
        phrase = tuple(words[at : at + length])
        if len(phrase) == length and phrase in same:
            return phrase
    return (words[at],)


def _raw(phrase: Phrase) -> str:
    """As to_tsquery reads it. Words are letters and digits alone, so nothing in them can be an operator."""
    return f"({' <-> '.join(phrase)})"


def _spelled(words: Sequence[str], same: dict[Phrase, set[Phrase]], language: str) -> list[str]:
    """The words as articles or synonyms spell them; one that nothing is near to stays."""
    others = {phrase[0] for phrase in same if len(phrase) == 1}
    known = others.union(
        Word.objects.filter(language=language, word__in=words).values_list("word", flat=True)
    )
    return [each if each in known else _nearest(each, others, language) for each in words]


def _nearest(word: str, others: set[str], language: str) -> str:
    """The word that was meant: one letter away, two in a long word; the more usual one of several."""
    most = 1 if len(word) < 6 else 2
    if len(word) < 4:
        return word
    found = Word.objects.filter(language=language, shapes__overlap=shapes(word))
    near = [*found.values_list("word", "times")[:500], *((each, 0) for each in others)]
    rated = [(far, -times, each) for each, times in near if (far := distance(word, each)) <= most]
    return min(rated)[2] if rated else word
