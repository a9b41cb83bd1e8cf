"""Macros: named answers with variables, and what is done to the ticket with the send.

The words are filled in by whoever knows the ticket's promises (`inbox/filling.py`); here stands which
variables there are, who may use and change which macro, and what its actions do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from deskbell.lib import blanks, clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.lib.text import plain
from deskbell.people.models import Agent, Team
from deskbell.tickets.bulk.kinds import KINDS
from deskbell.tickets.bulk.models import BulkChange
from deskbell.tickets.finding.filters import Asker
from deskbell.tickets.models import Macro, Ticket
from deskbell.tickets.snooze_choices import CHOICES, until

VARIABLES: Mapping[str, str] = {
    "name": "the customer’s first name, if it is known",
    "number": "the ticket’s number",
    "subject": "the ticket’s subject",
    "district": "the customer’s district, if it is known",
    "school": "the customer’s school, if it is known",
    "team": "the team that has the ticket",
    "due": "by when the desk has promised the next step, in the district’s zone, if that is to come",
    "agent": "your first name",
    "desk": "the desk’s name",
}
LONGEST_NAME = 80
MOST_ACTIONS = 12
ME = "me"  # as an assignee: whoever sends it
SNOOZES = dict(CHOICES)


@dataclass(frozen=True)
class Action:
    """One thing that is done with the send; `kind` and `value` as bulk changes have them, but a snooze is
    one of the choices, and `me` is whoever sends."""

    kind: str
    value: str

    @property
    def said(self) -> str:
        """In a few words; raises Refused if whom or what it names is gone."""
        if self.kind == "snooze":
            return f"Snooze {SNOOZES[self.value].lower()}"
        if self.kind == "assignee" and self.value == ME:
            return "Give to whoever sends it"
        return KINDS[self.kind].said(KINDS[self.kind].prepared(self.value))


@dataclass(frozen=True)
class Written:
    """A macro as its form holds it. `shared_with` is "me", "all" or a team's key."""

    name: str
    text: str
    shared_with: str
    actions: Sequence[Action] = field(default=())


def macros_for(agent: Agent) -> QuerySet[Macro]:
    """Those that this agent may use: their own, their teams', and everyone's."""
    own = Q(private=True, written_by=agent)
    given = Q(private=False) & (Q(team=None) | Q(team__agents=agent))
    found = Macro.objects.filter(own | given, removed_at=None).distinct()
    return found.select_related("team", "written_by__person")


def macro_for(agent: Agent, pk: int) -> Macro:
    """One that they may use. Raises NotFound."""
    found = macros_for(agent).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such macro.")
    return found


def named(agent: Agent, text: str, *, most: int) -> list[Macro]:
    """Those whose name or words have all that is being typed; whose name begins so first."""
    words = text.lower().split()
    found = macros_for(agent)
    for word in words:
        found = found.filter(Q(name__icontains=word) | Q(text__icontains=word))
    begun = sorted(found, key=lambda each: not each.name.lower().startswith(text.lower().strip()))
    return begun[:most]


def write(written: Written, *, by: Agent, macro: Macro | None = None) -> Macro:
    """Keep a new macro, or what has become of one. Raises Refused for what can't be understood."""
    if macro is not None:
        refuse_unless_may_change(macro, by)
        if written.shared_with == ME and macro.written_by_id != by.pk:
            raise Refused(f"Only {macro.written_by} can keep this macro for themselves.")
    kept = macro or Macro(written_by=by)
    kept.name, kept.text = " ".join(plain(written.name).split()), plain(written.text).strip()
    kept.actions = [[each.kind, each.value] for each in written.actions]
    kept.private, kept.team = written.shared_with == ME, _team(written.shared_with, by)
    _check(kept)
    kept.changed_at = clock.now()
    kept.save()
    return kept


def remove(macro: Macro, *, by: Agent) -> None:
    """Take it away from everyone; `bring_back` undoes it."""
    refuse_unless_may_change(macro, by)
    macro.removed_at = clock.now()
    macro.save(update_fields=["removed_at"])


def bring_back(pk: int, *, by: Agent) -> Macro:
    """Undo the removal. Raises NotFound if there was none that they could have made."""
    found = Macro.objects.filter(pk=pk).exclude(removed_at=None).first()
    if found is None or not may_change(found, by):
        raise NotFound("There is no such macro.")
    found.removed_at = None
    found.save(update_fields=["removed_at"])
    return found


def may_change(macro: Macro, agent: Agent) -> bool:
    """Whoever wrote it; of those that others use too, managers as well."""
    return macro.written_by_id == agent.pk or (agent.manages and not macro.private)


def refuse_unless_may_change(macro: Macro, agent: Agent) -> None:
    """Raises Refused."""
    if not may_change(macro, agent):
        raise Refused(f"This macro is {macro.written_by}’s. They or a manager can change it.")


def actions_of(macro: Macro) -> list[Action]:
    """What is done with the send; without what can't be done any more, as giving it to someone who left."""
    found = [Action(*pair) for pair in macro.actions]
    return [each for each in found if _is_possible(each)]


def read(pairs: Iterable[tuple[str, str]]) -> list[Action]:
    """The actions that a form names, those without a value left out. Raises Refused for what is none."""
    found = [Action(kind, value.strip()) for kind, value in pairs if value.strip()]
    if len(found) > MOST_ACTIONS:
        raise Refused(f"At most {MOST_ACTIONS} things can be done with one send.")
    for each in found:
        _refuse_impossible(each)
    return found


def carry_out(ticket: Ticket, actions: Iterable[Action], *, by: Asker) -> None:
    """Do them one after the other; belongs in one transaction with the send. Raises Refused."""
    change = BulkChange(by=by.agent)
    for each in actions:
        kind, value = KINDS[each.kind], each.value
        if each.kind == "snooze":
            value = until(value, by)
        elif each.kind == "assignee" and value == ME:
            value = str(by.agent.pk)
        kind.make(ticket, kind.prepared(value), change)


def _team(shared_with: str, by: Agent) -> Team | None:
    if shared_with in {ME, "all"}:
        return None
    own = Team.objects.all() if by.manages else by.teams.all()
    found = own.filter(pk=primary_key(shared_with)).first()
    if found is None:
        raise Refused("Choose who may use it: you, a team of yours, or everyone.")
    return found


def _check(macro: Macro) -> None:
    if not macro.name or len(macro.name) > LONGEST_NAME:
        raise Refused(f"Give the macro a name of at most {LONGEST_NAME} characters.")
    if not macro.text and not macro.actions:
        raise Refused("Write what it says, or choose what it does.")
    blanks.check(macro.text, VARIABLES, what="macro")


def _is_possible(action: Action) -> bool:
    try:
        _refuse_impossible(action)
    except Refused:
        return False
    return True


def _refuse_impossible(action: Action) -> None:
    if action.kind not in KINDS:
        raise Refused("A macro can’t do this.")
    if action.kind == "snooze":
        if action.value not in SNOOZES:
            raise Refused("Choose until when it is put off.")
    elif not (action.kind == "assignee" and action.value == ME):
        KINDS[action.kind].prepared(action.value)
