"""What happens when ...? This page is the whole answer: who listens to which fact, and when.

Listeners of the first table run inside the transaction of the change, from top to bottom. Those of
the second draw fragments for the browsers; they reach them at commit and are dropped at rollback.
"""

from __future__ import annotations

from deskbell.lib.telling import Table
from deskbell.mail import notices as mail_notices
from deskbell.mail import outbound, receipts
from deskbell.people.notices import Noticed
from deskbell.sla import keeping
from deskbell.sla import notices as sla_notices
from deskbell.sla.timers import ClockBreached, ClockWarned
from deskbell.tickets.events import (
    Acknowledged,
    AlertNoted,
    ImpactChanged,
    LiveChanged,
    MessagePosted,
    StateChanged,
    TicketOpened,
)

IN_THE_SAME_TRANSACTION: Table = {
    TicketOpened: [keeping.recompute, receipts.queue, outbound.queue],
    MessagePosted: [keeping.recompute, outbound.queue],
    StateChanged: [keeping.recompute],
    ImpactChanged: [keeping.recompute],
    LiveChanged: [keeping.recompute],
    AlertNoted: [keeping.recompute],
    Acknowledged: [keeping.recompute],
    ClockWarned: [sla_notices.tell_people],
    ClockBreached: [sla_notices.tell_people],
    Noticed: [mail_notices.queue],
}

LIVE: Table = {}
