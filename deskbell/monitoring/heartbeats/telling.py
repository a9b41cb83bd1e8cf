"""A heartbeat came into another state: it is noted, and its alert is raised or ended."""

from __future__ import annotations

from datetime import datetime

from deskbell.lib import clock
from deskbell.monitoring import alerts, standing
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Check, CheckChange, Source
from deskbell.monitoring.sources import of_the_desk

SHOWN = 2000  # characters of a failed job's output in its ticket


def key(check: Check) -> str:
    """By which the heartbeat's alerts are known."""
    return f"heartbeat {check.pk}"


def changed(check: Check, since: datetime, *, shown: bytes = b"") -> None:
    """Write down the state of a locked heartbeat and tell of it. `since`: of the state before.

    Raised and ended only by what the tables say, so to tell it twice changes nothing.
    """
    CheckChange.objects.create(
        of=check, state=check.state, at=check.state_since, said=check.last_said
    )
    say(check, since, shown=shown)


def say(check: Check, since: datetime, *, shown: bytes = b"") -> None:
    """Raise the alert of a heartbeat that is down; end it when it is up again."""
    source = of_the_desk(Source.Kind.CHECKS)
    said = alerts.Said(source, clock.now(), component=check.component)
    if check.state == Check.State.DOWN:
        alerts.take_said(_reported(check, shown), said)
    else:
        known = Alert.objects.open().filter(source=source, key=key(check)).first()
        if known:
            ended = max(check.state_since, known.started_at)
            alerts.take_said(_reported(check, shown, started=known.started_at, ended=ended), said)
    standing.settle(check.component, why=f"{check.name}: {check.get_state_display()}")


def _reported(
    check: Check, shown: bytes, *, started: datetime | None = None, ended: datetime | None = None
) -> Reported:
    output = shown.decode("utf-8", "replace").replace("\x00", "�")[:SHOWN]
    text = check.last_said if check.state == Check.State.DOWN else "It has come again."
    if output.strip() and output.strip() != check.last_said:
        text += f"\n\nIts output begins:\n\n{output}"
    return Reported(
        key=key(check),
        title=f"{check.name}: {'it failed' if check.failures else 'no heartbeat'}",
        text=text or "The job says that it failed.",
        severity="",
        labels={"heartbeat": check.name, "component": check.component.key},
        started=started or check.state_since,
        ended=ended,
    )
