"""A page by web push. The worker of the browser shows it: `static/oncall/push-worker.js`."""

from __future__ import annotations

from typing import Any

from deskbell.lib.push.handing import hand_over, tag_of
from deskbell.lib.push.subscription import Subscription
from deskbell.oncall.models import Method
from deskbell.oncall.ways.asking import patience_with
from deskbell.oncall.ways.remote import Message

IS_SHARED = False
SECONDS = 3600  # for which the service keeps it while the phone is off; then it is history


def send(message: Message, method: Method) -> str:
    """Hand it to the browser's push service and return the address of the message there. A subscription
    that has ended is answered 404 or 410."""
    return hand_over(
        Subscription(**method.secrets),
        payload(message),
        seconds=SECONDS,
        urgency="normal" if message.kind == "over" else "high",
        within=patience_with(message),
    )


def payload(message: Message) -> dict[str, Any]:
    """What the worker reads."""
    return {
        "kind": message.kind,
        "title": message.title,
        "text": message.text,
        "link": message.link,
        "ticket": message.ticket,
        "tag": tag(message),
    }


def tag(message: Message) -> str:
    """The same for all of one call: the newer replaces the older, at the service and on the screen. Each
    bundle tells of other pages, so none replaces another."""
    return tag_of(message.key + (message.text if message.kind == "bundle" else ""))
