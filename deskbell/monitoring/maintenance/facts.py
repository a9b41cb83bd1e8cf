"""What is told about maintenance windows, for `config/wiring.py` to say who listens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deskbell.monitoring.models import Maintenance


class Move(StrEnum):
    """What has become of a window."""

    PLANNED = "planned"
    CHANGED = "changed"
    BEGUN = "begun"
    ENDED = "ended"
    CANCELLED = "cancelled"
    BACK = "back"  # its cancellation, or its early end, was taken back


@dataclass(frozen=True)
class MaintenanceMoved:
    """A window was planned, changed, begun, ended, cancelled, or brought back."""

    window: Maintenance
    move: Move
