"""A page by web push (RFC 8030). The worker of the browser shows it: `static/oncall/push-worker.js`."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from deskbell.oncall.models import Method
from deskbell.oncall.ways import asking
from deskbell.oncall.ways.push.encrypting import LARGEST, encrypted
from deskbell.oncall.ways.push.vapid import authorization
from deskbell.oncall.ways.remote import Message

IS_SHARED = False
SECONDS = 3600  # for which the service keeps it while the phone is off; then it is history
LONGEST = 2000  # characters of the text; a notification shows less


def send(message: Message, method: Method) -> str:
    """Hand it to the browser's push service and return the address of the message there. A subscription
    that has ended is answered 404 or 410."""
    kept = method.secrets
    headers = {
        "Authorization": authorization(kept["endpoint"], kept["key"]),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(SECONDS),
        "Urgency": "normal" if message.kind == "over" else "high",  # high wakes a sleeping phone
        "Topic": tag(message),
    }
    content = encrypted(_fitting(message), kept["p256dh"], kept["auth"])
    answer = asking.post(message, kept["endpoint"], content, headers, gone={404, 410})
    return answer.headers.get("location", "")[:100]


def payload(message: Message, text: str) -> dict[str, Any]:
    """What the worker reads."""
    return {
        "kind": message.kind,
        "title": message.title,
        "text": text,
        "link": message.link,
        "ticket": message.ticket,
        "tag": tag(message),
    }


def tag(message: Message) -> str:
    """The same for all of one call: the newer replaces the older, at the service and on the screen. Each
    bundle tells of other pages, so none replaces another."""
    which = message.key + (message.text if message.kind == "bundle" else "")
    return hashlib.sha256(which.encode()).hexdigest()[:32]


def _fitting(message: Message) -> bytes:
    """The message in as many bytes as a service takes, with less text if need be."""
    text = message.text[:LONGEST]
    while True:
        raw = json.dumps(payload(message, text), ensure_ascii=False).encode()
        if len(raw) <= LARGEST or not text:
            return raw
        text = text[: len(text) // 2]
