"""Heartbeats as people set them up: their rhythm, their grace, and the component that they prove."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.zones import checked_zone
from deskbell.monitoring import standing, watched
from deskbell.monitoring.heartbeats import telling
from deskbell.monitoring.heartbeats.due import checked_cron, overdue_at
from deskbell.monitoring.lengths import read_length, written
from deskbell.monitoring.models import Check, Ping


def get(pk: int) -> Check:
    """The heartbeat with this key."""
    found = Check.objects.filter(pk=pk, kind=Check.Kind.HEARTBEAT).select_related("component")
    check = found.first()
    if check is None:
        raise NotFound("There is no such heartbeat.")
    return check


@transaction.atomic
def save(form: Mapping[str, str], check: Check | None = None) -> Check:
    """Make a heartbeat of a form, or change one. Refused with what to change."""
    name = " ".join(form.get("name", "").split())
    if not name:
        raise Refused("Give the heartbeat a name: what runs, and where.")
    if check is None:
        check = Check(kind=Check.Kind.HEARTBEAT)
    else:
        check = Check.objects.select_for_update().get(pk=check.pk)
    before = check.component if check.pk else None
    check.name, check.component = name[:100], watched.component_of(form)
    cron = form.get("cron", "").strip()
    check.asks = {}
    if cron:
        zone = checked_zone(form.get("zone", "").strip())
        check.asks = {"cron": checked_cron(cron), "zone": zone}
    else:
        check.every = read_length(form.get("every", ""), "period")
    check.timeout = read_length(form.get("grace", ""), "grace")
    check.next_at = overdue_at(check)
    try:
        with transaction.atomic():
            check.save()
    except IntegrityError:
        raise Refused(f"{check.component} already has a check named “{check.name}”.") from None
    standing.settle(check.component, why=f"{check.name} was saved")
    if before is not None and before != check.component:
        standing.settle(before, why=f"{check.name} watches {check.component} now")
    return check


@transaction.atomic
def pause(check: Check, *, on: bool) -> None:
    """Let nothing be expected of it, or expect it again from now on."""
    check = (
        Check.objects.select_for_update(of=("self",)).select_related("component").get(pk=check.pk)
    )
    if on == (check.state == Check.State.PAUSED):
        return
    since = check.state_since
    check.state = Check.State.PAUSED if on else Check.State.NEW
    if not on and check.last_at is not None:
        check.state, check.last_at = Check.State.UP, clock.now()
    check.state_since, check.started_at = clock.now(), None
    check.next_at = overdue_at(check)
    check.save()
    telling.changed(check, since)


@transaction.atomic
def remove(check: Check) -> None:
    """Forget it and its pings. An alert of it that is open ends: nothing is left to be wrong."""
    pause(check, on=True)
    component = check.component
    check.delete()
    standing.settle(component, why=f"{check.name} is no longer watched")


def rhythm(check: Check) -> str:
    """How often it is expected, in words."""
    if cron := check.asks.get("cron"):
        return f"{cron}, {check.asks['zone']}"
    return f"every {written(check.every)}"


def body_of(pk: int, number: int) -> bytes:
    """What a ping of this heartbeat carried."""
    found = Ping.objects.filter(pk=number, of=get(pk)).values_list("body", flat=True).first()
    if found is None:
        raise NotFound("There is no such ping; the last hundred are kept.")
    return bytes(found)
