"""Periodic update (K4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskbell.sla.core.draft import Draft
from deskbell.sla.core.policy import Metric

if TYPE_CHECKING:
    from deskbell.sla.core.replay import Ticket


class Updates:
    """From each public reply to the next, while we are the ones who owe news."""

    def __init__(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._running: Draft | None = None
        self._replied = False

    def agent_replied(self, at: int) -> None:
        """A public reply ends one round and, while open or waiting, begins the next."""
        self._replied = True
        if self._running is not None:
            self._ticket.stop(self._running, at)
            self._running = None
        if self._ticket.state in ("open", "waiting"):
            self._start(at)

    def state_changed(self, at: int) -> None:
        """Pending and solved cancel; open again, it starts anew."""
        if self._ticket.state in ("pending", "solved", "closed"):
            if self._running is not None:
                self._ticket.cancel(self._running, at)
                self._running = None
        elif self._ticket.state == "open" and self._replied and self._running is None:
            self._start(at)

    def _start(self, at: int) -> None:
        self._running = self._ticket.start(Metric.PERIODIC_UPDATE, at, at)
