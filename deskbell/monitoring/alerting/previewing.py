"""What a mapping would read, before it is saved: of the pasted sample, or of a body that came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import whole
from deskbell.monitoring import placing
from deskbell.monitoring.intake.common import Arrived
from deskbell.monitoring.intake.mapped.reading import PLACES, read
from deskbell.monitoring.intake.normal import Reported, Unreadable
from deskbell.monitoring.models import Component, Source

SHOWN = 5


@dataclass(frozen=True)
class Seen:
    """One alert as it would be read, and the component of ours that it would belong to."""

    reported: Reported
    component: Component | None

    @property
    def state(self) -> str:
        return "Over" if self.reported.ended else "Open"


@dataclass(frozen=True)
class Preview:
    """The first alerts of a body, how many it holds, and what can't be read in it."""

    seen: list[Seen]
    count: int
    problems: list[str]


def preview(form: Mapping[str, str], source: Source) -> Preview:
    """Read as the worker would, with the places of the form. Raises Refused with what to change."""
    mapping = {name: form.get(f"place-{name}", "").strip()[:200] for name in PLACES}
    if not mapping["title"]:
        raise Refused("Say where the title of an alert stands, such as alert.name.")
    mapping["resolved"] = form.get("resolved", "").strip()[:200]
    content = _content(form, source)
    try:
        reading = read(Arrived(content, clock.now(), {}, {"mapping": mapping}))
    except Unreadable as error:
        raise Refused(str(error)) from None
    seen = [Seen(each, placing.component_of(each, source)) for each in reading.reported[:SHOWN]]
    return Preview(seen, len(reading.reported), list(reading.problems[:SHOWN]))


def _content(form: Mapping[str, str], source: Source) -> bytes:
    chosen = whole(form.get("body", ""))
    if chosen is not None:
        found = source.bodies.filter(pk=chosen).first()
        if found is None:
            raise Refused("That body is no longer kept: choose another.")
        return bytes(found.content)
    sample = form.get("sample", "").strip()
    if not sample:
        raise Refused("Paste a sample, or choose a body that came in.")
    return sample.encode("utf-8", "replace")
