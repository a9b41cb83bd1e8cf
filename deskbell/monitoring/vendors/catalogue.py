"""The vendors on which schools depend, as data: `catalogue.json` beside this page, edited like any text.

An entry is `{name, group, feed, address, homepage}`; `feed` is one of Vendor.Feed. What has no public
feed in one of those forms is not in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Entry:
    """A vendor that can be added with one click."""

    name: str
    group: str
    feed: str
    address: str
    homepage: str


@cache
def entries() -> tuple[Entry, ...]:
    """All of the catalogue, in its order: by group, then by name."""
    text = (resources.files(__package__) / "catalogue.json").read_text(encoding="utf-8")
    return tuple(Entry(**each) for each in json.loads(text))


def entry(name: str) -> Entry | None:
    """The entry of this name."""
    return next((each for each in entries() if each.name == name), None)
