"""What the page of an incident shows, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbell.incidents import cause, timeline
from deskbell.incidents.declaring import OF_INCIDENTS
from deskbell.incidents.desk.rows import lasted
from deskbell.incidents.models import Incident, IncidentTicket, Phase, Postmortem, Severity
from deskbell.incidents.resolving import solved_lately
from deskbell.incidents.updating import latest
from deskbell.lib.errors import NotFound
from deskbell.monitoring.models import Component
from deskbell.people.models import Agent, District
from deskbell.people.teams import working_agents

SHOWN_TICKETS = 12
# What each severity means, said beside it where it is chosen.
MEANINGS = {
    Severity.CRITICAL: "Most districts can’t work, or data is at risk.",
    Severity.MAJOR: "Many are held up, or one thing that matters doesn’t work at all.",
    Severity.MINOR: "Annoying, slow, or with a way around it.",
}
State = Component.State


def incident_numbered(number: int) -> Incident:
    """The incident, with the people that it names. Raises NotFound."""
    people = ("lead__person", "communications__person", "declared_by__person", "cause__vendor")
    found = Incident.objects.select_related(*people).filter(pk=number).first()
    if found is None:
        raise NotFound(f"There is no incident {number}.")
    return found


def context(
    incident: Incident, *, agent: Agent, only: str = "", oldest: bool = False
) -> dict[str, Any]:
    """All that the page needs; `only` one of the timeline's filters."""
    only = only if only in timeline.FILTERS else ""
    return {
        **head(incident, agent),
        **facts(incident, agent),
        "entries": timeline.entries_of(incident, only=only, newest_first=not oldest),
        "filters": timeline.FILTERS,
        "only": only,
        "oldest": oldest,
        "last": latest(incident),
    }


def head(incident: Incident, agent: Agent) -> dict[str, Any]:
    """How it stands, and what waits for someone."""
    rows = incident.tickets.select_related("ticket__district", "ticket__requester")
    proposed = rows.filter(state=IncidentTicket.State.PROPOSED).order_by("-ticket")
    return {
        "incident": incident,
        "phases": list(Phase),
        "lasted": lasted(incident.started_at, incident.ends_at),
        "proposed": list(proposed[: SHOWN_TICKETS + 1]),
        "shown_tickets": SHOWN_TICKETS,
        "solved_lately": solved_lately(incident),
        "postmortem": Postmortem.objects.filter(incident=incident).first(),
        "me": agent,
    }


def facts(incident: Incident, agent: Agent) -> dict[str, Any]:
    """The side: what is affected, who does what, what belongs to it."""
    joined = incident.tickets.filter(state=IncidentTicket.State.JOINED)
    unsolved = joined.exclude(ticket__state__in=["solved", "closed"])
    concerned = list(
        incident.concerned.select_related("component").order_by("component__place", "pk")
    )
    taken = {each.component_id for each in concerned}
    components = Component.objects.filter(retired_at=None)
    return {
        "incident": incident,
        "severities": MEANINGS.items(),
        "concerned": concerned,
        "others": [each for each in components if each.pk not in taken],
        "states": [(state.value, State(state).label) for state in OF_INCIDENTS],
        "districts": list(incident.districts.order_by("name")),
        "all_districts": list(District.objects.order_by("name")),
        "agents": working_agents(),
        "alerts": list(incident.alerts.select_related("source").order_by("-pk")[:SHOWN_TICKETS]),
        "causes": cause.proposed(incident) if incident.is_open else [],
        "could_wait": cause.could_wait(incident),
        "joined": list(
            joined.select_related("ticket__district", "ticket__requester").order_by("-ticket")[
                :SHOWN_TICKETS
            ]
        ),
        "joined_count": joined.count(),
        "unsolved_count": unsolved.count(),
        "untold_count": unsolved.filter(told=None).count() if incident.is_told else 0,
        "me": agent,
    }


def chosen_states(form: Mapping[str, str]) -> dict[int, str]:
    """What was chosen in a form, by component, to draw it again as it was."""
    return {
        int(name.removeprefix("state-")): value
        for name, value in form.items()
        if name.startswith("state-") and name.removeprefix("state-").isdecimal()
    }
