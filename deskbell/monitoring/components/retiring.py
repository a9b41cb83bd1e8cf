"""A component is watched no more, or again; its checks rest along with it."""

from __future__ import annotations

from django.db import transaction

from deskbell.lib import clock
from deskbell.monitoring import standing
from deskbell.monitoring.components import checking
from deskbell.monitoring.heartbeats import editing as heartbeats
from deskbell.monitoring.models import Check, Component


@transaction.atomic
def retire(found: Component) -> None:
    """Let it and its checks rest: nothing is asked, expected or alarmed any more. No history goes."""
    found = Component.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if found.retired_at is not None:
        return
    found.retired_at = clock.now()
    found.save(update_fields=["retired_at"])
    for check in found.checks.exclude(state=Check.State.PAUSED).order_by("pk"):
        _rest(check, on=True)
    standing.settle(found, why="It was retired")


@transaction.atomic
def take_back(found: Component) -> None:
    """Undo it: the checks that rested along with it are asked again; who was paused before stays so."""
    found = Component.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if found.retired_at is None:
        return
    resting = found.checks.filter(state=Check.State.PAUSED, state_since__gte=found.retired_at)
    for check in resting.order_by("pk"):
        _rest(check, on=False)
    found.retired_at = None
    found.save(update_fields=["retired_at"])
    standing.settle(found, why="It is watched again")


def _rest(check: Check, *, on: bool) -> None:
    pause = heartbeats.pause if check.kind == Check.Kind.HEARTBEAT else checking.pause
    pause(check, on=on)
