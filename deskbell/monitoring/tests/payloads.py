"""Bodies as Alertmanager sends them, after its own documentation.

The fields follow “Webhook receiver” in prometheus.io/docs/alerting/latest/configuration
(`<webhook_config>`, data version 4) and the Go types in alertmanager's `notify/webhook/webhook.go`
and `template/template.go`; times are written as Go writes them, with nanoseconds.
"""

from __future__ import annotations

import json
from typing import Any

YEAR_ONE = "0001-01-01T00:00:00Z"  # Go's zero time: still firing
STARTED = "2026-11-19T14:00:00.123456789Z"
ENDED = "2026-11-19T14:20:00.5Z"


def alert(fingerprint: str = "a1b2c3d4e5f60718", **changes: Any) -> dict[str, Any]:
    """One entry of `alerts`: firing, unless told otherwise."""
    return {
        "status": "firing",
        "labels": {
            "alertname": "InstanceDown",
            "instance": "stream-3.example:9100",
            "job": "node",
            "severity": "critical",
        },
        "annotations": {
            "summary": "Instance stream-3.example:9100 down",
            "description": "It has not answered for more than 5 minutes.",
        },
        "startsAt": STARTED,
        "endsAt": YEAR_ONE,
        "generatorURL": "http://prometheus.example/graph?g0.expr=up+%3D%3D+0",
        "fingerprint": fingerprint,
        **changes,
    }


def resolved(fingerprint: str = "a1b2c3d4e5f60718", **changes: Any) -> dict[str, Any]:
    return alert(fingerprint, **{"status": "resolved", "endsAt": ENDED, **changes})


def body(*alerts: dict[str, Any], **changes: Any) -> bytes:
    """A whole notification of one group. Its own status is firing if any alert is."""
    firing = any(each.get("status") == "firing" for each in alerts)
    return json.dumps(
        {
            "version": "4",
            "groupKey": "{}:{}",
            "truncatedAlerts": 0,
            "status": "firing" if firing else "resolved",
            "receiver": "deskbell",
            "groupLabels": {},
            "commonLabels": {"alertname": "InstanceDown", "severity": "critical"},
            "commonAnnotations": {},
            "externalURL": "http://alertmanager.example:9093",
            "alerts": list(alerts),
            **changes,
        }
    ).encode()
