"""Swaps: someone asks to be relieved, and may offer to take a time in return. Whoever takes it makes
linked overrides, which are made and undone together (S1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.ids import digest, new_token
from deskbell.look.words import stretch
from deskbell.mail.letters import from_files
from deskbell.mail.models import OutboundMail
from deskbell.mail.queueing import can_be_written_to, enqueue
from deskbell.oncall.models import Override, Schedule, Swap
from deskbell.oncall.overriding import LONGEST, Wish, override, undo
from deskbell.oncall.schedules import spans
from deskbell.people import notices
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent
from deskbell.people.teams import working_agents

State = Swap.State
Bounds = tuple[datetime, datetime]


@dataclass(frozen=True)
class Ask:
    """A swap as it is asked for: `span` to be relieved of, `in_return` to be taken from `of` instead."""

    span: Bounds
    of: Agent | None = None
    in_return: Bounds | None = None
    words: str = ""


@transaction.atomic
def ask(schedule: Schedule, wish: Ask, *, by: Agent) -> Swap:
    """Ask one colleague, by a mail with a link too, or all of them. Refused if it is not theirs to give."""
    _check(schedule, wish, by)
    token = new_token()
    made = Swap.objects.create(
        schedule=schedule,
        asked_by=by,
        asked_of=wish.of,
        starts_at=wish.span[0],
        ends_at=wish.span[1],
        return_starts_at=wish.in_return and wish.in_return[0],
        return_ends_at=wish.in_return and wish.in_return[1],
        words=wish.words[:300],
        token_digest=digest(token) if wish.of else None,
        asked_at=clock.now(),
    )
    asked = [wish.of] if wish.of else [each for each in working_agents() if each != by]
    notices.notify(asked, said(made), path="/oncall/mine", by_mail=wish.of is None)
    if wish.of and can_be_written_to(wish.of.person):
        _mail(made, wish.of, token)
    return made


def take(swap: Swap, *, by: Agent) -> Swap:
    """Take it: the overrides are made, both or none."""
    with transaction.atomic():
        locked = _locked(swap)
        if locked.asked_by == by:
            raise Refused("You can't take your own turn: somebody else has to.")
        if locked.asked_of not in {None, by}:
            raise Refused(f"This was asked of {locked.asked_of}.")
        for wish in _overrides(locked, by):
            override(locked.schedule, wish, made_by=by, swap=locked)
        return _answered(locked, State.TAKEN, by)


def decline(swap: Swap, *, by: Agent) -> Swap:
    """Say no; for who was asked."""
    with transaction.atomic():
        locked = _locked(swap)
        if locked.asked_of != by:
            raise Refused("Only who was asked can decline; leave it to the others.")
        return _answered(locked, State.DECLINED, by)


def withdraw(swap: Swap, *, by: Agent) -> Swap:
    """Who asked no longer needs it."""
    with transaction.atomic():
        locked = _locked(swap)
        if locked.asked_by != by and not by.manages:
            raise Refused("Only who asked can withdraw it.")
        return _answered(locked, State.WITHDRAWN, by)


def take_back(swap: Swap, *, by: Agent) -> None:
    """Undo a swap that was taken: both overrides go, and it is asked no more."""
    made = swap.overrides.standing().select_related("schedule").first()
    if made is None:
        raise Refused("It has been taken back already.")
    if not (by.manages or by.pk in {swap.asked_by_id, swap.answered_by_id}):
        raise Refused("Only the two of it, and managers, take a swap back.")
    undo(made, by=by)
    Swap.objects.filter(pk=swap.pk).update(state=State.WITHDRAWN)


def swap_numbered(number: int) -> Swap:
    """The swap with its people; NotFound."""
    found = _swaps().filter(pk=number).first()
    if found is None:
        raise NotFound("There is no such swap.")
    return found


def swap_of_link(token: str) -> Swap:
    """The swap that a mail's link names; NotFound."""
    found = _swaps().filter(token_digest=digest(token)).first()
    if found is None or found.asked_of is None or not found.asked_of.person.is_active:
        raise NotFound("This link leads nowhere. Open the rota in the desk instead.")
    return found


