"""Is this the same mail once more? Decided on bytes alone, so that no mail is too odd to be answered.

A client that lost our `250`, or that we answered just before we were killed, sends the mail again,
perhaps by another road: what the road writes into a mail is left out. A mail without a Message-ID
counts as the same only within an hour, or a nightly report that never changes would vanish.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Written on the way, so they differ when the same mail comes again.
TRACES = re.compile(
    rb"received|return-path|delivered-to|envelope-to|authentication-results|dkim-signature|arc-.*|x-.*",
    re.IGNORECASE,
)
END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
SPACE = frozenset(b" \t\n\r\x0b\x0c")
PIECE = 1024 * 1024  # bytes of a body that are hashed at once


@dataclass(frozen=True)
class Identity:
    """`digest` (32 bytes) is equal for equal mails; `has_message_id` says how long that counts."""

    digest: bytes
    has_message_id: bool


def identity_of(raw: bytes) -> Identity:
    """The identity of a mail. Never fails, whatever the bytes."""
    end = END_OF_HEADERS.search(raw)
    head = (raw[: end.start()] if end else raw).replace(b"\r\n", b"\n")
    kept = [field for field in _fields(head) if not TRACES.fullmatch(_name(field))]
    hashed = hashlib.sha256()
    for field in kept:
        hashed.update(field + b"\n")
    hashed.update(b"\n")
    for piece in _body(raw, end.end() if end else len(raw)):
        hashed.update(piece)
    return Identity(hashed.digest(), any(_is_message_id(field) for field in kept))


def _body(raw: bytes, at: int) -> Iterator[bytes]:
    """The body from there on with bare line feeds and without the space at its end, in pieces: a copy of
    the whole would be one of 25 MB."""
    end = len(raw)
    while end > at and raw[end - 1] in SPACE:
        end -= 1
    while at < end:
        stop = min(at + PIECE, end)
        if raw[stop - 1 : stop + 1] == b"\r\n":
            stop += 1
        yield raw[at:stop].replace(b"\r\n", b"\n")
        at = stop


def _fields(head: bytes) -> list[bytes]:
    """The header fields, each with the lines that continue it."""
    return re.split(rb"\n(?![ \t])", head)


def _name(field: bytes) -> bytes:
    return field.partition(b":")[0].strip()


def _is_message_id(field: bytes) -> bool:
    name, _, value = field.partition(b":")
    return name.strip().lower() == b"message-id" and bool(value.strip())
