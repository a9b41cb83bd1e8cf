"""A mail as its sender has formatted it, made harmless: pictures that came along, and none from elsewhere.

A picture from elsewhere is never loaded, not even on request: it would tell its sender who of the team
reads what, when, and from where. Whoever must show one can attach it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import unquote

from markupsafe import Markup

from deskbell.lib.html import sanitised
from deskbell.tickets.models import Message

CAME_ALONG = re.compile(r'\ssrc="cid:([^"]*)"')
PICTURE = re.compile(r"<img\b[^>]*>")


@dataclass(frozen=True)
class Formatted:
    """The markup, and how many pictures from elsewhere were left out."""

    markup: Markup
    left_out: int


def formatted(message: Message) -> Formatted:
    """The message's HTML with its inline pictures in their places."""
    places = {
        file.content_id.strip("<> "): f"/tickets/{message.ticket_id}/pictures/{file.pk}"
        for file in message.attachments.all()
        if file.picture and file.content_id
    }

    def placed(found: re.Match[str]) -> str:
        place = places.get(unquote(html.unescape(found[1])).strip("<> "))
        return f' src="{place}"' if place else ""

    made = CAME_ALONG.sub(placed, sanitised(message.html))
    left_out = sum("src=" not in picture for picture in PICTURE.findall(made))
    return Formatted(Markup(made), left_out)  # noqa: S704 - sanitised just above
