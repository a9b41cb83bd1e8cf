"""The town's custom fields: what its agents ask on the phone, and what they find in the end."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from deskbell.people.models import Agent
from deskbell.tickets.fields import defining
from deskbell.tickets.fields.defining import Written
from deskbell.tickets.fields.models import Choice, Customers, CustomField, Holds
from deskbell.tickets.fields.setting import put
from deskbell.tickets.models import Ticket

DEVICES = (
    Choice("", "Chromebook"),
    Choice("", "iPad"),
    Choice("", "Windows laptop", "Portátil con Windows"),
    Choice("", "Mac"),
    Choice("", "Interactive board", "Pizarra interactiva"),
)
CAUSES = ("Setting", "Our service", "A vendor", "The school’s network", "The device", "How-to")
FIELDS = (
    Written(
        "Device",
        Holds.ONE,
        name_es="Equipo",
        choices=DEVICES,
        customers=Customers.ASKED,
    ),
    Written(
        "Room",
        help="As it stands on the door",
        name_es="Aula",
        help_es="Como está escrito en la puerta",
        customers=Customers.ASKED,
    ),
    Written("Serial number"),
    Written("Root cause", Holds.ONE, choices=[Choice("", name) for name in CAUSES]),
)
ROOMS = ("214", "216", "108", "Gym", "Library", "Lab 3", "B12")


def define() -> None:
    """Those that the desk has not of its own."""
    taken = {each.name.lower() for each in CustomField.objects.all()}
    for written in FIELDS:
        if written.name.lower() not in taken:
            made = defining.define(written)
            made.demo = True
            made.save(update_fields=["demo"])


def forget() -> None:
    """Remove the town's fields."""
    CustomField.objects.filter(demo=True).delete()


def ask(ticket: Ticket, random: Random, *, by: Agent) -> None:
    """The agent has heard what it is about: mostly the device, and the room."""
    holds = {
        "Device": (random.choice(DEVICES).name, 0.7),
        "Room": (random.choice(ROOMS), 0.5),
        "Serial number": (f"{random.choice('5CP')}{random.getrandbits(32):08X}", 0.25),
    }
    _let_hold(ticket, holds, random, by)


def find_cause(ticket: Ticket, random: Random, *, by: Agent) -> None:
    """The agent has found why, and says so before it is solved."""
    _let_hold(ticket, {"Root cause": (random.choice(CAUSES), 0.8)}, random, by)


def _let_hold(
    ticket: Ticket, holds: Mapping[str, tuple[str, float]], random: Random, by: Agent
) -> None:
    """Each of these values, as likely as it says."""
    for field in CustomField.objects.filter(demo=True, name__in=holds):
        name, odds = holds[field.name]
        if random.random() < odds:
            keys = {choice.name: choice.key for choice in field.choices}
            put(ticket, field, keys.get(name, name), by=by.person)
