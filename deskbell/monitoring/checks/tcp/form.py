"""The form of a TCP check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbell.monitoring.checks import fields


def read(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    expect = form.get("expect", "").strip()
    return {
        "host": fields.host(form.get("host", "")),
        "port": fields.port(form.get("port", "")),
        "tls": fields.said_yes(form, "tls"),
        "tls_days": fields.count(form.get("tls_days", ""), "days", 365, 14),
        "verify": not fields.said_yes(form, "unverified"),
        "ca": fields.authorities(form.get("ca", "")),
        "send": form.get("send", "").strip()[:500],
        "expect": fields.pattern(expect) if expect else "",
    }, {}


def shown(asks: Mapping[str, Any]) -> dict[str, str]:
    return {
        "host": asks["host"],
        "port": str(asks["port"]),
        "tls": "yes" if asks["tls"] else "",
        "tls_days": str(asks["tls_days"]),
        "unverified": "" if asks["verify"] else "yes",
        "ca": asks["ca"],
        "send": asks["send"],
        "expect": asks["expect"],
    }


def target(asks: Mapping[str, Any]) -> str:
    return f"{asks['host']}:{asks['port']}"


def door(asks: Mapping[str, Any]) -> tuple[str, int] | None:
    return asks["host"], asks["port"]
