"""Whole numbers as people and programs write them in forms and addresses."""

from __future__ import annotations

DIGITS = 18  # fewer than PostgreSQL's largest key has; int() itself refuses thousands with an error
LARGEST = 10**DIGITS - 1


def whole(text: str, least: int = 0, most: int = LARGEST) -> int | None:
    """The whole number that the text is, if it lies within the bounds, else None."""
    if not text.isdecimal() or len(text) > DIGITS:
        return None
    number = int(text)
    return number if least <= number <= most else None


def primary_key(text: str) -> int:
    """The key of a row that the text names; 0, which no row has, if it names none."""
    return whole(text) or 0
