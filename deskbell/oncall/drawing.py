"""What the page behind a pager's link says about its call. The rota is drawn in `rotas`."""

from __future__ import annotations

from deskbell.look.words import moment
from deskbell.oncall.models import Call
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent


def call_story(call: Call, reader: Agent) -> dict[str, str]:
    """When the call began, by the reader's wall clock, and how long it took until it ended."""
    opened = moment(call.opened_at, reader.person.zone or the_desk().zone)
    if call.ended_at is None:
        return {"opened": opened, "took": ""}
    minutes, seconds = divmod(round((call.ended_at - call.opened_at).total_seconds()), 60)
    took = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return {"opened": opened, "took": took}
