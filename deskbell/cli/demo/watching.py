"""What the make-believe town watches: components, a year of checks, heartbeats, vendors, maintenance.

Nothing of it is ever asked, expected or polled: its next time lies in the year 9999, and its addresses
end with `.example`. Its tables are filled directly: a year of verdicts one by one would take days.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from deskbell.cli.demo.cast import Cast
from deskbell.cli.demo.parts import DAY, HOUR, MINUTE, PARTS, WELL, YEAR, Part, asks
from deskbell.lib import clock
from deskbell.monitoring.heartbeats.due import NOT_DUE
from deskbell.monitoring.models import (
    Alert,
    Check,
    CheckChange,
    Component,
    ComponentChange,
    Maintenance,
    Ping,
    Service,
    Source,
    Vendor,
    VendorIncident,
)
from deskbell.monitoring.sources import of_the_desk
from deskbell.people.models import District
from deskbell.tickets.models import Channel, State, Ticket

MARK = "demo-"  # with which the keys of its components begin
Is = Component.State
TIMINGS = """
    INSERT INTO monitoring_timing
        (of_id, span, at, verdicts, failures, minutes, total_ms, least_ms, most_ms)
    SELECT %(check)s, %(span)s, at, count, CASE WHEN bad THEN count ELSE 0 END, count,
        CASE WHEN bad THEN 0 ELSE mean * count END, CASE WHEN bad THEN 0 ELSE mean * 0.8 END,
        CASE WHEN bad THEN 0 ELSE mean * 1.6 END
    FROM (
        SELECT at,
            %(count)s - CASE WHEN at = date_trunc(%(span)s, %(gone)s::timestamptz, 'UTC')
                THEN least(40, %(count)s) ELSE 0 END AS count,
            %(usual)s * (
                0.85 + 0.3 * greatest(0, sin((extract(hour FROM at) - 6) / 24 * 6.2832))
                + 0.25 * power((hashint8((extract(epoch FROM at) / 60)::bigint) & 1023) / 1023.0, 4)
            ) AS mean,
            EXISTS (SELECT FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS o(s, e)
                WHERE at >= s AND at < e) AS bad
        FROM generate_series(date_trunc(%(span)s, %(since)s::timestamptz, 'UTC'),
            %(until)s::timestamptz, %(step)s::interval) AS at
    ) AS drawn
