"""Taking a body in: stored durably before anything is answered, whatever it may contain."""

from __future__ import annotations

import hashlib
from typing import Protocol

from django.db import transaction

from deskbell.monitoring.models import Body, Source
from deskbell.realtime.wake import wake

LARGEST = 1024 * 1024
DRAINED = 64 * 1024 * 1024
CHUNK = 64 * 1024


class Stream(Protocol):
    """What a request's body is read from."""

    def read(self, size: int, /) -> bytes: ...


@transaction.atomic
def store(source: Source, stream: Stream, *, declared: int = 0) -> Body:
    """Keep what was sent, its first megabyte at most, and wake whoever reads it.

    Raises ConnectionError if fewer than the `declared` bytes came: the sender was cut off.
    """
    content, size = _read(stream)
    if size < min(declared, DRAINED):
        raise ConnectionError(f"only {size} of {declared} bytes came")
    body = Body.objects.create(
        source=source,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        size=size,
    )
    wake("alerts")
    return body


def _read(stream: Stream) -> tuple[bytes, int]:
    """The kept part and the full size. The rest is read as well, so that the sender is not cut off
    in the middle and takes that for a failure."""
    kept, size = bytearray(), 0
    while size < DRAINED and (chunk := stream.read(CHUNK)):
        size += len(chunk)
        kept += chunk[: LARGEST - len(kept)]
    return bytes(kept), size
