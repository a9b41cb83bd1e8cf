"""What a browser gives when it wants messages: where its push service takes them, and its keys."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from deskbell.lib.errors import Refused
from deskbell.lib.outbound import checked_url
from deskbell.lib.push.encrypting import public_key, unpadded

LONGEST = 1000  # characters of an endpoint
NOT_ONE = "The browser gave no subscription: allow notifications for the desk, and try again."


@dataclass(frozen=True)
class Subscription:
    """One browser's. `key` is the desk's private key with which it was made: the two belong together."""

    endpoint: str
    p256dh: str
    auth: str
    key: str

    @property
    def host(self) -> str:
        """The one part of its address that may be shown."""
        return urlsplit(self.endpoint).netloc[:200]


def read(text: str, key: str) -> Subscription:
    """A PushSubscription as JSON. Raises Refused, also for a service that the desk may not ask."""
    try:
        given: Any = json.loads(text[:5000])
        endpoint, keys = given["endpoint"], given["keys"]
        p256dh, auth = str(keys["p256dh"]), str(keys["auth"])
        public_key(p256dh)
        is_one = isinstance(endpoint, str) and len(unpadded(auth)) == 16
    except (ValueError, KeyError, TypeError):
        raise Refused(NOT_ONE) from None
    if not is_one or len(endpoint) > LONGEST or not endpoint.isprintable() or " " in endpoint:
        raise Refused(NOT_ONE)
    return Subscription(checked_url(endpoint), p256dh, auth, key)
