"""A check came into another state, or began to warn: noted, and told as an alert, in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from deskbell.monitoring import standing
from deskbell.monitoring.checks import keeping, telling
from deskbell.monitoring.checks.keeping import Outcome
from deskbell.monitoring.models import Check, CheckChange

FLAPS_AFTER = 3  # times down ...
FLAPS_WITHIN = timedelta(minutes=30)
State = Check.State


@transaction.atomic
def turn(outcome: Outcome) -> bool:
    """Write a verdict that changes the state of its check, with all that follows. False if its lease is
    over or the check was changed meanwhile: then it says nothing any more."""
    found = Check.objects.select_for_update(of=("self",)).select_related("component")
    check = found.filter(pk=outcome.check.id, leased_until=outcome.check.lease).first()
    if check is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(keeping.KEEP, keeping.values_of([outcome]))
    check.refresh_from_db()
    move(check, outcome.next.state, outcome.verdict.at)
    if bool(outcome.check.warning) != bool(check.warning):
        telling.say_warning(check)
    standing.settle(check.component, why=f"{check.name}: {check.get_state_display()}")
    return True


def move(check: Check, state: str, at: datetime) -> None:
    """Bring a locked check into a state, note it and tell of it. Nothing, if it is there already."""
    if check.state == state:
        return
    check.state, check.state_since = state, at
    if state == State.DOWN:
        check.is_flapping = _flaps(check, at)
    elif state == State.UP:
        check.is_flapping = False
    check.save(update_fields=["state", "state_since", "is_flapping"])
    CheckChange.objects.create(of=check, state=state, at=at, said=check.last_said)
    telling.say(check)


def _flaps(check: Check, at: datetime) -> bool:
    """Has it been down so often lately that its ups are not to be believed at once?"""
    earlier = check.changes.filter(state=State.DOWN, at__gt=at - FLAPS_WITHIN)
    return earlier.count() + 1 >= FLAPS_AFTER
