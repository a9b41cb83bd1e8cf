"""The form of a check by ping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbell.monitoring.checks import fields


def read(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    count = fields.count(form.get("count", ""), "echoes", 10, 3)
    return {"host": fields.host(form.get("host", "")), "count": max(1, count)}, {}


def shown(asks: Mapping[str, Any]) -> dict[str, str]:
    return {"host": asks["host"], "count": str(asks["count"])}


def target(asks: Mapping[str, Any]) -> str:
    return str(asks["host"])


def door(asks: Mapping[str, Any]) -> tuple[str, int] | None:
    return None
