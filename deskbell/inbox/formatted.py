"""A mail as its sender has formatted it, made harmless, with the pictures that came along.

A picture from elsewhere is loaded only where a person asks for it: it tells its sender who reads
what, when, and from where.
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
ELSEWHERE = re.compile(r'\sdata-remote-src="([^"]*)"')
PICTURE = re.compile(r"<img\b[^>]*>")


@dataclass(frozen=True)
class Formatted:
    """The markup, how many pictures were left out, and how many of them could be asked for."""

    markup: Markup
    left_out: int
    elsewhere: int


def formatted(message: Message, *, with_pictures_from_elsewhere: bool = False) -> Formatted:
    """The message's HTML with its inline pictures in their places, those from elsewhere if asked for."""
    places = {
        file.content_id.strip("<> "): f"/tickets/{message.ticket_id}/pictures/{file.pk}"
        for file in message.attachments.all()
        if file.picture and file.content_id
    }

    def placed(found: re.Match[str]) -> str:
        place = places.get(unquote(html.unescape(found[1])).strip("<> "))
        return f' src="{place}"' if place else ""

    made = CAME_ALONG.sub(placed, sanitised(message.html))
    elsewhere = len(ELSEWHERE.findall(made))
    made = ELSEWHERE.sub(r' src="\1"' if with_pictures_from_elsewhere else "", made)
    left_out = sum(" src=" not in picture for picture in PICTURE.findall(made))
    return Formatted(Markup(made), left_out, elsewhere if left_out else 0)  # noqa: S704 - sanitised just above
