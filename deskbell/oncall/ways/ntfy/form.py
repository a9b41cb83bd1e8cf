"""What ntfy needs: the address of a topic, and a token where the topic is protected."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from deskbell.lib.errors import Refused
from deskbell.oncall.ways.form import Field, Reached, address
from deskbell.people.models import Agent

TITLE = "ntfy"
HELP = (
    "A free app for phones. Follow the topic in it, and allow it to break through “Do not disturb”."
)
TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")  # as ntfy's server reads it
TOKEN = re.compile(r"[!-~]{1,200}")


def fields() -> list[Field]:
    """The topic is a secret of sorts, so one that nobody guesses is proposed."""
    return [
        Field(
            "topic",
            "Address of the topic",
            "Whoever knows a topic can read it. Keep this one, or write one of your own server.",
            type="url",
            value=f"https://ntfy.sh/desk-{secrets.token_hex(8)}",
        ),
        Field("token", "Access token", "Only if the topic is protected.", required=False),
    ]


def read(sent: Mapping[str, str], agent: Agent) -> Reached:
    """The server and the topic, apart."""
    parts = urlsplit(address(sent.get("topic", "")))
    folder, _, topic = parts.path.rstrip("/").rpartition("/")
    if not TOPIC.fullmatch(topic):
        raise Refused(
            "The address must end with the topic's name, of up to 64 letters, digits, - and _."
        )
    token = sent.get("token", "").strip()
    if token and not TOKEN.fullmatch(token):
        raise Refused("An access token has no spaces: copy it again from ntfy.")
    server = urlunsplit((parts.scheme, parts.netloc, folder, "", ""))
    where = f"{parts.netloc}{folder}/{topic[:3]}…"
    return Reached(where[:200], {"server": server, "topic": topic, "token": token})
