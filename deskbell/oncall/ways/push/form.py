"""What web push needs: the subscription that the browser makes. `push.js` fills it in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from deskbell.lib.errors import Refused
from deskbell.oncall.ways.form import Field, Reached, address
from deskbell.oncall.ways.push.encrypting import public_key, unpadded
from deskbell.oncall.ways.push.vapid import ensure_keys
from deskbell.people.models import Agent

TITLE = "This browser"
HELP = "A notification of this phone or computer with an Acknowledge button, also while the desk is closed."
NOT_ONE = "The browser gave no subscription: allow notifications for the desk, and try again."


def fields() -> list[Field]:
    """Nothing that a person would type."""
    return [
        Field("subscription", "", type="hidden", required=False),
        Field("key", "", type="hidden", value=ensure_keys()[0]),
    ]


def read(sent: Mapping[str, str], agent: Agent) -> Reached:
    """A PushSubscription as JSON. The desk's private key is kept with it: the two belong together."""
    try:
        given: Any = json.loads(sent.get("subscription", "")[:5000])
        endpoint, keys = given["endpoint"], given["keys"]
        p256dh, auth = str(keys["p256dh"]), str(keys["auth"])
        public_key(p256dh)
        if not isinstance(endpoint, str) or len(unpadded(auth)) != 16:
            raise Refused(NOT_ONE)
    except (ValueError, KeyError, TypeError):
        raise Refused(NOT_ONE) from None
    kept = {
        "endpoint": address(endpoint),
        "p256dh": p256dh,
        "auth": auth,
        "key": ensure_keys()[1],
    }
    return Reached(endpoint.partition("://")[2].partition("/")[0][:200], kept)
