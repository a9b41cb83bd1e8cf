"""What-if reads all that moves a clock: what it passed over would be replayed as if it had never been."""

from __future__ import annotations

from deskbell.reports.whatif import reading
from deskbell.sla import histories
from deskbell.tickets.events import Kind

MOVE_NOTHING = {Kind.NOTE, Kind.AUTOMATIC}


def test_every_kind_that_moves_a_clock_is_read() -> None:
    assert set(histories._READ_AS) - set(reading._KINDS) == MOVE_NOTHING
