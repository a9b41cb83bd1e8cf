"""A slip of the finger in a word: what two words have in common that are one letter apart.

PostgreSQL's pg_trgm would find such words, but neither the embedded server nor every managed one has it. So
known words lie in an index by their shapes.
"""

from __future__ import annotations


def shapes(word: str) -> list[str]:
    """The word, and what is left of it without one of its letters: two words that differ in one letter, or
    in the order of two, share a shape."""
    return sorted({word, *(word[:at] + word[at + 1 :] for at in range(len(word)))} - {""})
