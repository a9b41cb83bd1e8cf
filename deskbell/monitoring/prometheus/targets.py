"""Components as targets of the blackbox exporter, in Prometheus' format of HTTP service discovery.

Follows “Writing HTTP service discovery” and `http_sd_config` of Prometheus' documentation, and the module
names of the blackbox exporter's example configuration. Kinds that its modules don't ask are left out.
"""

from __future__ import annotations

from typing import Any

from deskbell.monitoring.heartbeats.due import NOT_DUE
from deskbell.monitoring.models import Check

MODULES = {
    Check.Kind.HTTP: "http_2xx",
    Check.Kind.TCP: "tcp_connect",
    Check.Kind.ICMP: "icmp",
}


def groups() -> list[dict[str, Any]]:
    """One group for each check of a component that is watched: `{targets: [address], labels: {...}}`."""
    checks = (
        Check.objects.filter(kind__in=MODULES, component__retired_at=None)
        .exclude(state=Check.State.PAUSED)
        .exclude(next_at=NOT_DUE)  # make-believe
        .select_related("component__service")
        .order_by("component__key", "name")
    )
    return [
        {
            "targets": [_address(check)],
            "labels": {
                "component": check.component.key,
                "component_name": check.component.name,
                "service": check.component.service.name,
                "impact": check.component.impact,
                "check": check.name,
                "__param_module": MODULES[Check.Kind(check.kind)],
            },
        }
        for check in checks
    ]


def _address(check: Check) -> str:
    asks = check.asks
    if check.kind == Check.Kind.HTTP:
        return str(asks["url"])
    if check.kind == Check.Kind.ICMP:
        return str(asks["host"])
    host = f"[{asks['host']}]" if ":" in asks["host"] else asks["host"]
    return f"{host}:{asks['port']}"
