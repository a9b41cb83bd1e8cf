"""`deskbell watch`: a look each minute. All is well: the dead man's address is pinged. If not, the log, the
screen and the managers are told (E8)."""

from __future__ import annotations

import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from deskbell.lib import clock
from deskbell.mail.queueing import can_be_written_to
from deskbell.oncall.models import Watch
from deskbell.oncall.watching import faults as finding
from deskbell.oncall.watching import mailing
from deskbell.oncall.watching.faults import Fault
from deskbell.oncall.watching.memory import Memory
from deskbell.people.models import Agent

EVERY = 60.0  # seconds
BEGINS_AFTER = 75.0  # seconds: at a start the others have not come round yet
AWAY_FOR = 180.0  # seconds without the database, then it is a fault and not a restart
PING_SECONDS = 10
log = logging.getLogger(__name__)


def keep_watching(stop: threading.Event, *, memory: Path) -> None:
    """Look every minute until `stop` is set. Nothing that goes wrong ends it."""
    watcher = Watcher(memory)
    pause = BEGINS_AFTER
    while not stop.wait(pause):
        began = time.monotonic()
        watcher.look()
        connections.close_all()  # held for no longer than a look: one that broke is none at the next
        pause = max(1.0, EVERY - (time.monotonic() - began))


class Watcher:
    """One watch, with what it remembers between two looks."""

    def __init__(self, memory: Path) -> None:
        self._path = memory
        self._memory = Memory.read(memory)
        self._away_since: float | None = None

    def look(self) -> list[Fault]:
        """Look once, and do what follows from it. Returns what is wrong."""
        found, asked = self._find()
        for fault in found:
            log.error("NOT WELL: %s", fault.sentence)
        pinged, said = (None, "")
        if asked and not found:
            pinged, said = ping(settings.DEADMAN_URL)
        self._tell_managers(found, well=asked)
        if asked:
            self._show(found, pinged, said)
        return found

    def _find(self) -> tuple[list[Fault], bool]:
        """What is wrong, and whether the database could be asked at all."""
        try:
            found = finding.find()
            self._memory.addresses = managers() or self._memory.addresses
        except (DatabaseError, InterfaceError) as error:
            log.warning("The database could not be asked: %s", error)
            return self._without_database(), False
        except Exception as error:
            log.exception("The watch itself failed")
            return [Fault("watch", f"The watch itself fails: {type(error).__name__}.")], False
        self._away_since = None
        return found, True

    def _without_database(self) -> list[Fault]:
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = now
        away = now - self._away_since
        if away < AWAY_FOR:
            return []
        return [Fault("database", f"The database has not answered for {round(away / 60)} min.")]

    def _tell_managers(self, found: Sequence[Fault], *, well: bool) -> None:
        """At most one mail an hour for each reason, and one when all is well again."""
        now = clock.now().timestamp()
        untold = self._memory.untold((fault.reason for fault in found), now)
        if untold:
            told = [fault for fault in found if fault.reason in untold]
            if self._mail("The desk is not well", [fault.sentence for fault in told]):
                self._memory.told |= dict.fromkeys(untold, now)
        elif well and not found and self._memory.told:
            self._mail("The desk is well again", ["The watch has found nothing wrong any more."])
            self._memory.told = {}
        self._memory.keep(self._path)

    def _mail(self, subject: str, sentences: Sequence[str]) -> bool:
        text = "\n\n".join([*sentences, f"{settings.DESK_URL}/oncall/watch", ABOUT])
        try:
            mailing.send(self._memory.addresses, subject, text)
        except mailing.NotSent as error:
            log.error("The managers could not be written to: %s", error)
            return False
        return True

    def _show(self, found: Sequence[Fault], pinged: datetime | None, said: str) -> None:
        try:
            show(found, pinged, said)
        except (DatabaseError, InterfaceError) as error:
            log.warning("What was seen could not be kept: %s", error)


ABOUT = (
    "The watch over the desk itself wrote this. It sends at most one mail an hour for each reason."
)


def ping(address: str) -> tuple[datetime | None, str]:
    """Tell the dead man's address that all is well; when it answered, or why it did not. The address is a
    secret, so it stands in no log."""
    if not address:
        return None, ""
    try:
        with urllib.request.urlopen(address, timeout=PING_SECONDS) as answer:  # noqa: S310 - the operator's
            answer.read(1024)
        return clock.now(), ""
    except urllib.error.HTTPError as error:
        said = f"It answered {error.code}."
    except (OSError, ValueError) as error:
        said = f"It could not be reached ({type(error).__name__})."
    log.warning("The dead man's address was not pinged. %s", said)
    return None, said


def managers() -> list[str]:
    """The addresses of those who are told: managers, and whoever administers the desk."""
    lead = Agent.objects.filter(role__in=[Agent.Role.MANAGER, Agent.Role.ADMINISTRATOR])
    people = [
        agent.person for agent in lead.filter(person__is_active=True).select_related("person")
    ]
    return sorted(str(person.email) for person in people if can_be_written_to(person))


def show(found: Sequence[Fault], pinged: datetime | None, said: str) -> None:
    """Keep what was seen for the screen."""
    before = Watch.objects.filter(pk=1).first()
    now = clock.now()
    Watch.objects.update_or_create(
        pk=1,
        defaults={
            "looked_at": now,
            "faults": [fault._asdict() for fault in found],
            "since": (before.since if before and before.since else now) if found else None,
            "pinged_at": pinged or (before.pinged_at if before else None),
            "ping_said": said[:300],
        },
    )


def is_overdue(watch: Watch | None) -> bool:
    """Has the watch itself not looked for three of its rounds?"""
    return watch is None or clock.now() - watch.looked_at > timedelta(seconds=3 * EVERY)
