"""The escalation ladder of a policy: who is told when a clock warns, when it breaches, and after that."""

from __future__ import annotations

from typing import Any

DEFAULT_LADDER: list[dict[str, Any]] = [
    {"at": "warning", "tell": ["assignee"]},
    {"at": "breach", "tell": ["assignee", "lead", "oncall"]},
    {"at": 30, "tell": ["manager", "oncall"]},  # minutes of covered time after the breach
]
