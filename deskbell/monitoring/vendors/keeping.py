"""Keeping what a vendor says: its parts, its troubles with their updates, and alerts for our components."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.monitoring import alerts, standing
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Component, Source, Vendor, VendorIncident
from deskbell.monitoring.sources import of_the_desk
from deskbell.monitoring.vendors import verdicts
from deskbell.monitoring.vendors.fetching import Answer
from deskbell.monitoring.vendors.google import reading as google
from deskbell.monitoring.vendors.normal import Reading, Trouble, Unreadable, Update
from deskbell.monitoring.vendors.rss import reading as rss
from deskbell.monitoring.vendors.statuspage import reading as statuspage
from deskbell.people.models import Agent

READERS: dict[str, Callable[[bytes], Reading]] = {
    Vendor.Feed.STATUSPAGE: statuspage.read,
    Vendor.Feed.GOOGLE: google.read,
    Vendor.Feed.RSS: rss.read,
}
SILENT_AFTER = timedelta(minutes=15)  # a feed that fails for so long is an alert itself
State = Component.State
log = logging.getLogger(__name__)


@transaction.atomic
def take(pk: int, answer: Answer) -> None:
    """Bring the vendor with this key up to what its feed answered. A failure leaves it unknown."""
    vendor = Vendor.objects.select_for_update().filter(pk=pk).first()
    if vendor is None:
        return  # forgotten while it was asked
    now = clock.now()
    why = answer.why or _read(vendor, answer)
    if why:
        vendor.failing_since = vendor.failing_since or now
        vendor.failing_why, vendor.etag, vendor.modified = why[:300], "", ""
    else:
        vendor.failing_since, vendor.failing_why, vendor.last_at = None, "", now
        vendor.etag, vendor.modified = answer.etag, answer.modified
    vendor.save(
        update_fields=["failing_since", "failing_why", "last_at", "etag", "modified", "parts"]
    )
    follow(vendor)


def follow(vendor: Vendor) -> None:
    """Raise and end what a locked vendor's rows say: an alert for each component of ours in trouble.

    Tickets are locked before components, as everywhere.
    """
    _say_silence(vendor)
    components = list(vendor.components.filter(retired_at=None))
    if vendor.failing_since is None:
        for component in components:
            _say(vendor, component)
    for component in components:
        standing.settle(component, why=f"By the status of {vendor}")


@transaction.atomic
def decide(incident: VendorIncident, gravity: str, *, by: Agent) -> None:
    """A person says what an entry without severity means for us: a gravity, or "over"."""
    vendor = Vendor.objects.select_for_update().get(pk=incident.vendor_id)
    if vendor.feed != Vendor.Feed.RSS:
        raise Refused(f"{vendor} says itself how bad it is.")
    if gravity == "over":
        incident.ended_at = clock.now()
    elif gravity in verdicts.GRAVE:
        incident.gravity, incident.ended_at = gravity, None
    else:
        raise Refused("Say whether it is degraded, a partial outage, a major outage, or over.")
    incident.decided_by = by
    incident.save(update_fields=["gravity", "ended_at", "decided_by"])
    follow(vendor)


def let_go(vendor: Vendor, component: Component) -> None:
    """A vendor stands for this component no more: its alert about it ends."""
    _end(f"vendor {vendor.pk} {component.key}")
    standing.settle(component, why=f"{vendor} does not concern it any more")


def end_alerts(vendor: Vendor) -> None:
    """Nothing is asked of this vendor any more: what it said holds no longer."""
    for component in vendor.components.all():
        _end(f"vendor {vendor.pk} {component.key}")
    _end(f"vendor {vendor.pk} silent")


def _end(key: str) -> None:
    source, now = of_the_desk(Source.Kind.VENDORS), clock.now()
    known = Alert.objects.open().filter(source=source, key=key).first()
    if known:
        over = Reported(key, known.title, "", "", {}, known.started_at, now)
        alerts.take_said(over, alerts.Said(source, now, component=known.component))


def _read(vendor: Vendor, answer: Answer) -> str:
    """Keep what is new; the reason if it can't be read. A fault of ours is a failure too."""
    if answer.content is None:
        return ""
    try:
        with transaction.atomic():
            _keep(vendor, READERS[vendor.feed](answer.content))
    except Unreadable as error:
        return str(error)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("The feed of %s could not be kept", vendor)
        return f"The desk failed on it ({type(error).__name__})."
    return ""


