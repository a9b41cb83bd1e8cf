"""Temporary schedules: for a span, only these people are on call (S1); made at once, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.look.words import stretch
from deskbell.oncall.duties import changing
from deskbell.oncall.models import Schedule, Temporary
from deskbell.people import notices
from deskbell.people.models import Agent

LONGEST = timedelta(days=92)


def plan(
    schedule: Schedule,
    people: Sequence[Agent],
    start: datetime,
    end: datetime,
    *,
    reason: str = "",
    by: Agent,
) -> Temporary:
    """Let these people alone be on call between two instants, whatever the layers and the overrides say.
    What is past is frozen, so it begins now at the earliest (S7). Refused with what to change."""
    _check(people, start, end, by)
    now = clock.now()
    with changing(schedule) as locked:
        made = Temporary.objects.create(
            schedule=locked,
            starts_at=max(start, now),
            ends_at=end,
            reason=reason[:300],
            made_by=by,
            made_at=now,
        )
        made.agents.set(people)
    when = stretch(made.starts_at, made.ends_at, schedule.zone)
    _tell(made, f"{said(made)} ({schedule}): {when}", by)
    return made


def undo(made: Temporary, *, by: Agent) -> None:
    """Take a temporary schedule back, from now on: what was, was (S7)."""
    if not by.manages:
        raise Refused("Only managers take a temporary schedule back.")
    with changing(made.schedule) as locked:
        standing = locked.temporaries.filter(pk=made.pk, undone_at=None)
        if not standing.update(undone_by=by, undone_at=clock.now()):
            raise Refused("It has been taken back already.")
    _tell(made, f"Taken back: {said(made)} ({made.schedule})", by)


def temporary_numbered(number: int) -> Temporary:
    """The temporary schedule with its people; NotFound."""
    found = Temporary.objects.filter(pk=number).select_related("schedule", "made_by__person")
    made = found.prefetch_related("agents__person").first()
    if made is None:
        raise NotFound("There is no such temporary schedule.")
    return made


def said(made: Temporary) -> str:
    """In words: “Only Ana and Ben are on call”."""
    names = sorted(str(agent) for agent in made.agents.all())
    who = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"Only {who} {'are' if len(names) > 1 else 'is'} on call"


def _check(people: Sequence[Agent], start: datetime, end: datetime, by: Agent) -> None:
    if not by.manages:
        raise Refused("Only managers make a temporary schedule: cover a time instead.")
    if not people:
        raise Refused("Choose who is on call in that time.")
    if end <= start:
        raise Refused("It must end after it starts.")
    if end <= clock.now():
        raise Refused("That time is over, and who was on call then stays as it was.")
    if end - start > LONGEST:
        raise Refused("A temporary schedule lasts three months at most: change the layers instead.")


def _tell(made: Temporary, text: str, by: Agent) -> None:
    told = [agent for agent in made.agents.all() if agent != by]
    notices.notify(told, text, path=f"/oncall/schedules/{made.schedule_id}")
