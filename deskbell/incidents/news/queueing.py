"""Who hears of a piece of news: one row of Delivery each, written in one statement with what it tells.

Whoever confirmed and has not ended hears what their page shows, as far as it concerns the components
they chose (or all of it, if they chose none): on the public page what concerns everyone, on a district's
private page what concerns that district, as long as the page is
at the address at which they subscribed. Who heard the beginning hears the rest, whatever becomes of the
components meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection

from deskbell.incidents import affected
from deskbell.incidents.events import UpdatePublished
from deskbell.incidents.models import Incident, MaintenanceNotice
from deskbell.lib import clock
from deskbell.monitoring.models import Component, Maintenance
from deskbell.realtime.wake import wake

LOOP = "status-news"
POSTS = "status-posts"
DEMO = "demo-"  # with which the keys of the make-believe town's components begin

WHO = """
FROM incidents_subscriber s
WHERE s.confirmed_at IS NOT NULL AND s.ended_at IS NULL AND s.demo = %(demo)s
  AND (
    s.district_id IS NULL
    OR EXISTS (
        SELECT FROM incidents_privatepage p
        WHERE p.district_id = s.district_id AND p.revoked_at IS NULL
          AND p.made_at <= s.confirmed_at)
  )
  AND (
    s.id IN (
        SELECT d.subscriber_id FROM incidents_delivery d
        WHERE d.update_id IN (
            SELECT id FROM incidents_incidentupdate WHERE incident_id = %(incident)s)
        UNION ALL
        SELECT d.subscriber_id FROM incidents_delivery d
        WHERE d.notice_id IN (
            SELECT id FROM incidents_maintenancenotice WHERE maintenance_id = %(maintenance)s)
    )
    OR (
        (%(everyone)s OR s.district_id = ANY(%(districts)s))
        AND (
            %(anything)s
            OR NOT EXISTS (
                SELECT FROM incidents_subscriber_components c WHERE c.subscriber_id = s.id)
            OR EXISTS (
                SELECT FROM incidents_subscriber_components c
                WHERE c.subscriber_id = s.id AND c.component_id = ANY(%(components)s))
        )
    )
  )
"""
STATEMENT = f"""
INSERT INTO incidents_delivery
    (subscriber_id, update_id, notice_id, state, made_at, attempts, next_attempt_at, error)
SELECT s.id, %(update)s, %(notice)s, 'queued', %(now)s, 0, %(due)s, ''
{WHO}ORDER BY s.id
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Reach:
    """Whom a piece of news concerns: `components` by key (none: whatever was chosen), and districts."""

    components: Collection[int]
    everyone: bool
    districts: Collection[int]
    demo: bool = False


def update_published(fact: UpdatePublished) -> None:
    """Queue the update for everyone who asked to hear of it (in the transaction that publishes it)."""
    incident = fact.incident
    _queue(reach_of(incident), update=fact.update.pk, incident=incident.pk)


def queue_notice(notice: MaintenanceNotice, *, held_for: timedelta = timedelta(0)) -> int:
    """Queue a notice of maintenance; returns for how many. They leave after `held_for` at the earliest."""
    components = list(notice.maintenance.components.all())
    is_demo = _is_demo(notice.maintenance, components)
    everyone, districts = affected.districts_of(components)
    reach = Reach(
        affected.standing_on(components), everyone, [each.pk for each in districts], is_demo
    )
    return _queue(reach, notice=notice.pk, maintenance=notice.maintenance_id, held_for=held_for)


def _is_demo(window: Maintenance, components: Collection[Component]) -> bool:
    """Was it planned in the make-believe town, or is it of that town's components alone? Its windows carry
    no mark of their own, and a weekly one may have lost its maker."""
    if window.made_by is not None and window.made_by.person.demo:
        return True
    return bool(components) and all(each.key.startswith(DEMO) for each in components)


def reach_of(incident: Incident) -> Reach:
    """Whom an update of the incident reaches."""
    components = Component.objects.filter(concerned_by__incident=incident)
    reached = affected.standing_on(components)
    return Reach(
        components=reached,
        everyone=incident.for_everyone,
        districts=list(incident.districts.values_list("pk", flat=True)),
        demo=incident.demo,
    )


def count(reach: Reach, *, incident: int) -> int:
    """How many would hear of the next update of an incident that concerned these."""
    values = {**_values(reach), "incident": incident}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {WHO}", values)
        return int(cursor.fetchone()[0])


def _queue(reach: Reach, *, held_for: timedelta = timedelta(0), **about: int) -> int:
    now = clock.now()
    values = {**_values(reach), **about, "now": now, "due": now + held_for}
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, values)
        many: int = cursor.rowcount
    if many:
        wake(LOOP)
        wake(POSTS)
    return many


def _values(reach: Reach) -> dict[str, Any]:
    return {
        "update": None,
        "notice": None,
        "incident": None,
        "maintenance": None,
        "demo": reach.demo,
        "everyone": reach.everyone,
        "districts": list(reach.districts),
        "anything": not reach.components,
        "components": list(reach.components),
    }
