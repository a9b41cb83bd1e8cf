"""Sends a test to a source's own public door, as its sender would, and marks it as a test."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, timedelta
from typing import Any

import aiohttp
from django.conf import settings

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.outside import asking_outside
from deskbell.monitoring.intake import receiving
from deskbell.monitoring.models import Source
from deskbell.monitoring.sources import address

WITHIN = 10  # seconds
TITLE = "Test from Deskbell: nothing is wrong"


def send(source: Source) -> str:
    """Knock at the door by HTTP, and tell what it answered; a mail's test is stored straight away.

    It says at once that it is over, so nobody is paged: what is tried is the address, the storing and
    the reading. Raises Refused if the door can't be reached from here.
    """
    body = sample(source)
    if source.kind == Source.Kind.MAIL:
        content = json.dumps(body).encode()
        receiving.store(source, receiving.Sent(content, len(content), {}), is_test=True)
        return "The test is stored. Real ones come by mail to the address above."
    try:
        with asking_outside():
            status = asyncio.run(_post(address(source), body))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Refused(
            f"The desk could not reach its own address {settings.DESK_URL}: {error}. Is DESKBELL_URL right?"
        ) from None
    return f"The door answered {status}. Below stands what became of it."


async def _post(url: str, body: Any) -> int:
    """To the desk itself, so this may reach inside."""
    timeout = aiohttp.ClientTimeout(total=WITHIN)
    async with (
        aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
        session.post(url, json=body, headers={"X-Deskbell-Test": "1"}) as answer,
    ):
        return answer.status


def sample(source: Source) -> dict[str, Any]:
    """A body in the source's own form that tells of something that is over already."""
    now = clock.now().astimezone(UTC)
    ended, started = now.isoformat(), (now - timedelta(minutes=1)).isoformat()
    match source.kind:
        case Source.Kind.KUMA:
            return {
                "heartbeat": {"monitorID": 0, "status": 1, "time": ended, "msg": "Test"},
                "monitor": {"id": "test", "name": TITLE},
                "msg": TITLE,
            }
        case Source.Kind.PAGERDUTY:
            return {
                "routing_key": source.token,
                "event_action": "resolve",
                "dedup_key": f"test {now:%H%M%S}",
                "payload": {"summary": TITLE, "source": "deskbell", "severity": "info"},
            }
        case Source.Kind.JSON:
            return json.loads(source.settings.get("sample") or "{}") or {"test": TITLE}
        case Source.Kind.MAIL:
            return {"subject": f"RESOLVED: {TITLE}", "text": TITLE, "from": "test@localhost"}
        case Source.Kind.SNS:
            return {"Type": "Notification", "TopicArn": "test", "Message": TITLE}
    alert = {
        "status": "resolved",
        "labels": {"alertname": "DeskbellTest"},
        "annotations": {"summary": TITLE},
        "startsAt": started,
        "endsAt": ended,
        "fingerprint": f"test{now:%H%M%S}",
    }
    return {"version": "4", "groupKey": "", "groupLabels": {}, "alerts": [alert]}
