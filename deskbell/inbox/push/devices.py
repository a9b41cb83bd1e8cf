"""The browsers in which an agent is told things while no page is open: added, named, removed. One's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from deskbell.chat.browsers import in_words
from deskbell.inbox.models import Device, Preferences, Push
from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.ids import digest
from deskbell.lib.push import subscription
from deskbell.lib.push.subscription import Subscription
from deskbell.lib.sealing import seal, unseal
from deskbell.oncall.ways.push.keys import ensure_keys
from deskbell.people.models import Agent
from deskbell.tickets.access import readable_by

MOST = 10  # devices of a person
UNDONE_WITHIN = timedelta(days=1)  # then a removed one and its subscription are erased


def devices_of(agent: Agent) -> QuerySet[Device]:
    """Those that are told, the newest last."""
    return agent.devices.filter(removed_at=None).order_by("pk")


def own(agent: Agent, pk: int) -> Device:
    """One's own device. Raises NotFound, for another's too."""
    found = devices_of(agent).filter(pk=pk).first()
    if found is None:
        raise NotFound("You have no such device.")
    return found


def told_lately(agent: Agent, most: int) -> QuerySet[Push]:
    """What this agent's devices were told, or were not and why: the newest first, and nothing that they may
    not read any more."""
    readable = Q(ticket=None) | Q(ticket__in=readable_by(agent.person))
    return agent.pushes.filter(readable).order_by("-pk")[:most]


def subscription_of(device: Device) -> Subscription:
    """What its service needs. Raises Refused if the desk's secret key has changed since."""
    return Subscription(**json.loads(unseal(device.sealed)))


@transaction.atomic
def add(agent: Agent, sent: Mapping[str, str], *, browser: str) -> Device:
    """Tell this agent things in the browser whose `subscription` was sent, from now on; it says of itself
    what stands in `browser`. A browser is one person's: whoever had it before hears nothing there any
    more. Raises Refused."""
    found = subscription.read(sent.get("subscription", ""), ensure_keys()[1])
    Agent.objects.select_for_update().get(pk=agent.pk)  # two windows add one after the other
    key = digest(found.endpoint)
    if devices_of(agent).exclude(endpoint_digest=key).count() >= MOST:
        raise Refused(f"You have {MOST} devices: remove one first.")
    Preferences.objects.get_or_create(agent=agent)  # by which what is sent is chosen
    device, _ = Device.objects.update_or_create(
        endpoint_digest=key,
        defaults={
            "agent": agent,
            "name": _name(sent) or in_words(browser) or found.host,
            "where": found.host,
            "sealed": seal(json.dumps(asdict(found))),
            "shows_words": sent.get("words") == "yes",
            "removed_at": None,
        },
    )
    return device


def change(device: Device, sent: Mapping[str, str]) -> None:
    """Its name, and whether it shows the words themselves. Raises Refused."""
    device.name, device.shows_words = _name(sent) or device.name, sent.get("words") == "yes"
    device.save(update_fields=["name", "shows_words"])


def remove(device: Device) -> None:
    """It is told nothing any more, and can be brought back within a day."""
    device.removed_at = clock.now()
    device.save(update_fields=["removed_at"])


@transaction.atomic
def bring_back(agent: Agent, pk: int) -> None:
    """Undo the removal of one's own device. Raises NotFound, or Refused where others have its place."""
    Agent.objects.select_for_update().get(pk=agent.pk)
    found = agent.devices.filter(pk=pk).first()
    if found is None:
        raise NotFound("It has been erased: turn it on again in its browser.")
    if found.removed_at and devices_of(agent).count() >= MOST:
        raise Refused(f"You have {MOST} devices: remove one first.")
    found.removed_at = None
    found.save(update_fields=["removed_at"])


def erase_removed() -> int:
    """Forget for good what was removed a day ago; returns how many."""
    old = Device.objects.filter(removed_at__lte=clock.now() - UNDONE_WITHIN)
    return old.delete()[1].get("inbox.Device", 0)


def _name(sent: Mapping[str, str]) -> str:
    name = " ".join(sent.get("name", "").split())
    if len(name) > 100 or not name.isprintable():
        raise Refused("Write a name of at most 100 characters.")
    return name
