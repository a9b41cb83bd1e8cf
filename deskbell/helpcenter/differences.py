"""What differs between two texts, as a person reads it: lines that came or went, and within changed lines the
words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from markupsafe import Markup, escape

PIECES = re.compile(r"\s+|\w+|[^\w\s]")
WRAPPED = {tag: Markup(f"<{tag}>{{}}</{tag}>") for tag in ("ins", "del")}  # noqa: S704 - our own
CONTEXT = 2  # lines that are the same, shown around a change
MOST_LINES = 3000


@dataclass(frozen=True)
class Line:
    """A line of the difference. `kind`: "same", "new", "gone", "changed", or "skipped" for those left out."""

    kind: str
    html: Markup


def between(old: str, new: str) -> list[Line]:
    """The difference, with what stays the same left out where it is long."""
    before, after = old.splitlines()[:MOST_LINES], new.splitlines()[:MOST_LINES]
    lines: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += _shortened(before[a:b], first=a == 0, last=b == len(before))
        elif tag == "replace":
            lines += _changed(before[a:b], after[c:d])
        else:
            lines += [Line("gone", _all("del", each)) for each in before[a:b]]
            lines += [Line("new", _all("ins", each)) for each in after[c:d]]
    return lines


def _changed(before: list[str], after: list[str]) -> Iterator[Line]:
    for old, new in zip(before, after, strict=False):
        yield Line("changed", _words(old, new))
    for old in before[len(after) :]:
        yield Line("gone", _all("del", old))
    for new in after[len(before) :]:
        yield Line("new", _all("ins", new))


def _words(old: str, new: str) -> Markup:
    before, after = PIECES.findall(old), PIECES.findall(new)
    parts: list[Markup] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(escape("".join(before[a:b])))
            continue
        parts += [_all("del", "".join(before[a:b]))] if a < b else []
        parts += [_all("ins", "".join(after[c:d]))] if c < d else []
    return Markup("").join(parts)


def _all(tag: str, text: str) -> Markup:
    return WRAPPED[tag].format(text) if text else Markup("")


def _shortened(lines: list[str], *, first: bool, last: bool) -> list[Line]:
    shown = [Line("same", escape(each)) for each in lines]
    head, tail = (0 if first else CONTEXT), (0 if last else CONTEXT)
    if len(shown) <= head + tail + 1:
        return shown
    return [*shown[:head], Line("skipped", Markup("…")), *(shown[-tail:] if tail else [])]
