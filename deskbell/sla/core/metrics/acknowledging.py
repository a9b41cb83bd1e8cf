"""Acknowledge: one clock per episode of an alert (K6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskbell.sla.core.draft import Draft, Mark
from deskbell.sla.core.policy import Metric

if TYPE_CHECKING:
    from deskbell.sla.core.replay import Ticket


class Acknowledging:
    """From receipt to a person's acknowledgement, by episode."""

    def __init__(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._running: dict[str, Draft] = {}

    def received(self, episode: str, start: int, at: int) -> None:
        """An episode's first receipt starts its clock."""
        if episode not in self._running:
            self._running[episode] = self._ticket.start(
                Metric.ACKNOWLEDGE, start, at, about=episode
            )

    def acknowledged(self, episode: str, at: int) -> None:
        """A person has it: one episode, or all that run when none is named."""
        for each in [episode] if episode else list(self._running):
            if each in self._running:
                self._ticket.stop(self._running.pop(each), at)

    def ended(self, episode: str, at: int) -> None:
        """Over before it was due: cancelled. A breach still waits for a person."""
        draft = self._running.get(episode)
        if draft is not None and draft.breached_at is None:
            self._ticket.cancel(self._running.pop(episode), at, Mark.EPISODE_ENDED)
