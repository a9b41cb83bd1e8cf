"""What the search box offers while someone types: filters, and the values that each of them takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from deskbell.inbox.finding.asking import FILTERS, filter_with
from deskbell.lib.errors import Refused
from deskbell.tickets.fields.finding import filters_named
from deskbell.tickets.finding.filters import Filter
from deskbell.tickets.finding.language import quoted

MOST = 10
_BEGUN = re.compile(
    r'(?:^|\s)(-?)(?:([A-Za-z]+(?:\.\w+)?):((?:"[^"]*"?|[^\s"])*)|([A-Za-z]*(?:\.\w*)?))$'
)


@dataclass(frozen=True)
class Completion:
    """What would stand in the box, what it is called in the list, and a word about it."""

    text: str
    label: str
    hint: str


def completions(begun: str) -> list[Completion]:
    """What could follow the text up to the caret. Nothing where a word is being written."""
    found = _BEGUN.search(begun[-500:])
    if not found:
        return []
    sign, key, value, word = found.groups()
    before = begun[: len(begun) - len((key + ":" + value) if key else word)]
    if key is None:
        keys = [(each, FILTERS[each].hint) for each in FILTERS if each.startswith(word.lower())]
        keys += filters_named(word) if word else []
        return [Completion(f"{before}{each}:", f"{sign}{each}:", hint) for each, hint in keys][
            :MOST
        ]
    try:
        return _values(before, key, value, filter_with(key.lower()))
    except (KeyError, Refused):  # nothing that there is
        return []


def _values(before: str, key: str, value: str, asked: Filter) -> list[Completion]:
    *done, last = re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', value)
    last = last.strip('"')
    head = f"{key}:" + "".join(f"{each}," for each in done)
    offered = asked.offers(last)
    fitting = [each for each in offered if each.lower().startswith(last.lower()) and each != last]
    return [Completion(f"{before}{head}{quoted(each)} ", each, key.lower()) for each in fitting][
        :MOST
    ]
