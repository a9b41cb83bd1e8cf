"""Maintenance windows as people plan, change and end them. Refused says what to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.lib.telling import tell
from deskbell.lib.text import plain
from deskbell.lib.zones import zone
from deskbell.monitoring import standing
from deskbell.monitoring.maintenance import edges
from deskbell.monitoring.maintenance.facts import MaintenanceMoved, Move
from deskbell.monitoring.models import Component, Maintenance
from deskbell.people.models import Agent
from deskbell.sla.core import wall

LONGEST = timedelta(days=30)
AHEAD = timedelta(days=2 * 366)


def window(pk: int, *, lock: bool = False) -> Maintenance:
    """The window with this key."""
    rows = Maintenance.objects.select_for_update(of=("self",)) if lock else Maintenance.objects
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such maintenance.")
    return found


@transaction.atomic
def save(
    form: Mapping[str, str],
    components: Iterable[str],
    *,
    by: Agent,
    here: str,
    found: Maintenance | None = None,
) -> Maintenance:
    """Plan a window of a form, or change one. Times are by the wall clock of `here`, or of the zone in
    which it was planned. What has begun keeps its beginning."""
    if found is not None:
        found = window(found.pk, lock=True)
        if found.is_over:
            raise Refused("It is over and can’t be changed. Plan another one.")
    made = found or Maintenance(made_by=by, zone=here)
    made.title = " ".join(plain(form.get("title", "")).split())[:200]
    if not made.title:
        raise Refused("Give it a title that says what is done, such as Upgrade of the database.")
    made.text = plain(form.get("text", "")).strip()[:2000]
    made.public = form.get("public") == "yes"
    chosen = _chosen(components)
    _read_times(made, form)
    _read_repeats(made, form)
    made.save()
    before = list(made.components.all()) if found else []
    made.components.set(chosen)
    tell(MaintenanceMoved(made, Move.CHANGED if found else Move.PLANNED))
    if made.opened_at is not None:
        _follow_change(made, before, chosen)
    elif made.starts_at <= clock.now():
        edges.begin(made)
    return made


@transaction.atomic
def cancel(pk: int, *, on: bool) -> None:
    """Let a window that has not begun not take place; or take that back. A weekly one goes on."""
    found = window(pk, lock=True)
    if found.opened_at is not None:
        raise Refused("It has begun: end it now instead.")
    if not on and found.ends_at <= clock.now():
        raise Refused("Its time is over. Plan another one.")
    found.cancelled_at = clock.now() if on else None
    found.save(update_fields=["cancelled_at"])
    tell(MaintenanceMoved(found, Move.CANCELLED if on else Move.BACK))
    if on and found.weekly:
        edges.plan_next(found)
    if not on and found.starts_at <= clock.now():
        edges.begin(found)


@transaction.atomic
def end_now(pk: int, *, on: bool) -> None:
    """End an open window before its time; or take that back while its time lasts."""
    found = window(pk, lock=True)
    now = clock.now()
    if on:
        if not found.is_open:
            raise Refused("It is not open, so it can’t be ended.")
        if found.opened_at is None:
            edges.begin(found)
        found.ended_at = now
        found.save(update_fields=["ended_at"])
        edges.close(found)
        return
    if found.ended_at is None:
        return
    if found.ends_at <= now:
        raise Refused("Its time is over. Plan another one.")
    found.ended_at, found.closed_at = None, None
    found.save(update_fields=["ended_at", "closed_at"])
    tell(MaintenanceMoved(found, Move.BACK))
    for component in found.components.all():
        standing.settle(component, why=f"Maintenance: {found.title}")


def _chosen(components: Iterable[str]) -> list[Component]:
    keys = [primary_key(each) for each in components]
    chosen = list(Component.objects.filter(pk__in=keys, retired_at=None))
    if not chosen:
        raise Refused("Choose what may be away: one component at least.")
    return chosen


def _read_times(made: Maintenance, form: Mapping[str, str]) -> None:
    here, now = zone(made.zone), clock.now()
    if made.opened_at is None:
        starts = wall.first(here, _wall(form.get("starts", ""), "It begins"))
        made.starts_at = max(starts, now) if made.pk is None else starts
    made.ends_at = wall.last(here, _wall(form.get("ends", ""), "It ends"))
    if made.ends_at <= now:
        raise Refused("It would be over already. Say when it ends, later than now.")
    if made.ends_at <= made.starts_at:
        raise Refused("It ends before it begins.")
    if made.ends_at - made.starts_at > LONGEST:
        raise Refused(
            "A maintenance lasts for 30 days at most; nobody would be alarmed all that time."
        )
    if made.starts_at > now + AHEAD:
        raise Refused("Plan it for the next two years.")


def _read_repeats(made: Maintenance, form: Mapping[str, str]) -> None:
    made.weekly = form.get("weekly") == "yes"
    made.last_on = None
    if not made.weekly:
        return
    if made.ends_at - made.starts_at >= edges.WEEK:
        raise Refused("What lasts for a week can’t be repeated weekly.")
    if last := form.get("last_on", "").strip():
        try:
            made.last_on = date.fromisoformat(last)
        except ValueError:
            raise Refused(f"“{last[:20]}” is no day: write it like 2026-12-31.") from None


def _wall(text: str, what: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"{what} when? Write a time like 2026-12-05T22:00.") from None
    if found.tzinfo is not None or not 2000 <= found.year <= 2200:
        raise Refused(f"{what} when? Write a time like 2026-12-05T22:00.")
    return found


def _follow_change(
    made: Maintenance, before: Iterable[Component], chosen: Iterable[Component]
) -> None:
    """An open window has changed: who joined is in maintenance, who left is not; its next follows."""
    following = Maintenance.objects.filter(follows=made, opened_at=None, cancelled_at=None)
    if made.weekly:
        edges.plan_next(made)
    else:
        following.update(cancelled_at=clock.now())
    for component in set(before) - set(chosen):
        edges.release(component, made)
    for component in set(chosen) - set(before):
        standing.settle(component, why=f"Maintenance: {made.title}")
