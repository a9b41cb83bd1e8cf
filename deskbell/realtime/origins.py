"""Which other sites may use what the bubble needs: those that the operator named, and no others."""

from __future__ import annotations

from django.conf import settings


def cross_origin_headers(origin: str) -> dict[str, str]:
    """What lets a page of this origin read the answer; nothing for an origin that was not named.

    No credentials are ever allowed: the bubble has a token of its own, and the desk's cookies stay
    with the desk.
    """
    if origin.lower() not in settings.BUBBLE_ORIGINS:
        return {"Vary": "Origin"}
    return {"Vary": "Origin", "Access-Control-Allow-Origin": origin}
