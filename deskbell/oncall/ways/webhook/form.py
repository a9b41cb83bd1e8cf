"""What a webhook needs: its address, and a secret with which each message is signed."""

from __future__ import annotations

from collections.abc import Mapping

from deskbell.lib.signing import key_of, new_secret
from deskbell.oncall.ways.form import Field, Reached, address, shown
from deskbell.people.models import Agent

TITLE = "Webhook"
HELP = "Each page is posted as JSON to an address of yours, signed by the Standard Webhooks rules."


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
