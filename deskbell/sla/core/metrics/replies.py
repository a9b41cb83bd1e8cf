"""First reply and next reply (K1, K2, K3, K14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskbell.sla.core.draft import Draft, Mark
from deskbell.sla.core.policy import Metric

if TYPE_CHECKING:
    from deskbell.sla.core.replay import Ticket


class Replies:
    """At most one of the two runs: the customer waits for an answer, or does not."""

    def __init__(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._running: Draft | None = None
        self._left: Draft | None = None  # solved unanswered, to go on if the ticket reopens
        self._first_given = False

    def customer_wrote(self, start: int, at: int, mark: Mark | None) -> None:
        """The oldest unanswered message starts a clock; later ones do not move it (K3)."""
        if self._running is None:
            metric = Metric.NEXT_REPLY if self._first_given else Metric.FIRST_REPLY
            self._running = self._ticket.start(metric, start, at, mark)

    def agent_replied(self, at: int) -> None:
        """A person's public reply answers everything so far (K1)."""
        self._first_given = True
        self._left = None
        if self._running is not None:
            self._ticket.stop(self._running, at)
            self._running = None

    def state_changed(self, at: int, *, solved: bool, reopened: bool) -> None:
        """Solved unanswered cancels; reopened, the same clock goes on from its start (K14)."""
        if solved and self._running is not None:
            self._ticket.cancel(self._running, at, Mark.SOLVED_UNANSWERED)
            self._left, self._running = self._running, None
        elif reopened and self._left is not None:
            self._ticket.revive(self._left, at)
            self._running, self._left = self._left, None

    def moved_away(self, at: int) -> None:
        """A split took along all that was unanswered (K3); nothing is left to go on either."""
        self._left = None
        if self._running is not None:
            self._ticket.cancel(self._running, at, Mark.MOVED)
            self._running = None

    def took_over(self, start: int, at: int) -> None:
        """A merge brings an older unanswered message (K10)."""
        if self._running is None:
            self.customer_wrote(start, at, Mark.MERGED)
        elif start < self._running.start:
            self._running.start = start
            self._ticket.price(self._running, at, Mark.MERGED)
