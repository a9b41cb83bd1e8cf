"""A device is to be told something: one row, in the transaction of what happened. The worker sends it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from deskbell.inbox.models import Device, Push, Topic
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.push.handing import tag_of
from deskbell.realtime.wake import wake
from deskbell.tickets.models import Ticket

LOOP = "pushes"
TEST = "test"
SHOWN = 140  # characters of a message: a device shows no more
UNSENT = "A test is on its way to it already."


@dataclass(frozen=True)
class Happening:
    """One thing that one agent may want to hear of. `key` is the same wherever they hear it."""

    agent: int
    key: str
    text: str  # of any length
    path: str
    ticket: int | None = None
    notice: int | None = None

    @property
    def shown(self) -> str:
        """Its words as a device shows them."""
        return " ".join(self.text.split())[:SHOWN]


def queue(topic: Topic, happenings: Sequence[Happening], agents: Collection[int]) -> None:
    """Tell all devices of those of these agents; three statements, however many they are."""
    devices: dict[int, list[Device]] = {}
    for device in Device.objects.filter(agent__in=agents, removed_at=None):
        devices.setdefault(device.agent_id, []).append(device)
    told = [each for each in happenings if each.agent in devices]
    if not told:
        return
    tickets = Ticket.objects.in_bulk({each.ticket for each in told if each.ticket})
    Push.objects.bulk_create(
        _push(device, topic, each, tickets.get(each.ticket or 0))
        for each in told
        for device in devices[each.agent]
    )
    wake(LOOP)


def queue_test(device: Device) -> None:
    """A message that its owner has asked for. Raises Refused while the one before is under way."""
    if device.pushes.filter(topic=TEST, state=Push.State.QUEUED).exists():
        raise Refused(UNSENT)
    text = f"Notices of the desk come to “{device.name}”."
    happening = Happening(device.agent_id, "", text, "/notices/device")
    _push(device, TEST, happening, None).save()
    wake(LOOP)


def _push(device: Device, topic: str, each: Happening, ticket: Ticket | None) -> Push:
    return Push(
        agent_id=each.agent,
        device=device,
        to=device.name,
        topic=topic,
        text=each.shown,
        path=each.path,
        tag=tag_of(each.path.partition("#")[0]),
        ticket=ticket,
        notice_id=each.notice,
        made_at=clock.now(),
        due_at=clock.now(),
    )
