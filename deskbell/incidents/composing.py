"""An update as it is written: the form read into a draft, and what each customer would read and who
they are, before anybody is told (K11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from deskbell.incidents import affected, times, wordings
from deskbell.incidents.declaring import OF_INCIDENTS
from deskbell.incidents.models import Incident, IncidentTicket, Phase, Severity
from deskbell.incidents.news import queueing
from deskbell.incidents.updating import USUAL_NEXT, Draft, words_of
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key, whole
from deskbell.monitoring.models import Component
from deskbell.people.models import District

CUSTOM, NONE = "custom", "none"
CHOICES = {"30": "30 min", "60": "1 h", "120": "2 h", "240": "4 h"}


Form = Mapping[str, str]  # what a browser sends


@dataclass(frozen=True)
class Reach:
    """Whom an update reaches."""

    tickets: int
    districts: int
    everyone: bool
    subscribers: int


def usual_promise(incident: Incident) -> str:
    """The choice that stands there before anybody chooses, in minutes as the form names it."""
    return str(int(USUAL_NEXT[Severity(incident.severity)] / timedelta(minutes=1)))


def draft_of(form: Form, incident: Incident, *, here: str) -> Draft:
    """The draft that a form tells. Times are by the wall clock of `here`. Raises Refused."""
    key = form.get("key", "")
    if not 8 <= len(key) <= 64:
        raise Refused("This page is too old. Copy your text, reload the page and send it again.")
    states = states_of(form)
    promise = promised(form, here)
    soon = promise - clock.now() if promise else None
    values = {**_values(incident, states, form.get("phase", "")), **wordings.value_of_promise(soon)}
    texts = [form.get("text", ""), form.get("text_es", ""), *wordings_of(form).values()]
    if soon is None and any("{next_update}" in text for text in texts):
        raise Refused(
            "The text names {next_update}, but none is promised. Promise one, or take it out."
        )
    return Draft(
        key=key,
        phase=form.get("phase", ""),
        text=wordings.fill(form.get("text", ""), values),
        text_es=wordings.fill(form.get("text_es", ""), values),
        next_update_at=promise,
        components=states,
        wordings={
            district: wordings.fill(text, values) for district, text in wordings_of(form).items()
        },
    )


def states_of(form: Form) -> dict[Component, str] | None:
    """The components that the form names, `state-<key>`, each in its state; None if it names none."""
    told = {
        primary_key(name.removeprefix("state-")): value
        for name, value in form.items()
        if name.startswith("state-")
    }
    if not told:
        return None
    known = Component.objects.in_bulk([pk for pk, state in told.items() if state])
    found = {component: told[pk] for pk, component in known.items()}
    if any(state not in OF_INCIDENTS for state in found.values()):
        raise Refused("A component is operational, degraded, or in a partial or major outage.")
    return found


def wordings_of(form: Form) -> dict[int, str]:
    """Other words for districts, `wording-<key>`, by their keys."""
    found = {
        primary_key(name.removeprefix("wording-")): text
        for name, text in form.items()
        if name.startswith("wording-") and text.strip()
    }
    known = District.objects.filter(pk__in=found).values_list("pk", flat=True)
    return {pk: found[pk] for pk in known}


def promised(form: Form, here: str) -> datetime | None:
    """When the next update is promised: in some minutes, at an instant, or not at all. Raises Refused."""
    choice = form.get("next", NONE)
    if form.get("phase", "") == Phase.RESOLVED or choice in {NONE, ""}:
        return None
    if choice != CUSTOM:
        minutes = whole(choice, 1, 7 * 24 * 60)
        if minutes is None:
            raise Refused("Choose when the next update comes.")
        return clock.now() + timedelta(minutes=minutes)
    return times.instant(form.get("next_at", ""), here)


def as_read(draft: Draft, district: District | None) -> str:
    """What someone of this district would read in their ticket."""
    own = draft.wordings.get(district.pk, "") if district else ""
    promise = None if draft.phase == Phase.RESOLVED else draft.next_update_at
    return words_of(own.strip() or draft.text.strip(), promise, district)


def reach(incident: Incident, components: Mapping[Component, str] | None) -> Reach:
    """Whom the update would reach if it were told now, with these components. A fixed number of queries."""
    concerned = _concerned(incident) if components is None else list(components)
    everyone, districts = incident.for_everyone, list(incident.districts.all())
    if not incident.districts_chosen:
        everyone, districts = affected.districts_of(concerned)
    heard = queueing.Reach(
        components=affected.standing_on(concerned),
        everyone=everyone,
        districts=[district.pk for district in districts],
        demo=incident.demo,
    )
    joined = incident.tickets.filter(state=IncidentTicket.State.JOINED)
    return Reach(
        tickets=joined.exclude(ticket__state="closed").count(),
        districts=District.objects.count() if everyone else len(districts),
        everyone=everyone,
        subscribers=queueing.count(heard, incident=incident.pk),
    )


def _concerned(incident: Incident) -> list[Component]:
    return list(Component.objects.filter(concerned_by__incident=incident))


def _values(
    incident: Incident, states: Mapping[Component, str] | None, phase: str
) -> dict[str, str]:
    if states is None:
        return wordings.values_for(incident, names_of(incident, phase))
    everyone = incident.for_everyone
    if not incident.districts_chosen:
        everyone = affected.districts_of(list(states))[0]
    return wordings.values_for(incident, _named(states, everyone=everyone))


def names_of(incident: Incident, phase: str = "") -> list[str]:
    """The names of the components that are not well by the team's words; of all where all are, or at the
    end of it. What everyone is told names no component of some districts alone."""
    rows = incident.concerned.select_related("component").order_by("component__place", "pk")
    is_over = phase == Phase.RESOLVED
    states = {row.component: OF_INCIDENTS[0] if is_over else row.state for row in rows}
    return _named(states, everyone=incident.for_everyone)


def _named(states: Mapping[Component, str], *, everyone: bool) -> list[str]:
    told = [each for each in states if each.for_everyone or not everyone]
    ill = [each for each in told if states[each] != OF_INCIDENTS[0]]
    return [each.name for each in ill or told]
