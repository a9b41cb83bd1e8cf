"""Is this the same mail once more? Decided on bytes alone, so that no mail is too odd to be answered.

A client that lost our `250`, or that we answered just before we were killed, sends the mail again,
perhaps by another road: what the road writes into a mail is left out. A mail without a Message-ID
counts as the same only within an hour, or a nightly report that never changes would vanish.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

# Written on the way, so they differ when the same mail comes again.
TRACES = re.compile(
    rb"received|return-path|delivered-to|envelope-to|authentication-results|dkim-signature|arc-.*|x-.*",
    re.IGNORECASE,
)
END_OF_HEADERS = re.compile(rb"\n\n")


@dataclass(frozen=True)
class Identity:
    """`digest` (32 bytes) is equal for equal mails; `has_message_id` says how long that counts."""

    digest: bytes
    has_message_id: bool


def identity_of(raw: bytes) -> Identity:
    """The identity of a mail. Never fails, whatever the bytes."""
    lines = raw.replace(b"\r\n", b"\n")
    end = END_OF_HEADERS.search(lines)
    head, body = (lines[: end.start()], lines[end.end() :]) if end else (lines, b"")
    kept = [field for field in _fields(head) if not TRACES.fullmatch(_name(field))]
    hashed = hashlib.sha256()
    for field in kept:
        hashed.update(field + b"\n")
    hashed.update(b"\n" + body.rstrip())
    return Identity(hashed.digest(), any(_is_message_id(field) for field in kept))


def _fields(head: bytes) -> list[bytes]:
    """The header fields, each with the lines that continue it."""
    return re.split(rb"\n(?![ \t])", head)


def _name(field: bytes) -> bytes:
    return field.partition(b":")[0].strip()


def _is_message_id(field: bytes) -> bool:
    name, _, value = field.partition(b":")
    return name.strip().lower() == b"message-id" and bool(value.strip())
