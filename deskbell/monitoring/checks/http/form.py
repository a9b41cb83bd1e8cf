"""The form of an HTTP check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import jsonpath
from jsonpath import JSONPathError

from deskbell.lib.errors import Refused
from deskbell.monitoring.checks import fields

METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS")
_STATUSES = re.compile(r"\s*[1-5]\d\d(\s*-\s*[1-5]\d\d)?\s*(,\s*[1-5]\d\d(\s*-\s*[1-5]\d\d)?\s*)*")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")


def read(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    method = form.get("method", "GET")
    if method not in METHODS:
        raise Refused(f"Choose one of the methods {', '.join(METHODS)}.")
    pattern = form.get("pattern", "").strip()
    ends_at = form.get("ends_at", "").strip()
    asks = {
        "url": fields.web_address(form.get("url", "")),
        "method": method,
        "headers": pairs(form.get("headers", ""), ":", "header"),
        "body": form.get("body", "")[:10_000],
        "follow": not fields.said_yes(form, "unfollowed"),
        "ends_at": fields.web_address(ends_at) if ends_at else "",
        "statuses": statuses(form.get("statuses", "")),
        "contains": form.get("contains", "").strip()[:1000],
        "lacks": form.get("lacks", "").strip()[:1000],
        "pattern": fields.pattern(pattern) if pattern else "",
        "json": paths(form.get("json", "")),
        "expects": pairs(form.get("expects", ""), ":", "header"),
        "tls_days": fields.count(form.get("tls_days", ""), "days", 365, 14),
        "verify": not fields.said_yes(form, "unverified"),
        "ca": fields.authorities(form.get("ca", "")),
    }
    secrets = {name: form.get(name, "").strip() for name in ("user", "password")}
    lines = form.get("secret_headers", "").strip()
    pairs(lines, ":", "header")
    return asks, {**secrets, "headers": lines}


def shown(asks: Mapping[str, Any]) -> dict[str, str]:
    return {
        **{name: str(asks[name]) for name in ("url", "method", "body", "ends_at", "statuses")},
        **{name: str(asks[name]) for name in ("contains", "lacks", "pattern", "tls_days", "ca")},
        "unfollowed": "" if asks["follow"] else "yes",
        "unverified": "" if asks["verify"] else "yes",
        "headers": written(asks["headers"], ": "),
        "expects": written(asks["expects"], ": "),
        "json": written(asks["json"], " = "),
    }


def target(asks: Mapping[str, Any]) -> str:
    return str(asks["url"])


def door(asks: Mapping[str, Any]) -> tuple[str, int] | None:
    parts = urlsplit(asks["url"])
    assert parts.hostname is not None
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def statuses(text: str) -> str:
    """Statuses and spans of them, as “200-299, 401”; none means that any 2xx is well."""
    text = text.strip() or "200-299"
    if not _STATUSES.fullmatch(text):
        raise Refused(f"“{text[:50]}” are no statuses: write them like 200-299, 401.")
    return text


def pairs(text: str, mark: str, what: str) -> dict[str, str]:
    """Lines like `Name: value`."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, there, value = (part.strip() for part in line.partition(mark))
        if not there or not _NAME.fullmatch(name) or not value.isprintable() or len(value) > 4000:
            raise Refused(f"“{line[:60]}” is no {what}: write one a line, like Accept: text/html.")
        found[name] = value
    return found


def paths(text: str) -> dict[str, str]:
    """Lines like `$.status = ok`, or a path alone."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        path, there, value = line.partition(" = ")
        found[json_path(path.strip())] = value.strip()[:500] if there else ""
    return found


def json_path(text: str) -> str:
    try:
        if not text.startswith("$"):
            raise Refused(f"“{text[:60]}” is no JSON path: write one like $.status.")
        jsonpath.compile(text)
    except (JSONPathError, RecursionError) as error:
        raise Refused(
            f"“{text[:60]}” is no JSON path ({error}): write one like $.status."
        ) from None
    return text


def written(found: Mapping[str, str], mark: str) -> str:
    return "\n".join(f"{name}{mark}{value}" if value else name for name, value in found.items())
