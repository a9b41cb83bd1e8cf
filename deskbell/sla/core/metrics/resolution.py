"""Resolution, the only clock that pauses (K5, K7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskbell.sla.core.draft import Draft, Mark, Pause
from deskbell.sla.core.history import State
from deskbell.sla.core.policy import Metric

if TYPE_CHECKING:
    from deskbell.sla.core.replay import Ticket

_REASONS = {
    State.PENDING: "paused: waiting for the customer",
    State.WAITING: "paused: waiting for a vendor or another team",
}
_SOLVED = "paused: solved"


class Resolution:
    """From creation to solved; the same clock goes on when the ticket reopens."""

    def __init__(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._draft: Draft | None = None

    def created(self, at: int) -> None:
        """It runs from creation."""
        self._draft = self._ticket.start(Metric.RESOLUTION, at, at)

    def state_changed(self, at: int, *, solved: bool, reopened: bool) -> None:
        """Solved stops it; reopened, it has the time it had, and the solved span is a pause."""
        draft = self._draft
        if draft is None:
            return
        if solved:
            _close(draft, at)
            self._ticket.stop(draft, at)
        elif reopened:
            assert draft.stop is not None
            draft.pauses.append(Pause(draft.stop, at, _SOLVED))
            self._ticket.revive(draft, at)
        self.keep_pace(at)

    def keep_pace(self, at: int) -> None:
        """Pause or go on, as the state and the policy say."""
        draft, state = self._draft, self._ticket.state
        if draft is None or draft.stop is not None:
            return
        waits = state == State.WAITING and self._ticket.policy.resolution_pauses_while_waiting
        paused = state == State.PENDING or waits
        if draft.is_paused():
            _close(draft, at)
        if paused:
            draft.pauses.append(Pause(at, None, self._reason()))
        self._ticket.price(draft, at, Mark.REOPENED)

    def _reason(self) -> str:
        """What is waited for, by the evidence if there is some."""
        ticket = self._ticket
        if ticket.state == State.WAITING and ticket.because:
            return f"paused: waiting for {ticket.because}"
        return _REASONS[State(ticket.state)]


def _close(draft: Draft, at: int) -> None:
    if draft.is_paused():
        draft.pauses[-1] = draft.pauses[-1]._replace(end=at)
