"""The form of a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from deskbell.lib.errors import Refused
from deskbell.monitoring.checks import fields
from deskbell.monitoring.checks.http import form as http
from deskbell.monitoring.checks.steps import script

LONGEST = 20_000  # characters


def read(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    text = form.get("script", "").strip()[:LONGEST]
    secrets = _secrets(form.get("secret_values", ""))
    kept = frozenset(form.get("kept_names", "").split())  # secrets that were saved before
    try:
        steps = script.read(text, frozenset(secrets) | kept)
    except script.Unclear as error:
        raise Refused(str(error)) from None
    for step in steps:
        http.statuses(step.told.statuses)
        if "{{" not in step.url:
            fields.web_address(step.url)
        for path in [
            *step.told.json,
            *(take.what for take in step.told.takes if take.how == "json"),
        ]:
            http.json_path(path)
        for take in step.told.takes:
            if take.how == "pattern":
                fields.pattern(take.what)
    return {
        "script": text,
        "tls_days": fields.count(form.get("tls_days", ""), "days", 365, 14),
        "verify": not fields.said_yes(form, "unverified"),
        "ca": fields.authorities(form.get("ca", "")),
    }, secrets


def shown(asks: Mapping[str, Any]) -> dict[str, str]:
    return {
        "script": asks["script"],
        "tls_days": str(asks["tls_days"]),
        "unverified": "" if asks["verify"] else "yes",
        "ca": asks["ca"],
    }


def target(asks: Mapping[str, Any]) -> str:
    first = asks["script"].split("\n", 1)[0]
    return f"{first}, and {asks['script'].count(chr(10) + '---')} more steps"


def door(asks: Mapping[str, Any]) -> tuple[str, int] | None:
    """Of the first step. None if it is not known before a step is taken."""
    url = asks["script"].split("\n", 1)[0].partition(" ")[2].strip()
    parts = urlsplit(url)
    if "{" in (parts.netloc or "{") or not parts.hostname:
        return None
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _secrets(text: str) -> dict[str, str]:
    """Lines like `password = hunter2`."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, there, value = (part.strip() for part in line.partition("="))
        if not there or not script.NAME.fullmatch(name):
            raise Refused(f"“{name[:40]}” is no secret: write one a line, like password = …")
        found[name] = value
    return found