def waiting_for(agent: Agent) -> list[Swap]:
    """Swaps that this agent may answer or has asked for, and those taken that are still to come."""
    now = clock.now()
    asked = Q(state=State.ASKED) & (Q(asked_of=None) | Q(asked_of=agent) | Q(asked_by=agent))
    taken = Q(state=State.TAKEN) & (Q(asked_by=agent) | Q(answered_by=agent))
    return list(_swaps().filter(asked | taken, ends_at__gt=now).order_by("starts_at", "id")[:50])


def said(swap: Swap) -> str:
    """The request in one sentence."""
    zone = swap.schedule.zone
    whole = f"{swap.asked_by} asks to be relieved: {stretch(swap.starts_at, swap.ends_at, zone)}"
    if swap.return_starts_at and swap.return_ends_at:
        whole += f"; takes in return {stretch(swap.return_starts_at, swap.return_ends_at, zone)}"
    return f"{whole} ({swap.schedule})"


def _swaps() -> QuerySet[Swap]:
    related = ("schedule", "asked_by__person", "asked_of__person", "answered_by__person")
    return Swap.objects.select_related(*related)


def _check(schedule: Schedule, wish: Ask, by: Agent) -> None:
    for start, end in filter(None, (wish.span, wish.in_return)):
        if end <= start:
            raise Refused("It must end after it starts.")
        if start < clock.now():
            raise Refused("A swap lies ahead: choose a time that has not begun.")
        if end - start > LONGEST:
            raise Refused("Swap a year at most.")
    if wish.of == by:
        raise Refused("Ask somebody else than yourself.")
    if wish.in_return and wish.of is None:
        raise Refused("To offer a time in return, choose whom you ask.")
    if not _has_some(schedule, wish.span, by):
        raise Refused("You aren’t on call in that time, so there is nothing to swap.")
    if wish.in_return and wish.of and not _has_some(schedule, wish.in_return, wish.of):
        raise Refused(f"{wish.of} isn’t on call in the time that you offer to take.")


def _has_some(schedule: Schedule, span: Bounds, agent: Agent) -> bool:
    return any(agent.pk in each.agents for each in spans(schedule, *span))


def _locked(swap: Swap) -> Swap:
    locked = _swaps().select_for_update(of=("self",)).get(pk=swap.pk)
    if locked.state != State.ASKED:
        raise Refused(f"It is {locked.get_state_display().lower()} already.")
    return locked


def _overrides(swap: Swap, by: Agent) -> list[Wish]:
    wishes = [Wish("replace", swap.starts_at, swap.ends_at, swap.asked_by, by, swap.words)]
    if swap.return_starts_at and swap.return_ends_at:
        back = (swap.return_starts_at, swap.return_ends_at)
        wishes.append(Wish(Override.Kind.REPLACE, *back, by, swap.asked_by, swap.words))
    return wishes


def _answered(swap: Swap, state: str, by: Agent) -> Swap:
    swap.state, swap.answered_by, swap.answered_at = state, by, clock.now()
    swap.save(update_fields=["state", "answered_by", "answered_at"])
    told = swap.asked_by if by != swap.asked_by else swap.asked_of
    if told:
        words = f"{by} has {state} the swap: {stretch(swap.starts_at, swap.ends_at, swap.schedule.zone)}"
        notices.notify([told], words, path="/oncall/mine")
    return swap


def _mail(swap: Swap, to: Agent, token: str) -> None:
    """The link's page has the buttons: opening it answers nothing, mail scanners open links."""
    words = {
        "name": to.person.name,
        "heading": said(swap),
        "line": swap.words,
        "link": f"{settings.DESK_URL}/swap/{token}",
    }
    enqueue(
        OutboundMail.Kind.NOTICE,
        to.person,
        subject=f"{swap.asked_by} asks you for a swap",
        from_name=the_desk().name,
        letter=from_files("oncall/swap_letter", words),
    )
