"""The part of an article that answers a search, with its words marked. What is marked is escaped first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup, escape

from deskbell.helpcenter.folding import WORD, folded

LENGTH = 180
SHORTEST_STEM = 4
ENDINGS = 4  # letters by which forms of one word differ


Meant = Callable[[str], bool]


def snippet(text: str, words: Sequence[str], length: int = LENGTH) -> Markup:
    """The stretch of the text with the most of the words; its beginning if there is none."""
    flat = " ".join(text.split())
    is_meant = _meant(words)
    places = [found.start() for found in WORD.finditer(folded(flat)) if is_meant(found[0])]
    start = max(places, key=lambda at: sum(at <= each < at + length for each in places), default=0)
    start = max(0, start - 40)
    if start:
        start = flat.find(" ", start) + 1
    end = start + length
    if end < len(flat):
        end = max(flat.rfind(" ", start, end), start + 1)
    lead, tail = ("… " if start else ""), (" …" if end < len(flat) else "")
    return lead + marked(flat[start:end], words) + tail


def marked(text: str, words: Sequence[str]) -> Markup:
    """The whole text with the words marked."""
    parts, end, is_meant = [], 0, _meant(words)
    for found in WORD.finditer(folded(text)):
        if is_meant(found[0]):
            parts += [escape(text[end : found.start()])]
            parts += [Markup("<mark>{}</mark>").format(text[found.start() : found.end()])]
            end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def _meant(words: Sequence[str]) -> Meant:
    """Is it one of the words, or a form of one? Of short ones only the word itself. Most words of a text
    begin otherwise, and are passed over at once."""
    beginnings = tuple({each[:SHORTEST_STEM] for each in words})

    def is_meant(word: str) -> bool:
        return word.startswith(beginnings) and any(
            word == each or _is_form(word, each) for each in words
        )

    return is_meant


def _is_form(word: str, other: str) -> bool:
    if min(len(word), len(other)) < SHORTEST_STEM:
        return False
    stem = min(len(word), len(other), max(SHORTEST_STEM, len(other) - 2))
    return word[:stem] == other[:stem] and abs(len(word) - len(other)) <= ENDINGS
