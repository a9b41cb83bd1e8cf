"""Checks as people set them up. Refused says what to change."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from deskbell.lib import clock, sealing
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import whole
from deskbell.monitoring import standing
from deskbell.monitoring.checks import turning
from deskbell.monitoring.checks.kinds import KINDS, Asks
from deskbell.monitoring.checks.slots import first_slot
from deskbell.monitoring.models import Check, Component

WEB_PLACE = re.compile(r"https?://[^/\s?#]*", re.IGNORECASE)
LEAST, MOST = 10, 86400  # seconds between two questions


def check(pk: int) -> Check:
    """The check with this key; heartbeats have a screen of their own."""
    found = Check.objects.exclude(kind=Check.Kind.HEARTBEAT).filter(pk=pk)
    one = found.select_related("component__service").first()
    if one is None:
        raise NotFound("There is no such check.")
    return one


@dataclass(frozen=True)
class Read:
    """A check's form, read: what it asks, its secrets with those that were saved, and its rhythm."""

    kind: str
    name: str
    asks: Asks
    secrets: dict[str, str]
    every: int
    timeout: int
    retries: int


def read_check(form: Mapping[str, str], found: Check | None = None) -> Read:
    """Refused with what to change; a secret that is left empty stays as it was."""
    kind = found.kind if found else form.get("kind", "")
    if kind not in KINDS:
        raise Refused("Choose what kind of check it is.")
    saved = _secrets(found)
    asks, secrets = KINDS[kind].read({**form, "kept_names": " ".join(saved)})
    if found and saved and places(kind, asks) != places(kind, found.asks):
        saved = dict.fromkeys(saved, "")
        if not all({**saved, **secrets}.values()):
            raise Refused(
                "It asks another place now, which may not be told the secrets of the one before: "
                "enter them again."
            )
    return Read(
        kind,
        " ".join(form.get("name", "").split())[:100],
        asks,
        {**saved, **{name: value for name, value in secrets.items() if value}},
        _seconds(form.get("every", ""), "seconds between two questions", LEAST, MOST, 60),
        _seconds(form.get("timeout", ""), "seconds to wait", 1, 60, 10),
        _seconds(form.get("retries", ""), "tries beyond the first", 0, 10, 1),
    )


def places(kind: str, asks: Asks) -> set[object]:
    """Whom it would tell its secrets: hosts with their ports, and by which protocol."""
    if kind == Check.Kind.STEPS:
        return set(WEB_PLACE.findall(asks["script"]))
    if kind == Check.Kind.HTTP:
        return set(WEB_PLACE.findall(asks["url"]))
    ends = [asks["smtp"], asks["imap"]] if kind == Check.Kind.IMAP else [asks]
    return {(end.get("host"), end.get("port"), end.get("security")) for end in ends}


@transaction.atomic
def save_check(form: Mapping[str, str], of: Component, found: Check | None = None) -> Check:
    """Make a check of a form, or change one."""
    if not form.get("name", "").strip():
        raise Refused("Give the check a name: what it proves.")
    read = read_check(form, found)
    made = found or Check(kind=read.kind, component=of)
    made.name, made.asks, made.every = read.name, read.asks, read.every
    made.timeout, made.retries = read.timeout, read.retries
    made.sealed = sealing.seal(json.dumps(read.secrets)) if read.secrets else ""
    made.leased_until = None  # a verdict on its way answers what was asked before
    made.next_at = first_slot(made.token, made.every, clock.now())
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Refused(f"{of} already has a check named “{made.name}”.") from None
    standing.settle(of, why=f"{made.name} was saved")
    return made


@transaction.atomic
def pause(found: Check, *, on: bool) -> None:
    """Ask no more, or again from now on; the next verdict says how it stands. What is asked no more is
    not down: its alert ends."""
    locked = Check.objects.select_for_update(of=("self",)).select_related("component")
    found = locked.get(pk=found.pk)
    if on == (found.state == Check.State.PAUSED):
        return
    now = clock.now()
    turning.move(found, Check.State.PAUSED if on else Check.State.NEW, now)
    found.failures, found.leased_until = 0, None  # a verdict on its way is of before
    found.next_at = first_slot(found.token, found.every, now)
    found.save(update_fields=["failures", "leased_until", "next_at"])
    standing.settle(found.component, why=f"{found.name}: {found.get_state_display()}")


@transaction.atomic
def remove(found: Check) -> None:
    """Remove a check and what it found. Its alert ends: nothing is left to be wrong."""
    pause(found, on=True)
    of = found.component
    found.delete()
    standing.settle(of, why=f"{found.name} is no longer asked")


def _secrets(found: Check | None) -> dict[str, str]:
    if found is None or not found.sealed:
        return {}
    return dict(json.loads(sealing.unseal(found.sealed)))


def _seconds(written: str, what: str, least: int, most: int, usual: int) -> int:
    written = written.strip()
    if not written:
        return usual
    number = whole(written, least, most)
    if number is None:
        raise Refused(f"“{written[:20]}” is no number of {what}: write {least} to {most}.")
    return number