"""


@transaction.atomic
def watch(random: Random, town: Cast) -> None:
    """Fill the screens of what is watched. The desk itself was away for forty minutes, nine days ago."""
    now = clock.now()
    made = {part.name: _component(part, place, town, now) for place, part in enumerate(PARTS)}
    for part in PARTS:
        made[part.name].depends_on.set(made[name] for name in part.needs)
    some = District.objects.filter(demo=True).order_by("name")[:2]
    made["Live classroom"].districts.set(some)
    Component.objects.filter(pk=made["Live classroom"].pk).update(for_everyone=False)
    for part in PARTS:
        _checks(part, made[part.name], now)
    _heartbeats(made, random, now)
    _vendors(made, now)
    _maintenance(made, town, now)


def forget() -> None:
    """Take all of it away again."""
    mine = Component.objects.filter(key__startswith=MARK)
    services = list(Service.objects.filter(components__in=mine).values_list("pk", flat=True))
    Alert.objects.filter(component__in=mine).delete()
    Maintenance.objects.filter(components__in=mine).exclude(
        components__in=Component.objects.exclude(key__startswith=MARK)
    ).delete()
    Vendor.objects.filter(components__in=mine, address__contains=".demo.example/").delete()
    mine.delete()
    Service.objects.filter(pk__in=services).annotate(left=Count("components")).filter(
        left=0
    ).delete()


def _component(part: Part, place: int, town: Cast, now: datetime) -> Component:
    service, _ = Service.objects.get_or_create(name=part.service)
    vendors = {"Clever", "Content delivery"}
    made = Component.objects.create(
        service=service,
        name=part.name,
        key=MARK + part.name.lower().replace(" ", "-"),
        kind=Component.Kind.THIRD_PARTY if part.name in vendors else Component.Kind.OWN,
        description=part.about,
        impact=part.impact,
        owner=town.engineers[place % len(town.engineers)] if place % 4 != 3 else None,
        state=part.state,
        state_since=now - 20 * DAY,
        place=place,
        created_at=now - YEAR,
    )
    if part.state == Is.NOT_WATCHED:
        return made
    states = [(now - YEAR, Is.OPERATIONAL, "The first verdict")]
    for ago, lasted in part.outages:
        some = Is.PARTIAL_OUTAGE if len(part.checks) > 1 else Is.MAJOR_OUTAGE
        states.append((now - ago, some, f"{part.checks[0][0]}: Down"))
        if ago > lasted:
            states.append((now - ago + lasted, Is.OPERATIONAL, f"{part.checks[0][0]}: Up"))
    if part.state == Is.MAINTENANCE:
        states.append((now - 20 * MINUTE, Is.MAINTENANCE, "Maintenance: New graphics drivers"))
    if part.state == Is.DEGRADED:
        states.append(
            (now - 95 * MINUTE, Is.DEGRADED, "Edgecast Lake: Slow answers in the Midwest")
        )
    for at, state, why in states:
        ComponentChange.objects.create(component=made, state=state, at=at, why=why)
    made.state_since = states[-1][0]
    made.save(update_fields=["state_since"])
    return made


def _checks(part: Part, component: Component, now: datetime) -> None:
    for number, (name, kind, asked, usual) in enumerate(part.checks):
        outages = part.outages if number == 0 else ()
        is_down = any(ago < lasted for ago, lasted in outages)
        said = "It answers 503." if is_down else WELL[kind]
        check = Check.objects.create(
            component=component,
            name=name,
            kind=kind,
            asks=asks(kind, asked),
            state=Check.State.DOWN if is_down else Check.State.UP,
            state_since=now - (outages[-1][0] if outages else YEAR),
            last_at=now - MINUTE / 2,
            last_ms=usual,
            last_said=said,
            next_at=NOT_DUE,
            created_at=now - YEAR,
            warning="Its certificate ends on Dec 9, in 11 days."
            if asked.endswith("probe.m3u8")
            else "",
        )
        _timings(check, usual, outages, now)
        _changes(check, outages, now)


def _timings(
    check: Check, usual: int, outages: tuple[tuple[timedelta, timedelta], ...], now: datetime
) -> None:
    """What the charts show: minutes of a day, hours of a month, days of a year, as if rolled up."""
    spans = (("minute", 25 * HOUR, 1), ("hour", 32 * DAY, 60), ("day", YEAR, 1440))
    with connection.cursor() as cursor:
        for span, length, count in spans:
            values: dict[str, Any] = {
                "check": check.pk, "span": span, "count": count, "usual": usual,
                "since": now - length, "until": now, "step": f"1 {span}",
                "starts": [now - ago for ago, _ in outages],
                "ends": [now - ago + lasted for ago, lasted in outages],
                "gone": now - 9 * DAY,
            }  # fmt: skip
            cursor.execute(TIMINGS, values)


def _changes(check: Check, outages: tuple[tuple[timedelta, timedelta], ...], now: datetime) -> None:
    CheckChange.objects.create(of=check, state="up", at=now - YEAR, said=WELL[check.kind])
    for ago, lasted in outages:
        CheckChange.objects.create(of=check, state="down", at=now - ago, said="It answers 503.")
        if ago > lasted:
            CheckChange.objects.create(
                of=check, state="up", at=now - ago + lasted, said=WELL[check.kind]
            )
        _alert(check, now - ago, now - ago + lasted if ago > lasted else None)


def _alert(check: Check, started: datetime, ended: datetime | None) -> None:
    """What is open belongs to a ticket of the town, so nobody of the desk is called about it."""
    known = Ticket.objects.filter(demo=True, channel=Channel.ALERT)
    ticket = known.exclude(state__in=[State.SOLVED, State.CLOSED]).order_by("-pk").first()
    if ended is None and ticket is None:
        return
    Alert.objects.create(
        source=of_the_desk(Source.Kind.CHECKS),
        component=check.component,
        impact=check.component.impact,
        key=f"check {check.pk}",
        state=Alert.State.RESOLVED if ended else Alert.State.OPEN,
        title=f"{check.component.name}: {check.name} is down",
        started_at=started,
        ended_at=ended,
        received_at=started,
        last_seen_at=ended or started,
        ticket=None if ended else ticket,
    )


def _heartbeats(made: dict[str, Component], random: Random, now: datetime) -> None:
    jobs: tuple[tuple[str, str, dict[str, str], str], ...] = (
        (
            "Roster import",
            "Nightly roster import",
            {"cron": "0 3 * * *", "zone": "America/New_York"},
            "up",
        ),
        ("Roster import", "Grades to districts", {}, "up"),
        (
            "Database",
            "Backup of the database",
            {"cron": "30 1 * * *", "zone": "America/New_York"},
            "up",
        ),
        ("Transcoding", "Clean-up of old videos", {}, "paused"),
    )
    for of, name, schedule, state in jobs:
        job = Check.objects.create(
            component=made[of], name=name, kind=Check.Kind.HEARTBEAT, asks=schedule, state=state,
            every=3600, timeout=1800, state_since=now - 40 * DAY, next_at=NOT_DUE,
            created_at=now - 200 * DAY, last_said="4,812 rows, 0 refused",
            last_at=now - 25 * MINUTE, last_ms=41_000,
        )  # fmt: skip
        CheckChange.objects.create(of=job, state=state, at=job.state_since)
        for back in range(20, -1, -1):
            at = now - 25 * MINUTE - back * (DAY if schedule else HOUR)
            took = timedelta(seconds=random.randint(20, 90))
            rows = f"{random.randint(4000, 5200):,} rows, {random.randint(0, 3)} refused"
            Ping.objects.create(
                of=job, kind=Ping.Kind.SUCCESS, at=at, took=took, exit_status=0,
                machine="10.20.0.7", agent="curl/7.88.1", body=rows.encode(),
            )  # fmt: skip


def _vendors(made: dict[str, Component], now: datetime) -> None:
    for name, of, parts in (
        ("Clever (make-believe)", "Clever", (("Portal", "operational"), ("Sync", "operational"))),
        (
            "Edgecast Lake",
            "Content delivery",
            (("North America", "degraded"), ("Europe", "operational"), ("Purging", "operational")),
        ),
    ):
        slug = name.split()[0].lower()
        vendor = Vendor.objects.create(
            name=name,
            feed=Vendor.Feed.STATUSPAGE,
            address=f"https://status.{slug}.demo.example/api/v2/summary.json",
            concerns={"": made[of].key},
            last_at=now - MINUTE,
            next_at=NOT_DUE,
            parts=[{"id": str(n), "name": p, "state": s} for n, (p, s) in enumerate(parts)],
            created_at=now - YEAR,
        )
        vendor.components.add(made[of])
    _incident(
        vendor, made["Content delivery"], now, 95 * MINUTE, None, "Slow answers in the Midwest"
    )
    _incident(vendor, made["Content delivery"], now, 15 * DAY, 2 * HOUR, "Purges are delayed")


def _incident(
    vendor: Vendor,
    component: Component,
    now: datetime,
    ago: timedelta,
    lasted: timedelta | None,
    title: str,
) -> None:
    started = now - ago
    told = [("Investigating", "We are looking into reports.", started)]
    told.append(
        ("Identified", "One location answers slowly; traffic is moved.", started + 20 * MINUTE)
    )
    if lasted:
        told.append(("Resolved", "All is well again.", started + lasted))
    incident = VendorIncident.objects.create(
        vendor=vendor,
        key=title.lower().replace(" ", "-"),
        title=title,
        state=told[-1][0],
        impact="minor",
        gravity=Is.DEGRADED,
        started_at=started,
        ended_at=started + lasted if lasted else None,
        updates=[{"state": s, "text": t, "at": at.isoformat()} for s, t, at in reversed(told)],
    )
    incident.components.add(component)


def _maintenance(made: dict[str, Component], town: Cast, now: datetime) -> None:
    sunday = (now + (6 - now.weekday() or 7) * DAY).replace(
        hour=7, minute=0, second=0, microsecond=0
    )
    windows = (
        ("New graphics drivers", ["Transcoding"], now - 20 * MINUTE, 2 * HOUR, False),
        ("Updates of the operating system", ["Database", "Name servers"], sunday, 2 * HOUR, True),
        ("More disks for the mail store", ["District mail"], now - 19 * DAY, HOUR, False),
        ("New sign-in page", ["Sign-in", "Video portal"], now + 3 * DAY, HOUR / 2, False),
    )
    for title, names, starts, length, weekly in windows:
        is_over, has_begun = starts + length <= now, starts <= now
        window = Maintenance.objects.create(
            title=title,
            starts_at=starts,
            ends_at=starts + length,
            weekly=weekly,
            zone="America/New_York",
            made_by=town.engineers[0],
            made_at=starts - 2 * DAY,
            opened_at=starts if has_begun else None,
            closed_at=starts + length if is_over else None,
        )
        window.components.set(made[name] for name in names)
