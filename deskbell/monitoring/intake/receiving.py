"""Taking a body in: stored durably before anything is answered, whatever it may contain."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction

from deskbell.monitoring.models import Body, Source
from deskbell.realtime.wake import wake

LARGEST = 1024 * 1024
DRAINED = 64 * 1024 * 1024
CHUNK = 64 * 1024
KEPT_HEADERS = ("content-type", "x-amz-sns-message-type", "user-agent")


class Stream(Protocol):
    """What a request's body is read from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Sent:
    """What came: the part that is kept, its size as it was sent, the headers that its kind reads."""

    content: bytes
    size: int
    headers: Mapping[str, str]

    @property
    def is_cut(self) -> bool:
        return self.size > len(self.content)


def receive(stream: Stream, *, declared: int = 0, headers: Mapping[str, str]) -> Sent:
    """Read what is sent. Raises ConnectionError if fewer than the `declared` bytes came: the sender
    was cut off."""
    content, size = _read(stream)
    if size < min(declared, DRAINED):
        raise ConnectionError(f"only {size} of {declared} bytes came")
    kept = {name: headers[name][:1000] for name in KEPT_HEADERS if name in headers}
    return Sent(content, size, kept)


@transaction.atomic
def store(source: Source, sent: Sent, *, is_test: bool = False) -> Body:
    """Keep what was sent, its first megabyte at most, and wake whoever reads it."""
    body = Body.objects.create(
        source=source,
        content=sent.content,
        sha256=hashlib.sha256(sent.content).hexdigest(),
        size=sent.size,
        headers=dict(sent.headers),
        is_test=is_test,
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
