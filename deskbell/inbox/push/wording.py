"""What a device shows: what kind of thing has happened, and its words where the owner wants them there.

A lock screen is read by whoever passes, so nothing of a customer stands on it unless the device's owner has
chosen so, and of a confidential thread nothing at all.
"""

from __future__ import annotations

from typing import Any

from deskbell.inbox.models import Push, Topic
from deskbell.inbox.push.queueing import TEST
from deskbell.lib.push.handing import tag_of

TITLES = {
    Topic.ASSIGNED: "A ticket is yours now",
    Topic.REPLY: "A customer has written",
    Topic.MENTION: "A colleague names you",
    Topic.DUE: "A promise needs you",
    Topic.CHAT: "A chat waits",
    Topic.TEAM: "A new ticket for your team",
    TEST: "It works",
}
LIST = "/notices"


def of(push: Push) -> dict[str, Any]:
    """One notice, as the browser's worker reads it."""
    return _payload(TITLES[push.topic], _text(push), push.path, push.tag)


def of_many(pushes: int) -> dict[str, Any]:
    """One for so many different ones, which all stand in the desk."""
    return _payload(
        f"{pushes} things have happened", "Open the desk to see them.", LIST, tag_of(LIST)
    )


def _text(push: Push) -> str:
    is_confidential = push.ticket is not None and push.ticket.confidential
    assert push.device
    if push.topic == TEST or (push.device.shows_words and not is_confidential):
        return push.text
    return f"Ticket #{push.ticket_id}" if push.ticket_id else "Open the desk to see it."


def _payload(title: str, text: str, path: str, tag: str) -> dict[str, Any]:
    return {"kind": "notice", "title": title, "text": text, "link": "", "ticket": path, "tag": tag}
