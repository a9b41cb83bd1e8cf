"""What web push needs: the subscription that the browser makes. `push.js` fills it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from deskbell.lib.push import subscription
from deskbell.oncall.ways.form import Field, Reached
from deskbell.oncall.ways.push.keys import ensure_keys
from deskbell.people.models import Agent

TITLE = "This browser"
HELP = "A notification of this phone or computer with an Acknowledge button, also while the desk is closed."


def fields() -> list[Field]:
    """Nothing that a person would type."""
    return [
        Field("subscription", "", type="hidden", required=False),
        Field("key", "", type="hidden", value=ensure_keys()[0]),
    ]


def read(sent: Mapping[str, str], agent: Agent) -> Reached:
    """A PushSubscription as JSON. The desk's private key is kept with it: the two belong together."""
    found = subscription.read(sent.get("subscription", ""), ensure_keys()[1])
    return Reached(found.host, asdict(found))
