"""Words as search compares them: small letters without accents, one sign for one sign.

PostgreSQL's `unaccent` is an extension that an operator may not be able to add; this needs none.
"""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
LONGEST_WORD = 40
MOST_WORDS = 12  # of a question


def folded(text: str) -> str:
    """The text in small letters without accents; as long as it was, so that places in it stay."""
    return unicodedata.normalize("NFC", text).translate(_table)


class _Table(dict[int, str]):
    """Each sign's plain form, worked out when it comes first."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        plain = unicodedata.normalize("NFD", sign)[0].lower()
        self[code] = plain if len(plain) == 1 else sign
        return self[code]


_table = _Table()


def words_in(text: str) -> list[str]:
    """The words of a text, folded, without apostrophes."""
    found = (re.sub(r"['’]", "", each) for each in WORD.findall(folded(text)))
    return [each for each in found if len(each) <= LONGEST_WORD]


def distance(one: str, other: str) -> int:
    """How many letters to change, add, leave out or swap with their neighbor."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]
