"""The head of a mail, read as simply as possible: for what must be known of bytes as they came."""

from __future__ import annotations

import re

MOST_HEAD = 256 * 1024  # bytes


def fields(raw: bytes, name: bytes) -> list[str]:
    """All header fields of this name, unfolded, the topmost first; looks at the head alone."""
    head = raw[:MOST_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    found = []
    for field in re.split(rb"\n(?![ \t])", head):
        said, colon, value = field.partition(b":")
        if colon and said.strip().lower() == name.lower():
            found.append(b" ".join(value.split()).decode("utf-8", "replace"))
    return found


def head_of(raw: bytes, longest: int = 20_000) -> str:
    """The head as text for a person: as it stands there, without control characters."""
    head = raw[:MOST_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    text = head[:longest].decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
