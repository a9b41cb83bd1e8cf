"""The relay for outgoing mail, as `EMAIL_URL` names it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import dj_email_url  # type: ignore[import-untyped]

from deskbell.lib.errors import Refused

# How people write it, and what it means: with encryption from the first byte, or after STARTTLS.
SCHEMES = {
    "smtp": "smtp",
    "smtp+tls": "submission",
    "submission": "submission",
    "submit": "submission",
    "smtp+ssl": "smtp",
    "smtps": "smtp",
}
EXAMPLE = "Write it like smtp+tls://user:password@mail.example.org:587."


def relay(url: str) -> dict[str, Any] | None:
    """`host`, `port`, `user`, `password`, `tls` (STARTTLS), `ssl`, `timeout` (seconds or None); None
    for an empty URL. Refused for one that can't be understood; the sentence keeps the password."""
    if not url.strip():
        return None
    scheme, _, rest = url.strip().partition("://")
    if scheme.lower() not in SCHEMES or not rest:
        raise Refused(f"EMAIL_URL begins with no kind of mail relay. {EXAMPLE}")
    try:
        read = dj_email_url.parse(f"{SCHEMES[scheme.lower()]}://{rest}")
        stated = urlsplit(url.strip()).port
    except ValueError:
        raise Refused(f"EMAIL_URL has a port or a timeout that is no number. {EXAMPLE}") from None
    if not urlsplit(url.strip()).hostname:
        raise Refused(f"EMAIL_URL names no host. {EXAMPLE}")
    encrypted_at_once = scheme.lower() in {"smtps", "smtp+ssl"} or read["EMAIL_USE_SSL"]
    return {
        "host": read["EMAIL_HOST"],
        "port": stated or (465 if encrypted_at_once else read["EMAIL_PORT"]),
        "user": read["EMAIL_HOST_USER"] or "",
        "password": read["EMAIL_HOST_PASSWORD"] or "",
        "tls": read["EMAIL_USE_TLS"] and not encrypted_at_once,
        "ssl": encrypted_at_once,
        "timeout": read["EMAIL_TIMEOUT"],
    }
