"""Who may listen: a list of topics, signed by the view that checked the right, valid for minutes.

The stream checks signature and expiry and asks nobody else. The token also says since when the page
knows everything, so nothing is lost between drawing the page and opening the stream.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

VALID_SECONDS = 600


@dataclass(frozen=True)
class Pass:
    """What a token says: the topics, the cursor from which its page needs to hear them, and the origin of
    that page if it is another site's."""

    topics: frozenset[str]
    since: str
    origin: str = ""


class Invalid(Exception):
    """The token was not signed by this desk, or has expired."""


def sign(topics: Iterable[str], *, origin: str = "") -> str:
    """A token for `/live?topics=`, valid for ten minutes; with an `origin`, on that site's pages alone.

    Call it before reading what the page shows: the stream begins at this moment, so what changes
    while the page is being drawn is told after it was drawn.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text,"
            " extract(epoch FROM clock_timestamp())::bigint"
        )
        horizon, at = cursor.fetchone()
    claims = {
        "topics": sorted(set(topics)),
        "since": f"{horizon}.{at}.0",
        "until": int(time.time()) + VALID_SECONDS,
        **({"origin": origin} if origin else {}),
    }
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{body}.{_signature(body)}"


def read(token: str) -> Pass:
    """The pass in a token. Raises Invalid."""
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body).encode()):
        raise Invalid("This list of topics was not signed by this desk.")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if claims["until"] < time.time():
        raise Invalid("This list of topics has expired; ask the page for a new one.")
    return Pass(frozenset(claims["topics"]), claims["since"], claims.get("origin", ""))


def _signature(body: str) -> str:
    key = hashlib.sha256(b"deskbell.realtime.topics" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
