"""What a client of PagerDuty's is told, in the words of the version of the Events API that it speaks.

Follows PagerDuty's documentation, “Events API v2” and “Events API v1”.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from deskbell.monitoring.intake.common import storable

KEYS = ("routing_key", "service_key")  # of version 2, and of version 1
_KEY = re.compile(rb'"(?:routing_key|service_key)"\s*:\s*"([0-9A-Za-z_-]{1,64})"')


@dataclass(frozen=True)
class Opened:
    """What the door itself needs of an event: the secret, and by which key its alert is known again."""

    key: str
    dedup_key: str


@dataclass(frozen=True)
class Version:
    """Which status a taken event gets, and what stands in the answers."""

    taken: int
    name_of_secret: str
    name_of_key: str

    def refused(self) -> dict[str, Any]:
        return {
            "status": "invalid event",
            "message": f"No source has this {self.name_of_secret}.",
            "errors": [self.name_of_secret],
        }

    def thanked(self, opened: Opened) -> dict[str, Any]:
        return {
            "status": "success",
            "message": "Event processed",
            self.name_of_key: opened.dedup_key,
        }


V2 = Version(202, "routing_key", "dedup_key")
V1 = Version(200, "service_key", "incident_key")
PATHS = {"/v2/enqueue": V2, "/generic/2010-04-15/create_event.json": V1}


def without_key(content: bytes) -> bytes:
    """For people to read: whoever has the key can raise alerts."""
    return _KEY.sub(lambda found: found[0].replace(found[1], "…".encode()), content)


def key_in(content: bytes) -> str:
    """The secret as it stands in the bytes: strangers' events are not read for it."""
    written = _KEY.search(content)
    return written[1].decode("ascii") if written else opened(content).key


def opened(content: bytes) -> Opened:
    """Also of an event that is cut off or broken: it must be kept, and page."""
    try:
        found = json.loads(content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        written = _KEY.search(content)
        return Opened(written[1].decode("ascii") if written else "", dedup_key({}))
    if not isinstance(found, dict):
        return Opened("", dedup_key({}))
    secret = next((found[name] for name in KEYS if found.get(name)), "")
    return Opened(str(secret), dedup_key(found))


def dedup_key(document: dict[str, Any]) -> str:
    """The sender's key; one is made of the body where it sends none, the same for the same bytes."""
    given = document.get("dedup_key") or document.get("incident_key")
    if isinstance(given, str) and given:
        return storable(given)
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:32]
