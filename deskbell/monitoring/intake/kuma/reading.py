"""Reads Uptime Kuma's webhook: JSON, or a form with the same JSON in its field `data`.

Follows Uptime Kuma's `server/notification-providers/webhook.js`, `server/model/heartbeat.js` and
`monitor.js`. The whole monitor comes along with its passwords, so only named fields of it are read.
"""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs

from deskbell.monitoring.intake.common import Arrived, instant, json_object, text
from deskbell.monitoring.intake.normal import INFO, UNKNOWN, Reading, Reported, Unreadable

DOWN, UP, PENDING, MAINTENANCE = range(4)
SHOWN_OF_MONITOR = ("name", "type", "url", "hostname", "port", "description")


def read(arrived: Arrived) -> Reading:
    """The one alert of a body; a certificate notice has only words, and is for information."""
    document = json_object(_data(arrived))
    heartbeat, monitor = document.get("heartbeat"), document.get("monitor")
    said = text(document.get("msg"))
    if heartbeat is None and monitor is None:
        if not said:
            raise Unreadable("It has neither a heartbeat nor a message.")
        return Reading((_notice(said, arrived),))
    if not isinstance(heartbeat, dict) or not isinstance(monitor, dict):
        raise Unreadable("Its heartbeat or its monitor is missing.")
    return Reading((_reported(heartbeat, monitor, said, arrived),))


def _reported(
    heartbeat: dict[str, Any], monitor: dict[str, Any], said: str, arrived: Arrived
) -> Reported:
    status, number = heartbeat.get("status"), text(monitor.get("id") or heartbeat.get("monitorID"))
    if status not in (DOWN, UP, PENDING, MAINTENANCE):
        raise Unreadable(f"its status is {str(status)[:40]!r}, none of 0 to 3.")
    if not number:
        raise Unreadable("it does not say which monitor it is of.")
    at = instant(heartbeat.get("time"), "time") or arrived.at
    name = text(monitor.get("name"), 300) or f"Monitor {number}"
    why = text(heartbeat.get("msg"))
    shown = {key: text(monitor.get(key), 500) for key in SHOWN_OF_MONITOR}
    table = "\n".join(f"{key} = {value}" for key, value in shown.items() if value)
    return Reported(
        key=f"monitor {number}",
        title=f"{name} is {'up' if status == UP else 'down'}" + (f": {why}" if why else ""),
        text="\n\n".join(part for part in (said, table) if part),
        severity="",
        labels={"monitor": name},
        started=at,
        ended=at if status == UP else None,
        address=shown["url"] if shown["url"].startswith(("http://", "https://")) else "",
        knows_start=False,
        state={PENDING: UNKNOWN, MAINTENANCE: INFO}.get(status, "open"),
    )


def _notice(said: str, arrived: Arrived) -> Reported:
    return Reported(
        key=f"notice {said}",
        title=said[:500],
        text=said,
        severity="",
        labels={},
        started=arrived.at,
        ended=None,
        state=INFO,
    )


def _data(arrived: Arrived) -> bytes:
    """The JSON, out of whatever form it came in."""
    kind = arrived.headers.get("content-type", "")
    if kind.lower().startswith("multipart/"):
        head = f"Content-Type: {kind}\r\n\r\n".encode("utf-8", "replace")
        message = BytesParser(policy=HTTP).parsebytes(head + arrived.content)
        for part in message.iter_parts() if message.is_multipart() else ():
            if part.get_param("name", header="content-disposition") == "data":
                return bytes(part.get_payload(decode=True) or b"")
        raise Unreadable("It is a form without a field named “data”.")
    if kind.lower().startswith("application/x-www-form-urlencoded"):
        fields = parse_qs(arrived.content.decode("utf-8", "replace"), max_num_fields=50)
        return fields.get("data", [""])[0].encode()
    return arrived.content
