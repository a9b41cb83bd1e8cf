"""Components and checks as people set them up. Refused says what to change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction

from deskbell.lib import clock, sealing
from deskbell.lib.errors import NotFound, Refused
from deskbell.monitoring import standing, watched
from deskbell.monitoring.checks import turning
from deskbell.monitoring.checks.kinds import KINDS
from deskbell.monitoring.checks.slots import first_slot
from deskbell.monitoring.models import Check, Component, Service
from deskbell.people.models import District
from deskbell.people.teams import working_agents
from deskbell.tickets.impacts import Impact

LEAST, MOST = 10, 86400  # seconds between two questions


def component(pk: int) -> Component:
    """The component with this key, retired or not."""
    found = Component.objects.filter(pk=pk).select_related("service", "owner__person").first()
    if found is None:
        raise NotFound("There is no such component.")
    return found


def check(pk: int) -> Check:
    """The check with this key; heartbeats have a screen of their own."""
    found = Check.objects.exclude(kind=Check.Kind.HEARTBEAT).filter(pk=pk)
    one = found.select_related("component__service").first()
    if one is None:
        raise NotFound("There is no such check.")
    return one


def add_component(form: Mapping[str, str]) -> Component:
    """A component by its name, of a service that is there or is made along with it."""
    name = " ".join(form.get("name", "").split())
    if not name:
        raise Refused("Give the component a name, such as Sign-in.")
    made = watched.make_component(name, form.get("kind") or Component.Kind.OWN)
    service = " ".join(form.get("service", "").split())[:100]
    if service:
        made.service, _ = Service.objects.get_or_create(name=service)
        made.save(update_fields=["service"])
    return made


@transaction.atomic
def save_component(
    found: Component, form: Mapping[str, str], depends_on: Iterable[str], districts: Iterable[str]
) -> None:
    """Its impact, owner, what it depends on, and which districts depend on it."""
    name = " ".join(form.get("name", "").split())
    if not name or form.get("impact") not in Impact.values:
        raise Refused("Give it a name, and the impact that its failure has.")
    found.name, found.impact = name[:100], form["impact"]
    if form.get("kind") in Component.Kind.values:
        found.kind = form["kind"]
    found.description = form.get("description", "").strip()[:300]
    owners = {str(agent.pk): agent for agent in working_agents()}
    found.owner = owners.get(form.get("owner", ""))
    found.for_everyone = form.get("for_everyone") == "yes"
    found.save()
    needed = Component.objects.filter(pk__in=_numbers(depends_on)).exclude(pk=found.pk)
    found.depends_on.set(needed)
    found.districts.set(District.objects.filter(pk__in=_numbers(districts)))


def retire(found: Component, *, on: bool) -> None:
    """Watch it no more, or again. Nothing of its history goes."""
    found.retired_at = clock.now() if on else None
    found.save(update_fields=["retired_at"])


@transaction.atomic
def save_check(form: Mapping[str, str], of: Component, found: Check | None = None) -> Check:
    """Make a check of a form, or change one; a secret that is left empty stays as it was."""
    kind = found.kind if found else form.get("kind", "")
    if kind not in KINDS:
        raise Refused("Choose what kind of check it is.")
    name = " ".join(form.get("name", "").split())
    if not name:
        raise Refused("Give the check a name: what it proves.")
    saved = _secrets(found)
    kept = {"kept_names": " ".join(saved)}
    asks, secrets = KINDS[kind].read({**form, **kept})
    made = found or Check(kind=kind, component=of)
    made.name, made.asks = name[:100], asks
    made.every = _seconds(form.get("every", ""), "seconds between two questions", LEAST, MOST, 60)
    made.timeout = _seconds(form.get("timeout", ""), "seconds to wait", 1, 60, 10)
    made.retries = _seconds(form.get("retries", ""), "tries beyond the first", 0, 10, 1)
    together = {**saved, **{name: value for name, value in secrets.items() if value}}
    made.sealed = sealing.seal(json.dumps(together)) if together else ""
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
    if not written.isdecimal() or not least <= int(written) <= most:
        raise Refused(f"“{written[:20]}” is no number of {what}: write {least} to {most}.")
    return int(written)


def _numbers(given: Iterable[str]) -> list[int]:
    return [int(each) for each in given if each.isdecimal()]
