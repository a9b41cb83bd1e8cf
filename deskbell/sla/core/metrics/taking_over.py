"""Technical escalation: the time in which another tier or a vendor takes over (K16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskbell.sla.core.draft import Draft, Mark
from deskbell.sla.core.policy import Metric

if TYPE_CHECKING:
    from deskbell.sla.core.replay import Ticket


class TakingOver:
    """One tier at a time is asked; asking another cancels the one before."""

    def __init__(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._running: Draft | None = None

    def escalated(self, tier: str, at: int) -> None:
        """The tier's clock starts."""
        if self._running is not None:
            if self._running.about == tier:
                return
            self._ticket.cancel(self._running, at, Mark.ESCALATED_FURTHER)
        self._running = self._ticket.start(Metric.TAKE_OVER, at, at, about=tier)

    def taken(self, tier: str, at: int) -> None:
        """Someone there takes it."""
        if self._running is not None and tier in ("", self._running.about):
            self._ticket.stop(self._running, at)
            self._running = None

    def handed_back(self, at: int) -> None:
        """They give it back, or nobody asks them any more."""
        if self._running is not None:
            self._ticket.cancel(self._running, at, Mark.HANDED_BACK)
            self._running = None

    def solved(self, at: int) -> None:
        """Nothing is left to take over."""
        if self._running is not None:
            self._ticket.cancel(self._running, at)
            self._running = None
