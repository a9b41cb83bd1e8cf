"""The form of a mail's round trip."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from deskbell.lib.errors import Refused
from deskbell.monitoring.checks.smtp import form as smtp

IMAP_PORTS = {"none": "143", "starttls": "143", "tls": "993"}


def read(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    security = form.get("imap_security", "tls")
    usual = {"imap_port": form.get("imap_port", "").strip() or IMAP_PORTS.get(security, "")}
    asks = {
        "smtp": smtp.server(form, "smtp_"),
        "imap": smtp.server({**form, "imap_security": security, **usual}, "imap_"),
        "sender": _address(form.get("sender", "")),
        "recipient": _address(form.get("recipient", "")),
        "folder": form.get("folder", "").strip()[:200] or "INBOX",
    }
    names = ("smtp_user", "smtp_password", "user", "password")
    secrets = {name: form.get(name, "").strip() for name in names}
    return asks, secrets


def shown(asks: Mapping[str, Any]) -> dict[str, str]:
    return {
        **{f"smtp_{name}": str(asks["smtp"][name]) for name in ("host", "port", "security")},
        **{f"imap_{name}": str(asks["imap"][name]) for name in ("host", "port", "security")},
        **{name: asks[name] for name in ("sender", "recipient", "folder")},
        "tls_days": str(asks["imap"]["tls_days"]),
        "unverified": "" if asks["imap"]["verify"] else "yes",
        "ca": asks["imap"]["ca"],
    }


def target(asks: Mapping[str, Any]) -> str:
    return f"{asks['recipient']} by {asks['smtp']['host']}, in {asks['imap']['host']}"


def door(asks: Mapping[str, Any]) -> tuple[str, int] | None:
    return asks["imap"]["host"], asks["imap"]["port"]


def _address(text: str) -> str:
    found = parseaddr(text.strip())[1]
    if not found or "@" not in found or " " in found or not found.isprintable():
        raise Refused(f"“{text[:100]}” is no mail address.")
    return found
