"""The language of the search box, as text alone: `impact:urgent -tag:spam updated:<2d "black screen"`.

    question = filter | word | "several words"      each may begin with - (not)
    filter   = key:value[,value ...]                a value with spaces stands in quotation marks
    key      = name | family.name                   `field.room`, of those that a desk makes itself

All parts must hold together; of the values of one filter one must. What a key means is not known here:
whoever asks hands in which keys and families there are, so `10:30` and `https://...` stay words.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from deskbell.lib.errors import Refused

LONGEST = 500  # characters of a question
MOST_PARTS = 24
_QUOTES = str.maketrans("“”„«»", '"""""')  # what phones make of a quotation mark
_KEY = re.compile(r"([A-Za-z]+(?:\.\w+)?):(?!//)")
_VALUE = re.compile(r'"([^"]*)"|([^\s,"]+)')
_WORD = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True)
class Term:
    """One filter: any of `values` must hold, or none of them if it is `negated`."""

    key: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True)
class Said:
    """Words to be found in the text: one, or several in this order and side by side."""

    text: str
    phrase: bool = False
    negated: bool = False


@dataclass(frozen=True)
class Question:
    """What was asked, in parts."""

    terms: tuple[Term, ...] = ()
    said: tuple[Said, ...] = ()

    def values_of(self, key: str) -> list[str]:
        """The values that are asked for with this key, not those that are ruled out."""
        found = (term.values for term in self.terms if term.key == key and not term.negated)
        return [value for values in found for value in values]

    @property
    def number(self) -> int | None:
        """The number of a ticket, if the question is that and nothing else: `#1042`, or `1042`."""
        if self.terms or len(self.said) != 1:
            return None
        digits = self.said[0].text.removeprefix("#")
        fits = digits.isascii() and digits.isdecimal() and len(digits) < 18
        return int(digits) if fits and not self.said[0].negated else None


def parsed(text: str, keys: Collection[str], families: Collection[str] = ()) -> Question:
    """The question in parts. Raises Refused, with a sentence, for what is no question."""
    text = " ".join(text.translate(_QUOTES).replace("\x00", " ").split())
    if len(text) > LONGEST:
        raise Refused(f"A search has at most {LONGEST} characters.")
    terms: list[Term] = []
    said: list[Said] = []
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
            continue
        negated = text[at] == "-" and text[at + 1 : at + 2] not in {"", " "}
        at += negated
        key = _KEY.match(text, at)
        if key and _is_key(key[1], keys, families):
            values, at = _values(text, key.end(), key[1])
            terms.append(Term(key[1].lower(), values, negated))
        else:
            part, at = _said(text, at, negated)
            said += [part] if part.text else []
    if len(terms) + len(said) > MOST_PARTS:
        raise Refused(f"A search has at most {MOST_PARTS} words and filters.")
    return Question(tuple(terms), tuple(said))


def quoted(value: str) -> str:
    """The value as it stands behind a key."""
    value = value.replace('"', "")
    return value if _VALUE.fullmatch(value) and value == value.strip() else f'"{value}"'


def _is_key(name: str, keys: Collection[str], families: Collection[str]) -> bool:
    family, point, _ = name.lower().partition(".")
    if point:
        return family in families
    if name.lower() in keys:
        return True
    near = get_close_matches(name.lower(), keys, n=1)
    meant = f" Did you mean “{near[0]}:”?" if near else f" There are {_listed(keys)}."
    raise Refused(
        f"There is no filter “{name}:”.{meant} To find it as text, put it in quotation marks."
    )


def _values(text: str, at: int, key: str) -> tuple[tuple[str, ...], int]:
    """The values behind a key, and where they end."""
    values: list[str] = []
    while True:
        if text[at : at + 1] == '"' and '"' not in text[at + 1 :]:
            raise Refused("A quotation mark is missing its partner.")
        found = _VALUE.match(text, at)
        if not found or not (found[1] or found[2] or "").strip():
            raise Refused(f"Say what “{key}:” should be, right behind the colon.")
        values.append((found[1] or found[2]).strip())
        at = found.end()
        if text[at : at + 1] != ",":
            return tuple(values), at
        at += 1


def _said(text: str, at: int, negated: bool) -> tuple[Said, int]:
    found = _WORD.match(text, at)
    assert found  # there is something, and no space
    if found[1] is None and found[2].startswith('"'):
        raise Refused("A quotation mark is missing its partner.")
    phrase = found[1] is not None
    return Said((found[1] if phrase else found[2]).strip(), phrase, negated), found.end()


def _listed(keys: Collection[str]) -> str:
    *most, last = sorted(f"{key}:" for key in keys)
    return f"{', '.join(most)} and {last}" if most else last
