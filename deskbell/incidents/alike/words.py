"""Which words of what someone wrote tell something, in any language, and which texts share them.

A word is a run of letters, without accents and case, and without the plural's s. It tells something if
few earlier tickets have it: greetings, signatures and “computer” are in too many. So no list of stop
words is needed but for the shortest past, and a desk that is written to in Spanish needs none of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations, pairwise

_LETTERS = re.compile(r"[^\W\d_]+")
SHORTEST = 3
SAMPLE = 20  # texts by which it is decided which of several pairs is said
MOST = 30  # words of a text that count, the first ones
USUAL = 0.08  # of earlier texts: a word in more of them tells nothing
LEAST_PAST = 25  # earlier texts without which only the list below is known
# For a desk without a past: what people say whatever is broken.
ALWAYS_USUAL = frozenset(
    "the and for our are was not you your with have has but can from this that they all when what since "
    "hello please thank help working work does doesn issue problem again still today urgent broken "
    "los las una por para que con del esta este hola ayuda favor gracia problema funciona no".split()
)


def words_of(text: str) -> list[str]:
    """The words of a text in their order, each once."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    found = (_stem(word) for word in _LETTERS.findall(plain) if len(word) >= SHORTEST)
    return list(dict.fromkeys(found))


def usual_words(earlier: Iterable[str], share: float = USUAL) -> frozenset[str]:
    """What tells nothing: words that more than a share of earlier texts have."""
    texts = [set(words_of(text)) for text in earlier]
    always = frozenset(_stem(word) for word in ALWAYS_USUAL)
    if len(texts) < LEAST_PAST:
        return always
    counted = Counter(word for words in texts for word in words)
    return always | {word for word, many in counted.items() if many > share * len(texts)}


def telling(text: str, usual: frozenset[str], own: Iterable[str] = ()) -> list[str]:
    """The words of a text that tell something: not the usual ones, nor the writer's `own` names."""
    without = usual | {word for name in own for word in words_of(name)}
    return [word for word in words_of(text) if word not in without][:MOST]


def commonest_pair(texts: Mapping[int, list[str]]) -> tuple[tuple[str, str], list[int]] | None:
    """The two words that most of these texts have both, and the keys of those texts."""
    counted: Counter[tuple[str, str]] = Counter()
    often = {
        word for word, many in Counter(w for t in texts.values() for w in t).items() if many > 1
    }
    kept = {key: [word for word in words if word in often] for key, words in texts.items()}
    for words in kept.values():
        counted.update(combinations(sorted(words), 2))
    if not counted:
        return None
    most = max(counted.values())
    if most < 2:
        return None
    tied = sorted(pair for pair, many in counted.items() if many == most)
    pair = min(tied, key=lambda pair: _place(pair, list(kept.values())[:SAMPLE]))
    return pair, [key for key, words in kept.items() if set(pair) <= set(words)]


def core_of(texts: Iterable[list[str]]) -> list[str]:
    """The words that at least half of these texts have, the commonest first."""
    found = list(texts)
    counted = Counter(word for words in found for word in words)
    return [word for word, many in counted.most_common() if many * 2 >= len(found)]


def said(words: Iterable[str], texts: Iterable[str]) -> str:
    """Two words as people wrote them: “black screen” where they stand side by side, else “black” and
    “screen”."""
    wanted = list(words)
    written: dict[str, str] = {}
    for text in texts:
        spoken = [(word, _plain(word)) for word in _LETTERS.findall(text)]
        written = {plain: word.casefold() for word, plain in reversed(spoken)} | written
        for (first, one), (second, other) in pairwise(spoken):
            if {one, other} == set(wanted[:2]) and one != other:
                return f"“{first.casefold()} {second.casefold()}”"
    return " and ".join(f"“{written.get(word, word)}”" for word in wanted[:2])


def _place(pair: tuple[str, str], texts: list[list[str]]) -> int:
    """How far in front both words stand: what a subject says comes before what a signature says."""
    having = [words for words in texts if set(pair) <= set(words)]
    return sum(words.index(word) for words in having for word in pair)


def _plain(word: str) -> str:
    return next(iter(words_of(word)), "")


def _stem(word: str) -> str:
    return word[:-1] if len(word) > SHORTEST and word.endswith("s") else word
