"""One drill: sent to the desk's own address as a monitoring system would, and ended once someone has it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.ids import new_token
from deskbell.monitoring import sources
from deskbell.monitoring.alerts import AlertRaised
from deskbell.monitoring.models import Alert, Source
from deskbell.oncall.models import Call, Drill, DrillRun
from deskbell.people import notices
from deskbell.people.models import Agent
from deskbell.tickets import solving
from deskbell.tickets.events import Acknowledged
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import State

PREFIX = "drill-"  # of the keys of its alerts
PATH = "/oncall/drills"
SECONDS = 20  # for the door's answer
ABOUT = (
    "This is a drill: nothing is broken. Acknowledge it as if it were real; the desk then solves the "
    "ticket, and keeps how long it took."
)


def send(run: DrillRun) -> bool:
    """Hand the alert in at the public door, over HTTP. A door that does not take it is what a drill is
    there to find: it is kept, and the managers are told."""
    said = _post(run, ended=False)
    if said:
        run.said = said[:300]
        run.save(update_fields=["said"])
        text = f"DRILL: the desk's own door took no alert. {said}"
        with transaction.atomic():
            notices.notify(_managers(), text, path=PATH, urgent=True)
    return not said


def recognize(fact: AlertRaised) -> None:
    """An alert of a drill is marked as one, before anybody is paged about it."""
    run = _run_of(fact.alert)
    if run is None or run.alert_id:
        return
    fact.alert.is_drill = True
    fact.alert.save(update_fields=["is_drill"])
    run.alert = fact.alert
    run.save(update_fields=["alert"])


def note_acknowledged(fact: Acknowledged) -> list[DrillRun]:
    """The first acknowledgement is the drill's end; returns the runs that it has ended."""
    if fact.event.by is None:
        return []
    alerts = Alert.objects.filter(ticket=fact.ticket, is_drill=True)
    ended = list(
        DrillRun.objects.select_for_update().filter(alert__in=alerts, acknowledged_at=None)
    )
    for run in ended:
        run.acknowledged_by = Agent.objects.get(person=fact.event.by)
        run.acknowledged_at = fact.event.at
        run.save(update_fields=["acknowledged_by", "acknowledged_at"])
    return ended


def end(run: DrillRun) -> None:
    """Say through the door that it is over, and solve its ticket in the name of who acknowledged it."""
    if run.alert is None or run.acknowledged_by is None:
        return
    _post(run, ended=True)
    ticket = run.alert.ticket
    if ticket and ticket.state not in {State.SOLVED, State.CLOSED}:
        try:
            by = run.acknowledged_by
            solving.set_state(ticket, State.SOLVED, by=by, unanswered=True, incomplete=True)
        except Refused:
            return  # somebody has done more with it meanwhile


def rounds_of(runs: Sequence[DrillRun]) -> dict[int, int]:
    """How many rounds of the escalation each took, by the ids of their alerts."""
    calls = Call.objects.filter(alert__in=[run.alert_id for run in runs if run.alert_id])
    return dict(calls.values_list("alert_id", "round"))


def source_of(impact: str) -> Source:
    """The source by whose address drills of this impact come in. An Alertmanager: its door is tried too."""
    source, _ = Source.objects.get_or_create(
        name=f"Drills ({Impact(impact).label})",
        defaults={
            "kind": Source.Kind.ALERTMANAGER,
            "token": new_token(),
            "impact": impact,
        },
    )
    return source


def document(run: DrillRun, *, ended: bool) -> dict[str, object]:
    """The body, as Alertmanager writes it (webhook version 4)."""
    title = f"DRILL: {run.drill.name}"
    began = run.began_at.astimezone(UTC).isoformat()
    return {
        "version": "4",
        "groupKey": f"{PREFIX}{run.pk}",
        "status": "resolved" if ended else "firing",
        "receiver": "deskbell",
        "alerts": [
            {
                "status": "resolved" if ended else "firing",
                "labels": {"alertname": title, "severity": "drill", "drill": str(run.drill_id)},
                "annotations": {"summary": title, "description": ABOUT},
                "startsAt": began,
                "endsAt": clock.now().isoformat() if ended else "0001-01-01T00:00:00Z",
                "fingerprint": f"{PREFIX}{run.pk}",
            }
        ],
    }


def _post(run: DrillRun, *, ended: bool) -> str:
    """Why the door did not take it; empty if it did. The address is a secret and stands in no text."""
    source = source_of(run.drill.impact)
    request = urllib.request.Request(  # noqa: S310 - the desk's own address
        sources.address(source),
        json.dumps(document(run, ended=ended)).encode(),
        {"Content-Type": "application/json", "User-Agent": "Deskbell drill"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            answer.read(1024)
    except urllib.error.HTTPError as error:
        return f"It answered {error.code}."
    except (OSError, ValueError) as error:
        return f"It could not be reached ({type(error).__name__})."
    return ""


def _run_of(alert: Alert) -> DrillRun | None:
    """By key and source: nobody else knows that address."""
    number = alert.key.removeprefix(PREFIX)
    if not alert.key.startswith(PREFIX) or not number.isdecimal() or len(number) > 18:
        return None
    run = DrillRun.objects.select_related("drill").filter(pk=int(number)).first()
    if run is None or alert.source.name != f"Drills ({Impact(run.drill.impact).label})":
        return None
    return run


def _managers() -> list[Agent]:
    active = Agent.objects.filter(person__is_active=True).select_related("person")
    return list(active.filter(role__in=[Agent.Role.MANAGER, Agent.Role.ADMINISTRATOR]))


def runs_of(drill: Drill, count: int) -> list[DrillRun]:
    """The newest runs, the newest first."""
    related = drill.runs.select_related("alert", "acknowledged_by__person")
    return list(related.order_by("-id")[:count])
