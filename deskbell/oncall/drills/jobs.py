"""The jobs of drills: each loads by id and calls one verb."""

from __future__ import annotations

from deskbell.lib.jobs import job, soon
from deskbell.oncall.drills import running
from deskbell.oncall.models import DrillRun
from deskbell.tickets.events import Acknowledged


@job("send_drill")
def send_drill(run: int) -> None:
    """Hand the alert of a drill in at the door, unless it has arrived already."""
    found = DrillRun.objects.select_related("drill").filter(pk=run).first()
    if found and found.alert_id is None:
        running.send(found)


@job("end_drill")
def end_drill(run: int) -> None:
    """A drill was acknowledged: its alert ends, its ticket is solved."""
    related = DrillRun.objects.select_related("drill", "alert__ticket", "acknowledged_by__person")
    found = related.filter(pk=run).first()
    if found:
        running.end(found)


def send(run: DrillRun) -> None:
    """Ask for the job, at commit."""
    soon(send_drill, run=run.pk)


def note_acknowledged(fact: Acknowledged) -> None:
    """Keep how long it took, and let the drill end."""
    for run in running.note_acknowledged(fact):
        soon(end_drill, run=run.pk)
