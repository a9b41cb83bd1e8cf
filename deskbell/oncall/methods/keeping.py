"""Adding, changing and removing one's own methods. Nobody edits another's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import whole
from deskbell.lib.sealing import seal
from deskbell.oncall.models import Method
from deskbell.oncall.ways.forms import offered
from deskbell.people.models import Agent

MOST = 10  # methods of a person
LATEST = 60  # minutes; whoever is asleep must be called before the next step's person is
UNDONE_WITHIN = timedelta(days=1)  # then a removed method and its secrets are erased
BY_PHONE, MOST_PHONES = (Method.Way.SMS, Method.Way.VOICE), 5  # also those removed today
ONCE = (Method.Way.MAIL, Method.Way.APP)
USUAL_MINUTES = {Method.Way.MAIL: 2, Method.Way.VOICE: 5}  # push now, mail later, a call last


def methods_of(agent: Agent) -> list[Method]:
    """In the order in which they would be used."""
    return list(agent.methods.kept().order_by("after", "id"))


def own(agent: Agent, number: int) -> Method:
    """One's own method. Raises NotFound, for another's too."""
    found = agent.methods.kept().filter(pk=number).first()
    if found is None:
        raise NotFound("You have no such method.")
    return found


@transaction.atomic
def add(agent: Agent, way: str, sent: Mapping[str, str]) -> Method:
    """A new method, by which nobody is paged before it is verified. Raises Refused."""
    form = offered().get(way)
    if form is None:
        raise Refused("Choose one of the ways.")
    Agent.objects.select_for_update().get(pk=agent.pk)  # two windows add one after the other
    _check_room(agent, way)
    present = agent.methods.kept()
    reached = form.read(sent, agent)
    return Method.objects.create(
        agent=agent,
        way=way,
        name=_name(sent),
        after=USUAL_MINUTES.get(Method.Way(way), 0) if present.exists() else 0,
        where=reached.where[:200],
        sealed=seal(json.dumps(reached.secrets)) if reached.secrets else "",
    )


def change(method: Method, sent: Mapping[str, str]) -> None:
    """Its name, and after how many minutes it is used (0 to 60). Raises Refused."""
    after = whole(sent.get("after", "").strip(), 0, LATEST)
    if after is None:
        raise Refused(f"Write the minutes as a number from 0 to {LATEST}.")
    method.after, method.name = after, _name(sent)
    method.save(update_fields=["after", "name"])


def remove(method: Method) -> None:
    """No page goes by it any more. What is under way still leaves (E3), and it can be brought back."""
    method.removed_at = clock.now()
    method.save(update_fields=["removed_at"])


@transaction.atomic
def bring_back(agent: Agent, number: int) -> None:
    """Undo the removal of one's own method, within a day. Raises NotFound, or Refused where another has
    taken its place."""
    Agent.objects.select_for_update().get(pk=agent.pk)
    found = agent.methods.filter(pk=number).first()
    if found is None:
        raise NotFound("It has been erased: add it again.")
    if found.removed_at:
        _check_room(agent, found.way)
    found.removed_at = None
    found.save(update_fields=["removed_at"])


def erase_removed() -> int:
    """Forget for good, with its secrets, what was removed a day ago; returns how many."""
    old = Method.objects.filter(removed_at__lte=clock.now() - UNDONE_WITHIN)
    return old.delete()[1].get("oncall.Method", 0)


def _check_room(agent: Agent, way: str) -> None:
    present = agent.methods.kept()
    if present.count() >= MOST:
        raise Refused(f"You have {MOST} methods: remove one first.")
    if way in ONCE and present.filter(way=way).exists():
        raise Refused("You have that one already.")
    if way in BY_PHONE and agent.methods.filter(way=way).count() >= MOST_PHONES:
        raise Refused(
            f"You have added {MOST_PHONES} numbers {Method.Way(way).label} in a day: each test of one "
            "costs money. Wait until tomorrow."
        )


def _name(sent: Mapping[str, str]) -> str:
    name = " ".join(sent.get("name", "").split())
    if len(name) > 100:
        raise Refused("Write a name of at most 100 characters.")
    return name
