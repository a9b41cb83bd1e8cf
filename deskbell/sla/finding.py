"""What a search can ask of the clocks: `is:breached`, `is:warned`, `due:<4h`."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from deskbell.sla.models import Clock
from deskbell.tickets.finding.filters import Asker, Filter, instants


def _breached(asker: Asker) -> Q:
    return Q(standing__next_due_at__lt=asker.now)


def _warned(asker: Asker) -> Q:
    """Due soon: its warning has come, its instant has not."""
    near = Clock.objects.unstopped().filter(ticket=OuterRef("pk"), warn_at__lte=asker.now)
    return Q(standing__next_due_at__gte=asker.now) & Q(Exists(near))


def _paused(asker: Asker) -> Q:
    return Q(Exists(Clock.objects.unstopped().filter(ticket=OuterRef("pk"), due_at=None)))


IS = {"breached": _breached, "late": _breached, "warned": _warned, "paused": _paused}
FILTERS: dict[str, Filter] = {
    "due": instants(
        "standing__next_due_at", "what is due next: <4h, today, tomorrow ...", ahead=True
    )
}
