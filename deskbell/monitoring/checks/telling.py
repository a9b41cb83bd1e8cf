"""What the desk's own checks report: alerts of checks that are down, warnings, and the desk's network."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from deskbell.lib import clock
from deskbell.monitoring import alerts
from deskbell.monitoring.checks.kinds import KINDS
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Check, Source
from deskbell.monitoring.sources import of_the_desk
from deskbell.tickets.impacts import Impact

State = Check.State
STANDSTILL = "checks stand still"


def key(check: Check) -> str:
    """By which the check's alerts are known."""
    return f"check {check.pk}"


def say(check: Check) -> None:
    """Raise the alert of a locked check that is down; end it when it is up, or asked no more. What is
    unknown ends nothing."""
    if check.state == State.DOWN:
        text = f"{check.last_said}\n\n{target(check)}"
        title = f"{check.component.name}: {check.name} is down"
        _raise(check, key(check), title, text, check.failing_since or check.state_since)
    elif check.state in {State.UP, State.PAUSED}:
        _end(check, key(check), check.state_since)


def say_warning(check: Check) -> None:
    """A check is up and will not be for long: somebody looks in working hours."""
    name, now = f"{key(check)} warning", clock.now()
    if check.warning:
        title, text = (
            f"{check.component.name}: {check.name} warns",
            f"{check.warning}\n\n{target(check)}",
        )
        _raise(check, name, title, text, now, impact=Impact.NORMAL)
    else:
        _end(check, name, now)


def forget(check: Check) -> None:
    """What it has failed on says nothing any more: the alert about it ends."""
    _end(check, key(check), clock.now())


def target(check: Check) -> str:
    """Whom it asks, in a line."""
    return KINDS[check.kind].target(check.asks)


def say_network(machine: str, *, lost: bool) -> None:
    """One alert for all: this machine asks and hears nothing, so it knows nothing of anybody."""
    _say_of_the_desk(
        f"network of {machine}",
        f"The desk’s own network is gone ({machine})",
        "Its checks reach nobody any more, so what they watch is unknown and not called down. "
        "Look at the network and the name servers of this machine first.",
        {"machine": machine},
        wrong=lost,
    )


def say_standstill(since: datetime | None) -> None:
    """One alert for all: nobody has asked what was due at `since`; None: all are asked again."""
    _say_of_the_desk(
        STANDSTILL,
        "The desk’s own checks stand still",
        "Checks that are due are not asked, so what they watch is unknown. Look whether `deskbell checks` "
        "runs on the desk’s machine, and what its log says.",
        {"part": "checks"},
        wrong=since is not None,
        since=since,
    )


@transaction.atomic
def _say_of_the_desk(
    name: str,
    title: str,
    text: str,
    labels: dict[str, str],
    *,
    wrong: bool,
    since: datetime | None = None,
) -> None:
    source, now = of_the_desk(Source.Kind.DESK), clock.now()
    known = Alert.objects.open().filter(source=source, key=name).first()
    if wrong == (known is not None):
        return
    started = known.started_at if known else since or now
    ended = None if wrong else max(now, started)
    reported = Reported(name, title, text, "critical", labels, started, ended)
    alerts.take_said(reported, alerts.Said(source, now, impact=Impact.URGENT))


def network_is_lost(machine: str) -> bool:
    """Is the alert about this machine's network open, from before a restart?"""
    name = f"network of {machine}"
    return Alert.objects.open().filter(source__kind=Source.Kind.DESK, key=name).exists()


def _raise(
    check: Check, name: str, title: str, text: str, started: datetime, impact: str = ""
) -> None:
    labels = {"check": check.name, "component": check.component.key}
    reported = Reported(name, title, text, "", labels, started, None)
    alerts.take_said(reported, _said(check, impact))


def _end(check: Check, name: str, at: datetime) -> None:
    source = of_the_desk(Source.Kind.CHECKS)
    known = Alert.objects.open().filter(source=source, key=name).first()
    if known is None:
        return
    ended = max(at, known.started_at)
    over = Reported(name, known.title, "It is well again.", "", {}, known.started_at, ended)
    alerts.take_said(over, _said(check))


def _said(check: Check, impact: str = "") -> alerts.Said:
    source = of_the_desk(Source.Kind.CHECKS)
    return alerts.Said(source, clock.now(), component=check.component, impact=impact)
