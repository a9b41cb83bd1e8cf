"""What lets another site's page read an answer; which sites may, the rooms above know."""

from __future__ import annotations


def cross_origin_headers(origin: str, *, allowed: bool) -> dict[str, str]:
    """What lets a page of this origin read the answer, if it may; nothing otherwise.

    No credentials are ever allowed: the bubble has a token of its own, and the desk's cookies stay
    with the desk.
    """
    if not (origin and allowed):
        return {"Vary": "Origin"}
    return {"Vary": "Origin", "Access-Control-Allow-Origin": origin}
