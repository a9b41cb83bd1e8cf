"""Pages of a list: which one is asked for."""

from __future__ import annotations

from deskbell.lib.numbers import whole


def page_of(text: str, pages: int) -> int:
    """The page that someone asked for, from 1, or the nearest one that exists."""
    return max(1, min(whole(text) or 1, pages))
