"""A schedule as someone edits it, before it is saved: plain values that go through the form and back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from django.http import QueryDict

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.zones import checked_zone
from deskbell.oncall import rota
from deskbell.oncall.models import Layer, Schedule
from deskbell.oncall.rota import BadSchedule
from deskbell.oncall.rota.schedule import DAYS

MOST = 50  # layers, and places and rows of hours in each
WHOLE_WEEK = {"days": list(DAYS), "from": "00:00", "to": "24:00"}


@dataclass(frozen=True)
class DraftLayer:
    """One layer. `people` are agents' ids as text; an empty one is a hole that must be filled."""

    people: tuple[str, ...] = ()
    handoff: str = ""
    every: str = "1"
    unit: str = "weeks"
    restrictions: tuple[dict[str, Any], ...] = ()
    name: str = ""
    starts: str = ""
    ends: str = ""
    was: str = ""  # the place of the layer that it was when it was last saved

    def document(self) -> dict[str, Any]:
        every = int(self.every) if self.every.isdecimal() and len(self.every) < 6 else 0
        return {
            "people": [person or None for person in self.people],
            "handoff": self.handoff,
            "every": [every, self.unit],
            "restrictions": list(self.restrictions),
            "start": self.starts or None,
            "end": self.ends or None,
        }


@dataclass(frozen=True)
class Draft:
    """The layers from the lowest to the highest."""

    name: str
    zone: str
    layers: tuple[DraftLayer, ...] = field(default=())

    @classmethod
    def of(cls, schedule: Schedule) -> Self:
        """As it is saved."""
        layers = schedule.layers.prefetch_related("turns").order_by("place")
        return cls(schedule.name, schedule.zone, tuple(_of_layer(layer) for layer in layers))

    @classmethod
    def sent(cls, form: QueryDict) -> Self:
        """As the form sent it."""
        count = _count(form.get("layers", ""))
        layers = tuple(_of_form(form, f"layer-{at}") for at in range(count))
        return cls(form.get("name", "").strip(), form.get("zone", "").strip(), layers)

    def counted(self) -> rota.Schedule:
        """In the form that can be counted with, without overrides. Refused with what to change."""
        checked_zone(self.zone)
        document = {"zone": self.zone, "layers": [layer.document() for layer in self.layers]}
        try:
            return rota.Schedule.from_document(document)
        except BadSchedule as error:
            raise Refused(str(error)) from None

    def acted(self, action: str, known: set[str]) -> Draft:
        """After one button of the form, such as `person-up:0:2`. Removing someone who was saved leaves a
        hole, which is to be filled or closed (S7); `known` are those who were saved."""
        verb, *numbers = action.split(":")
        places = [int(number) for number in numbers if number.isdecimal() and len(number) < 4]
        if len(places) != len(numbers) or (places and places[0] >= len(self.layers)):
            return self
        if verb == "layer-add":
            today = clock.now().date()
            new = DraftLayer(handoff=f"{today}T09:00", people=("",))
            return replace(self, layers=(*self.layers, new)[:MOST])
        if not places:
            return self
        if verb == "layer-remove":
            return replace(self, layers=_without(self.layers, places[0]))
        if verb == "layer-up":  # towards the highest, which stands last
            return replace(self, layers=_raised(self.layers, places[0] + 1))
        layer = _acted_on(self.layers[places[0]], verb, [*places[1:], 0][0], known)
        layers = [*self.layers]
        layers[places[0]] = layer
        return replace(self, layers=tuple(layers))


def _acted_on(layer: DraftLayer, verb: str, at: int, known: set[str]) -> DraftLayer:
    match verb:
        case "person-add":
            return replace(layer, people=(*layer.people, "")[:MOST])
        case "person-up":
            return replace(layer, people=_raised(layer.people, at))
        case "person-remove" if at < len(layer.people):
            if layer.people[at] in known:
                people = tuple("" if here == at else each for here, each in enumerate(layer.people))
                return replace(layer, people=people)
            return replace(layer, people=_without(layer.people, at))
        case "hours-add":
            return replace(layer, restrictions=(*layer.restrictions, WHOLE_WEEK)[:MOST])
        case "hours-remove":
            return replace(layer, restrictions=_without(layer.restrictions, at))
    return layer


def _without(found: tuple[Any, ...], at: int) -> tuple[Any, ...]:
    return found[:at] + found[at + 1 :]


def _raised(found: tuple[Any, ...], at: int) -> tuple[Any, ...]:
    """The one at `at` before the one that stands in front of it."""
    if not 0 < at < len(found):
        return found
    return (*found[: at - 1], found[at], found[at - 1], *found[at + 1 :])


def _of_layer(layer: Layer) -> DraftLayer:
    written = layer.document()
    return DraftLayer(
        people=tuple(written["people"]),
        handoff=written["handoff"],
        every=str(layer.every),
        unit=layer.unit,
        restrictions=tuple(layer.restrictions),
        name=layer.name,
        starts=layer.starts,
        ends=layer.ends,
        was=str(layer.place),
    )


def _of_form(form: QueryDict, prefix: str) -> DraftLayer:
    def value(name: str) -> str:
        return form.get(f"{prefix}-{name}", "").strip()

    return DraftLayer(
        people=tuple(form.getlist(f"{prefix}-person")[:MOST]),
        handoff=value("handoff")[:16],
        every=value("every") or "0",
        unit=value("unit"),
        restrictions=tuple(
            _hours(form, f"{prefix}-hours-{at}") for at in range(_count(value("hours")))
        ),
        name=value("name")[:100],
        starts=value("starts")[:16],
        ends=value("ends")[:16],
        was=value("was"),
    )


def _count(text: str) -> int:
    return min(MOST, int(text)) if text.isdecimal() and len(text) < 6 else 0


def _hours(form: QueryDict, prefix: str) -> dict[str, Any]:
    start, end = form.get(f"{prefix}-from", ""), form.get(f"{prefix}-to", "")
    return {"days": form.getlist(f"{prefix}-day"), "from": start, "to": end}


def handoff_of(layer: DraftLayer) -> datetime:
    """The first handoff by the wall clock; Refused."""
    try:
        return datetime.fromisoformat(layer.handoff)
    except ValueError:
        raise Refused("Say on which day and at what time the first person takes over.") from None
