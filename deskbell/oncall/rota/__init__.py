"""Who is on call when: pure arithmetic over a schedule (S1 to S6). No Django, no clock of its own."""

from __future__ import annotations

from deskbell.oncall.rota.final import Interval, final, on_call
from deskbell.oncall.rota.schedule import (
    BadSchedule,
    Layer,
    Override,
    Restriction,
    Schedule,
    Temporary,
)

__all__ = [
    "BadSchedule",
    "Interval",
    "Layer",
    "Override",
    "Restriction",
    "Schedule",
    "Temporary",
    "final",
    "on_call",
]
