"""A ticket that is spam, or lies in the trash: what runs ends, and goes on if it is brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskbell.sla.core.draft import Mark

if TYPE_CHECKING:
    from deskbell.sla.core.replay import Ticket


class SettingAside:
    """From the moment at which it was set aside to the one at which it comes back.

    Running clocks are cancelled. Of spam nobody had asked for anything, so one that is late already
    isn't late either; what is deleted keeps its breaches, or deleting would better the figures.
    """

    def __init__(self, ticket: Ticket, at: int, *, spam: bool) -> None:
        self._ticket = ticket
        self._ran = [(draft, draft.breached_at, draft.late_mark) for draft in ticket.running]
        for draft, _, _ in self._ran:
            ticket.cancel(draft, at, Mark.SPAM if spam else Mark.DELETED)
            if spam:
                draft.breached_at, draft.late_mark = None, None

    def end(self, at: int) -> None:
        """Each clock goes on from its original start, as one that was solved unanswered would (K14): the
        customer has waited all along. Late by then, it is breached now and never before."""
        for draft, breached_at, late_mark in self._ran:
            draft.breached_at, draft.late_mark = breached_at, late_mark
            self._ticket.revive(draft, at, Mark.BROUGHT_BACK)
