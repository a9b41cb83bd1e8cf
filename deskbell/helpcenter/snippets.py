"""The part of an article that answers a search, with its words marked. What is marked is escaped first."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from deskbell.helpcenter.folding import WORD, folded

LENGTH = 180
ENDINGS = 4  # letters by which forms of one word differ


def snippet(text: str, words: Sequence[str], length: int = LENGTH) -> Markup:
    """The stretch of the text with the most of the words; its beginning if there is none."""
    flat = " ".join(text.split())
    places = [found.start() for found in WORD.finditer(folded(flat)) if _is_meant(found[0], words)]
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
    parts, end = [], 0
    for found in WORD.finditer(folded(text)):
        if _is_meant(found[0], words):
            parts += [escape(text[end : found.start()])]
            parts += [Markup("<mark>{}</mark>").format(text[found.start() : found.end()])]
            end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def _is_meant(word: str, words: Sequence[str]) -> bool:
    """Is it one of the words, or a form of one? Of short ones only the word itself."""
    return any(word == each or _is_form(word, each) for each in words)


def _is_form(word: str, other: str) -> bool:
    if min(len(word), len(other)) < 4:
        return False
    stem = min(len(word), len(other), max(4, len(other) - 2))
    return word[:stem] == other[:stem] and abs(len(word) - len(other)) <= ENDINGS
