"""Overrides: someone stands in, joins or is off for a while (S1); made at once, and taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.look.words import stretch
from deskbell.oncall import rota
from deskbell.oncall.duties import changing
from deskbell.oncall.models import Override, Schedule, Swap
from deskbell.oncall.schedules import arithmetic, in_order
from deskbell.people import notices
from deskbell.people.models import Absence, Agent

LONGEST = timedelta(days=366)
Kind = Override.Kind


@dataclass(frozen=True)
class Wish:
    """An override as it is wished for. `agent` is who is relieved or off, `by` who stands in or joins:
    of `add` it is `agent` who joins."""

    kind: str
    start: datetime
    end: datetime
    agent: Agent | None = None
    by: Agent | None = None
    reason: str = ""


def override(
    schedule: Schedule, wish: Wish, *, made_by: Agent, swap: Swap | None = None
) -> Override:
    """Make an override. What is past is frozen, so it begins now at the earliest (S7)."""
    _check(wish, made_by, swap)
    now = clock.now()
    with changing(schedule) as locked:
        made = Override.objects.create(
            schedule=locked,
            kind=wish.kind,
            agent=wish.agent,
            by=wish.by if wish.kind == Kind.REPLACE else None,
            starts_at=max(wish.start, now),
            ends_at=wish.end,
            reason=wish.reason[:300],
            made_by=made_by,
            made_at=now,
            swap=swap,
        )
        _tell(made, made_by)
    return made


def undo(made: Override, *, by: Agent) -> None:
    """Take an override back; the two of a swap together. From now on: what was, was (S7)."""
    if not may_undo(made, by):
        raise Refused("Only who made it or stands in, and managers, take an override back.")
    with changing(made.schedule) as locked:
        together = locked.overrides.standing()
        together = (
            together.filter(swap=made.swap_id) if made.swap_id else together.filter(pk=made.pk)
        )
        if not together.update(undone_by=by, undone_at=clock.now()):
            raise Refused("It has been taken back already.")


def may_undo(made: Override, by: Agent) -> bool:
    return by.manages or by.pk in {made.made_by_id, made.by_id, made.agent_id}


def override_numbered(number: int) -> Override:
    """The override with its people; NotFound."""
    related = ("schedule", "agent__person", "by__person", "made_by__person")
    found = Override.objects.select_related(*related).filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such override.")
    return found


def said(made: Override) -> str:
    """The override in words: "Ben takes over from Ana"."""
    match made.kind:
        case Kind.REPLACE:
            return f"{made.by} takes over from {made.agent or 'everyone'}"
        case Kind.ADD:
            return f"{made.agent} joins"
        case _:
            return f"{made.agent} is off"


def conflicts(schedule: Schedule, wish: Wish, *, besides: Override | None = None) -> list[str]:
    """What someone who makes this should know (S5): overlaps, and who is not on call anyway."""
    return [
        *_overlaps(schedule, wish, besides),
        *_below_temporary(schedule, wish),
        *_without_effect(schedule, wish, besides),
        *_away(schedule, wish),
    ]


def wish_of(made: Override) -> Wish:
    return Wish(made.kind, made.starts_at, made.ends_at, made.agent, made.by, made.reason)


def _check(wish: Wish, made_by: Agent, swap: Swap | None) -> None:
    if wish.end <= wish.start:
        raise Refused("It must end after it starts.")
    if wish.end <= clock.now():
        raise Refused("That time is over, and who was on call then stays as it was.")
    if wish.end - wish.start > LONGEST:
        raise Refused("An override lasts a year at most: change the layers for longer.")
    if (wish.by if wish.kind == Kind.REPLACE else wish.agent) is None:
        raise Refused("Choose the person.")
    if wish.kind == Kind.REPLACE and wish.agent == wish.by:
        raise Refused(f"{wish.by} can't stand in for themselves: choose somebody else.")
    theirs = (wish.agent == made_by and wish.kind != Kind.REMOVE) or wish.by == made_by
    if not (made_by.manages or theirs or swap):
        raise Refused(
            "You can give away your own turns and take over others’; managers do the rest."
        )


def _tell(made: Override, made_by: Agent) -> None:
    """Whoever gets or loses time by someone else's hand is told."""
    touched = {agent for agent in (made.agent, made.by) if agent and agent != made_by}
    when = stretch(made.starts_at, made.ends_at, made.schedule.zone)
    notices.notify(
        sorted(touched, key=lambda agent: agent.pk),
        f"{said(made)} ({made.schedule}): {when}",
        path=f"/oncall/schedules/{made.schedule_id}",
    )


def _overlaps(schedule: Schedule, wish: Wish, besides: Override | None) -> list[str]:
    found = schedule.overrides.standing(wish.start).filter(starts_at__lt=wish.end)
    found = found.exclude(pk=besides.pk) if besides else found
    return [
        f"“{said(each)}”, {stretch(each.starts_at, each.ends_at, schedule.zone)}, overlaps: "
        "of the two, the one made last counts."
        for each in found.select_related("agent__person", "by__person")
    ]


def _below_temporary(schedule: Schedule, wish: Wish) -> list[str]:
    found = schedule.temporaries.standing(wish.start).filter(starts_at__lt=wish.end)
    return [
        f"A temporary schedule stands above it, {stretch(each.starts_at, each.ends_at, schedule.zone)}: "
        "in that time this changes nothing."
        for each in found
    ]


def _without_effect(schedule: Schedule, wish: Wish, besides: Override | None) -> list[str]:
    """Someone is relieved who is not on call, or joins who already is (S5)."""
    if wish.agent is None:
        return []
    counted = arithmetic(schedule, wish.start)
    kept = schedule.overrides.standing(wish.start)
    others = zip(kept, counted.overrides, strict=True)
    without = tuple(o for each, o in others if besides is None or each.pk != besides.pk)
    counted = replace(counted, overrides=without)
    found = rota.final(counted, wish.start, wish.end)
    theirs = [each for each in found if str(wish.agent.pk) in each.people]
    if wish.kind == Kind.ADD:
        always = sum((each.end - each.start for each in theirs), timedelta())
        already = always == wish.end - wish.start
        return [f"{wish.agent} is on call then anyway."] if already else []
    if theirs:
        return []
    people = list(dict.fromkeys(person for each in found for person in each.people))
    names = " and ".join(str(agent) for agent in in_order(people)) or "nobody"
    return [f"{wish.agent} isn’t on call in that time ({names}): this changes nothing."]


def _away(schedule: Schedule, wish: Wish) -> list[str]:
    comes = wish.by if wish.kind == Kind.REPLACE else wish.agent if wish.kind == Kind.ADD else None
    away = Absence.objects.filter(agent=comes, starts_at__lt=wish.end, ends_at__gt=wish.start)
    return [
        f"{comes} is away then: {stretch(each.starts_at, each.ends_at, schedule.zone)}."
        for each in (away if comes else ())
    ]
