"""Pages of a list: which one is asked for."""

from __future__ import annotations


def page_of(text: str, pages: int) -> int:
    """The page that someone asked for, from 1, or the nearest one that exists."""
    asked = int(text) if text.isdecimal() and len(text) < 9 else 1
    return max(1, min(asked, pages))
