"""What a webhook needs: its address, and a secret with which each message is signed."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping

from deskbell.lib.errors import Refused
from deskbell.oncall.ways.form import Field, Reached, address, shown
from deskbell.people.models import Agent

TITLE = "Webhook"
HELP = "Each page is posted as JSON to an address of yours, signed by the Standard Webhooks rules."
PREFIX = "whsec_"
FEWEST, MOST = 24, 64  # bytes of a secret, as Standard Webhooks has it


def fields() -> list[Field]:
    """The desk makes a secret unless the receiver has one already."""
    return [
        Field("url", "Address", type="url"),
        Field(
            "secret",
            "Signing secret",
            "It begins with whsec_. Empty: the desk makes one and shows it.",
            required=False,
        ),
    ]


def read(sent: Mapping[str, str], agent: Agent) -> Reached:
    """The address and the secret, a new one if none was entered."""
    url = address(sent.get("url", ""))
    secret = sent.get("secret", "").strip() or new_secret()
    key_of(secret)
    return Reached(shown(url), {"url": url, "secret": secret})


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
