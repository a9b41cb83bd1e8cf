"""Signing what is posted, as Standard Webhooks says: id, timestamp and body under a shared secret."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

from deskbell.lib import clock
from deskbell.lib.errors import Refused

PREFIX = "whsec_"
FEWEST, MOST = 24, 64  # bytes of a secret, as Standard Webhooks has it


def signed(secret: str, name: str, content: bytes) -> dict[str, str]:
    """The headers of a JSON body that goes under the id `name`, the same each time it is sent again."""
    now = str(int(clock.now().timestamp()))
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": now,
        "webhook-signature": signature(secret, name, now, content),
    }


def signature(secret: str, name: str, timestamp: str, content: bytes) -> str:
    """The `webhook-signature` of version 1: HMAC-SHA256 over “id.timestamp.body”."""
    signed = f"{name}.{timestamp}.".encode() + content
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode()


def new_secret() -> str:
    """A secret of 32 bytes, as receivers' libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that sign. Raises Refused."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not FEWEST <= len(key) <= MOST:
        raise Refused(
            f"A signing secret is {PREFIX} and {FEWEST} to {MOST} bytes in base64: copy it again."
        )
    return key
