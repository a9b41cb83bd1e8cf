"""The composer of an update: how its form begins, is drawn again, and what its preview shows."""

from __future__ import annotations

from typing import Any

from deskbell.incidents import affected, composing, wordings
from deskbell.incidents.composing import Form
from deskbell.incidents.declaring import OF_INCIDENTS
from deskbell.incidents.models import Incident, Phase
from deskbell.incidents.updating import latest
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.monitoring.models import Component
from deskbell.people.models import District

_NOTHING: dict[str, Any] = {
    "wrong": "",
    "phase": "",
    "text": "",
    "text_es": "",
    "told_states": [],
    "reach": None,
    "has_own_words": False,
}


def begun(incident: Incident, phase: str) -> dict[str, Any]:
    """A form in which nothing has been written yet, for a phase."""
    words = filled(incident)[phase]
    return {
        "phase": phase,
        "text": words.text,
        "text_es": "",
        "next": composing.usual_promise(incident),
        "next_at": "",
        "district": "",
        "states": {row.component_id: row.state for row in incident.concerned.all()},
        "wordings": {},
    }


def written(form: Form, incident: Incident) -> dict[str, Any]:
    """A form as somebody left it."""
    kept = {name: form.get(name, "") for name in begun(incident, Phase.INVESTIGATING)}
    own = {
        primary_key(name.removeprefix("wording-")): text
        for name, text in form.items()
        if name.startswith("wording-")
    }
    states = {
        primary_key(name.removeprefix("state-")): state
        for name, state in form.items()
        if name.startswith("state-")
    }
    return {**kept, "key": form.get("key", ""), "states": states, "wordings": own}


def as_form(written: dict[str, Any]) -> dict[str, str]:
    """What a browser would send of it."""
    form = {name: value for name, value in written.items() if isinstance(value, str)}
    form |= {f"state-{pk}": state for pk, state in written["states"].items()}
    return form | {f"wording-{pk}": text for pk, text in written["wordings"].items()}


def filled(incident: Incident) -> dict[str, wordings.Words]:
    """How an update of each phase begins for this incident; its promise is filled in when it is told."""
    found = {}
    for phase, words in wordings.words_of_phases().items():
        values = wordings.values_for(incident, composing.names_of(incident, phase))
        found[str(phase)] = wordings.Words(
            wordings.fill(words.text, values), wordings.fill(words.text_es, values)
        )
    return found


def context(incident: Incident, written: dict[str, Any]) -> dict[str, Any]:
    """All that the form needs to be drawn."""
    components = Component.objects.filter(retired_at=None) | Component.objects.filter(
        concerned_by__incident=incident
    )
    concerned = affected.concerned_districts(incident)
    names = {district.pk: district.name for district in concerned}
    return {
        "incident": incident,
        "written": written,
        "phases": list(Phase),
        "templates": filled(incident),
        "components": list(components.distinct()),
        "states": [(state.value, Component.State(state).label) for state in OF_INCIDENTS],
        "promises": promises(incident),
        "districts": concerned,
        "names": names,
        "last": latest(incident),
    }


def promises(incident: Incident) -> list[tuple[str, str]]:
    """When the next update comes: the usual one of the severity among the others, by length."""
    usual = composing.usual_promise(incident)
    found = {**composing.CHOICES}
    found.setdefault(usual, f"{int(usual) // 60} h")
    return sorted(found.items(), key=lambda choice: int(choice[0]))


def preview(incident: Incident, form: Form, *, here: str) -> dict[str, Any]:
    """What a customer of the chosen district would read, and whom it would reach; or what is wrong."""
    district = District.objects.filter(pk=primary_key(form.get("district", ""))).first()
    shown = {**_NOTHING, "incident": incident, "district": district}
    try:
        draft = composing.draft_of(form, incident, here=here)
    except Refused as error:
        return {**shown, "wrong": str(error)}
    states = draft.components
    if states is None:
        rows = incident.concerned.select_related("component").order_by("component__place", "pk")
        states = {row.component: row.state for row in rows}
    is_last = draft.phase == Phase.RESOLVED
    return {
        **shown,
        "phase": Phase(draft.phase) if draft.phase in Phase.values else "",
        "text": composing.as_read(draft, district),
        "text_es": draft.text_es,
        "told_states": [
            (component.name, Component.State.OPERATIONAL if is_last else Component.State(state))
            for component, state in states.items()
        ],
        "reach": composing.reach(incident, draft.components),
        "has_own_words": bool(district and draft.wordings.get(district.pk)),
    }
