"""A page as a webhook, signed as Standard Webhooks says: id, timestamp and body under a shared secret."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from deskbell.lib import clock
from deskbell.lib.signing import signed
from deskbell.oncall.models import Method
from deskbell.oncall.ways import asking
from deskbell.oncall.ways.remote import Message

IS_SHARED = False
TYPES = {
    "page": "oncall.page",
    "bundle": "oncall.bundle",
    "over": "oncall.over",
    "test": "oncall.test",
}


def send(message: Message, method: Method) -> str:
    """Post it and return the id under which it went. 410 is the receiver's wish to hear no more."""
    kept = method.secrets
    name = identity(message)
    content = json.dumps(payload(message), ensure_ascii=False).encode()
    headers = signed(kept["secret"], name, content)
    asking.post(message, kept["url"], content, headers, gone={410})
    return name


def payload(message: Message) -> dict[str, Any]:
    """`type`, `timestamp` and `data`, as Standard Webhooks recommends."""
    return {
        "type": TYPES[message.kind],
        "timestamp": clock.now().isoformat(),
        "data": {
            "title": message.title,
            "text": message.text,
            "impact": message.impact,
            "acknowledge": message.link or None,
            "ticket": message.ticket,
            "call": message.key,
            "code": message.code or None,
        },
    }


def identity(message: Message) -> str:
    """The same for the same page, so that a receiver can tell that it came twice (E3). What has no link
    of its own may be said twice in the same words, and a receiver must not take the second for the first.
    """
    which = message.link or clock.now().isoformat()
    said = "\n".join([message.key, message.kind, which, message.text, message.code])
    return "msg_" + hashlib.sha256(said.encode()).hexdigest()[:32]
