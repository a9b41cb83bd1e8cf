"""Asking a vendor for its feed, unless it is as it was: for 10 s and 2 MB at most, and never inside."""

from __future__ import annotations

from dataclasses import dataclass

from deskbell.lib.errors import Refused
from deskbell.lib.outbound import LARGEST, LONGEST, Request, Unreachable
from deskbell.lib.outbound import fetch as ask

MOST, SECONDS, MOST_REDIRECTS = LARGEST, LONGEST, 3
UNCHANGED, FOUND = 304, 200


@dataclass(frozen=True)
class Answer:
    """What a vendor answered. `why` is a sentence if it failed; `content` is None if nothing is new."""

    content: bytes | None = None
    etag: str = ""
    modified: str = ""
    why: str = ""


def fetch(address: str, *, etag: str = "", modified: str = "") -> Answer:
    """Ask for a feed unless it is as it was. Never raises: that it failed is data."""
    known = {"If-None-Match": etag, "If-Modified-Since": modified}
    headers = {name: value for name, value in known.items() if value}
    try:
        answer = ask(
            Request(address, headers=headers, within=SECONDS, most=MOST, redirects=MOST_REDIRECTS)
        )
    except Refused as error:
        return Answer(why=str(error))
    except Unreachable as error:
        return Answer(why=f"It can't be reached: {error}"[:300])
    if answer.status not in {FOUND, UNCHANGED}:
        return Answer(why=f"It answers {answer.status}.")
    tag = answer.headers.get("etag", "")[:300]
    at = answer.headers.get("last-modified", "")[:100]
    if answer.status == UNCHANGED:
        return Answer(etag=tag or etag, modified=at or modified)
    return Answer(answer.content, tag, at)
