"""The form of a DNS check."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

import dns.exception
import dns.name

from deskbell.lib.errors import Refused
from deskbell.monitoring.checks import fields

TYPES = ("A", "AAAA", "CNAME", "MX", "NS", "TXT", "SRV", "CAA", "SOA", "PTR")


def read(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    if form.get("type", "A") not in TYPES:
        raise Refused(f"Choose one of the records {', '.join(TYPES)}.")
    expects = [line.strip()[:500] for line in form.get("expects", "").splitlines() if line.strip()]
    return {
        "name": _name(form.get("name_asked", "")),
        "type": form.get("type", "A"),
        "server": _server(form.get("server", "")),
        "port": fields.port(form.get("port", ""), 53),
        "expects": expects[:20],
    }, {}


def shown(asks: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name_asked": asks["name"],
        "type": asks["type"],
        "server": asks["server"],
        "port": str(asks["port"]) if asks["port"] != 53 else "",
        "expects": "\n".join(asks["expects"]),
    }


def target(asks: Mapping[str, Any]) -> str:
    return f"{asks['name']} {asks['type']}" + (f" at {asks['server']}" if asks["server"] else "")


def door(asks: Mapping[str, Any]) -> tuple[str, int] | None:
    return (asks["server"], asks["port"]) if asks["server"] else None


def _name(text: str) -> str:
    text = text.strip()
    try:
        made = dns.name.from_text(text)
    except (dns.exception.DNSException, UnicodeError):
        made = dns.name.root
    if made == dns.name.root:
        raise Refused(f"“{text[:100]}” is no name: write one like portal.example.org.")
    return text


def _server(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    try:
        address = str(ip_address(text))
    except ValueError:
        raise Refused(f"“{text[:100]}” is no address of a name server, like 192.0.2.53.") from None
    fields.refuse_link_local(address)
    return address
