"""Handing a message to a browser's push service (RFC 8030), which shows it at its next chance."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from deskbell.lib import posting
from deskbell.lib.push.encrypting import LARGEST, encrypted
from deskbell.lib.push.subscription import Subscription
from deskbell.lib.push.vapid import authorization

LONGEST = 2000  # characters of the text; a notification shows less


def hand_over(
    to: Subscription,
    payload: Mapping[str, Any],
    *,
    seconds: int,
    urgency: Literal["normal", "high"],
    within: float = posting.WITHIN,
) -> str:
    """Hand it over and return the address of the message there. `payload` is what the browser's worker
    (`oncall/static/oncall/push-worker.js`) reads: its `text` is cut if need be, and a newer one of the same
    `tag` replaces it, at the service too. The service keeps it for so many seconds; high urgency wakes a
    phone that sleeps. Raises as `posting.post`; Gone where the subscription has ended."""
    headers = {
        "Authorization": authorization(to.endpoint, to.key),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(seconds),
        "Urgency": urgency,
        "Topic": payload["tag"],
    }
    content = encrypted(_fitting(payload), to.p256dh, to.auth)
    answer = posting.post(to.endpoint, content, headers, within=within, gone={404, 410})
    return answer.headers.get("location", "")[:100]


def tag_of(what: str) -> str:
    """A tag for all messages about the same thing, as a service takes it: 32 characters that name nothing."""
    return hashlib.sha256(what.encode()).hexdigest()[:32]


def _fitting(payload: Mapping[str, Any]) -> bytes:
    """The message in as many bytes as a service takes, with less text if need be."""
    text = str(payload["text"])[:LONGEST]
    while True:
        raw = json.dumps({**payload, "text": text}, ensure_ascii=False).encode()
        if len(raw) <= LARGEST or not text:
            return raw
        text = text[: len(text) // 2]
