"""A body in quarantine is read again: after an upgrade, or once its source was set up better."""

from __future__ import annotations

from django.db import transaction

from deskbell.lib.errors import NotFound, Refused
from deskbell.monitoring.models import Body
from deskbell.realtime.wake import wake


@transaction.atomic
def retry(number: int) -> None:
    """Put it back among those that wait; the worker reads it within a second. Refused for a cut one."""
    body = Body.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if body is None:
        raise NotFound("There is no such body.")
    if body.is_cut:
        raise Refused("Only its first megabyte is kept, so it can't be read again.")
    if body.state == Body.State.QUARANTINED:
        body.state, body.result = Body.State.WAITING, ""
        body.save(update_fields=["state", "result"])
        wake("alerts")
