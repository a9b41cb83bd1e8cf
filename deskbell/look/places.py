"""A place of the desk that the rail leads to. Which ones there are says `config`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def no_badge() -> str:
    return ""


@dataclass(frozen=True)
class Place:
    """One entry of the rail: `path` is where it leads, `covers` the addresses that belong to it.

    `icon` is a symbol of `icons.svg`; `badge()` draws what sits on it, such as a count.
    """

    name: str
    path: str
    icon: str
    covers: str = ""
    badge: Callable[[], str] = no_badge

    def is_here(self, path: str) -> bool:
        """Does the page at this path belong here?"""
        return any(path.startswith(each) for each in (self.covers or self.path).split())