def _keep(vendor: Vendor, reading: Reading) -> None:
    vendor.parts = [{"id": p.id, "name": p.name, "state": p.state} for p in reading.parts]
    troubles = {
        trouble.key: trouble for trouble in reversed(reading.troubles)
    }  # the first of a key
    keys = list(troubles)
    known = {each.key: each for each in vendor.incidents.filter(key__in=keys)}
    ours = {each.key: each for each in vendor.components.all()}
    for trouble in troubles.values():
        _keep_trouble(vendor, trouble, known.get(trouble.key), ours)
    if reading.complete:
        gone = vendor.incidents.filter(ended_at=None).exclude(key__in=keys)
        gone.update(ended_at=clock.now())


def _keep_trouble(
    vendor: Vendor, trouble: Trouble, known: VendorIncident | None, ours: dict[str, Component]
) -> None:
    by_person = vendor.feed == Vendor.Feed.RSS
    row = known or VendorIncident(vendor=vendor, key=trouble.key, started_at=trouble.started)
    row.title, row.state, row.impact = trouble.title, trouble.state, trouble.impact
    row.address, row.seen_at = trouble.address, clock.now()
    if not by_person:
        row.gravity, row.ended_at = trouble.gravity or "", trouble.ended
    told = [_written(each) for each in trouble.updates]
    row.updates = _with_earlier(told, row.updates) if by_person else told
    row.save()
    names = trouble.parts or ((),)
    concerned = {key for each in names for key in verdicts.keys(vendor, each)}
    row.components.set([ours[key] for key in concerned if key in ours])
    if by_person and known is None and vendor.last_at is not None:
        _inform(vendor, row)


def _with_earlier(told: list[dict[str, str]], before: list[dict[str, str]]) -> list[dict[str, str]]:
    """An entry that was edited is an update: what it said before stays below."""
    texts = {each["text"] for each in told}
    return [*told, *(each for each in before if each["text"] not in texts)][:50]


def _inform(vendor: Vendor, row: VendorIncident) -> None:
    """An entry of a feed without severity is for information: it is listed, and pages nobody."""
    component = row.components.first()
    Alert.objects.create(
        source=of_the_desk(Source.Kind.VENDORS),
        component=component,
        key=f"vendor {vendor.pk} entry {row.pk}",
        state=Alert.State.INFO,
        title=f"{vendor}: {row.title}"[:500],
        started_at=row.started_at,
        received_at=clock.now(),
        last_seen_at=clock.now(),
        address=row.address,
    )


def _say(vendor: Vendor, component: Component) -> None:
    """Open or end the alert about one component of ours. Unknown ends nothing."""
    source, key = of_the_desk(Source.Kind.VENDORS), f"vendor {vendor.pk} {component.key}"
    state = verdicts.of(vendor, component)
    known = Alert.objects.open().filter(source=source, key=key).first()
    if state == State.UNKNOWN or (known is None and state not in verdicts.GRAVE):
        return
    now = clock.now()
    reported = Reported(
        key=key,
        title=f"{component.name}: {vendor} says {state.label.lower()}",
        text=_text(vendor, component),
        severity=state,
        labels={"vendor": vendor.name, "component": component.key},
        started=known.started_at if known else now,
        ended=None if state in verdicts.GRAVE else now,
    )
    alerts.take_said(reported, alerts.Said(source, now, component=component))


def _text(vendor: Vendor, component: Component) -> str:
    """What the vendor tells: its parts in trouble, and its open incidents with their last update."""
    lines = [
        f"{part['name']}: {State(part['state']).label}"
        for part in verdicts.parts_for(vendor, component)
        if part["state"] in verdicts.GRAVE
    ]
    for incident in vendor.incidents.filter(ended_at=None, components=component)[:5]:
        last = incident.updates[0]["text"] if incident.updates else ""
        lines.append(f"\n{incident.title}\n{last}\n{incident.address}".rstrip())
    return "\n".join([*lines, "", vendor.homepage or vendor.address]).strip()


def _say_silence(vendor: Vendor) -> None:
    """A feed that has failed for a while is an alert of its own: its vendor may be in trouble unseen."""
    source, key, now = of_the_desk(Source.Kind.VENDORS), f"vendor {vendor.pk} silent", clock.now()
    since = vendor.failing_since
    known = Alert.objects.open().filter(source=source, key=key).first()
    if (since is not None and now - since < SILENT_AFTER) or (since is None and known is None):
        return
    reported = Reported(
        key=key,
        title=f"The status of {vendor} can't be read",
        text=f"{vendor.failing_why}\n\n{vendor.address}",
        severity="",
        labels={"vendor": vendor.name},
        started=known.started_at if known else since or now,
        ended=None if since is not None else now,
    )
    alerts.take_said(reported, alerts.Said(source, now))


def _written(update: Update) -> dict[str, str]:
    return {"at": update.at.isoformat(), "state": update.state, "text": update.text}
