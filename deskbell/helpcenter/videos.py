"""Videos in articles: a link that stands alone. Pressed, it plays on the page; before, nothing is loaded."""

from __future__ import annotations

import re

HOSTS = {  # what people copy from the address line, and where it plays without following them
    "https://www.youtube-nocookie.com/embed/": re.compile(
        r"https://(?:(?:www\.)?youtube\.com/watch\?v=|youtu\.be/)(?P<key>[\w-]{6,20})(?:[?&#].*)?"
    ),
    "https://player.vimeo.com/video/": re.compile(
        r"https://vimeo\.com/(?P<key>\d{4,15})(?:[?#].*)?"
    ),
}
PLAYERS = re.compile(
    r"https://(?:www\.youtube-nocookie\.com/embed/[\w-]{6,20}|player\.vimeo\.com/video/\d{4,15})"
)
MARK = 'data-plays="'
FRAMES = "frame-src https://www.youtube-nocookie.com https://player.vimeo.com"


def player_of(address: str) -> str:
    """Where the video at this address plays; "" if it is none that a page may show."""
    for player, known in HOSTS.items():
        if found := known.fullmatch(address):
            return player + found["key"]
    return ""


def has_one(html: str) -> bool:
    """Does this article show a video?"""
    return MARK in html
