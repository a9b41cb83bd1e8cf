"""The form of an SMTP check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbell.lib.errors import Refused
from deskbell.monitoring.checks import fields

PORTS = {"none": 25, "starttls": 587, "tls": 465}


def read(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    greeting = form.get("greeting", "").strip()
    asks = {**server(form), "greeting": fields.pattern(greeting) if greeting else ""}
    secrets = {name: form.get(name, "").strip() for name in ("user", "password")}
    if secrets["user"] and asks["security"] == "none":
        raise Refused("A password is sent over TLS only: choose STARTTLS or TLS.")
    return asks, secrets


def server(form: Mapping[str, str], mark: str = "") -> dict[str, Any]:
    """A mail server: where it is, how its line is secured. `mark` stands before the fields' names."""
    security = form.get(f"{mark}security", "starttls")
    if security not in PORTS:
        raise Refused("Choose how the line is secured: STARTTLS, TLS, or not at all.")
    return {
        "host": fields.host(form.get(f"{mark}host", "")),
        "port": fields.port(form.get(f"{mark}port", ""), PORTS[security]),
        "security": security,
        "tls_days": fields.count(form.get("tls_days", ""), "days", 365, 14),
        "verify": not fields.said_yes(form, "unverified"),
        "ca": fields.authorities(form.get("ca", "")),
    }


def shown(asks: Mapping[str, Any]) -> dict[str, str]:
    return {
        **{name: str(asks[name]) for name in ("host", "port", "security", "tls_days", "ca")},
        "unverified": "" if asks["verify"] else "yes",
        "greeting": asks["greeting"],
    }


def target(asks: Mapping[str, Any]) -> str:
    return f"{asks['host']}:{asks['port']}"


def door(asks: Mapping[str, Any]) -> tuple[str, int] | None:
    return asks["host"], asks["port"]
