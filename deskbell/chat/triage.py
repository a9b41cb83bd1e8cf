"""Guided triage: three questions to a visitor give the impact by its definitions, day and night (P6).

| works | students | way around | impact |
|---|---|---|---|
| no | a class or more | none | Urgent |
| no | a class or more | some | High |
| hardly | a class or more | none | High |
| hardly | a class or more | some | Normal |
| no, hardly | a few | any | Normal |
| yes | a class or more | none | Normal |
| yes | else | | Low |
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction

from deskbell.chat import queue
from deskbell.chat.events import Triaged
from deskbell.chat.models import Visit, Visitor
from deskbell.chat.visitors import visit_of
from deskbell.lib.errors import Refused
from deskbell.lib.telling import tell
from deskbell.tickets.impacts import Impact
from deskbell.tickets.triage import set_impact_by_answers

WORKS = {"no": "it can’t be used", "hardly": "something important fails", "yes": "it can be used"}
STUDENTS = {
    "few": "one or a few students",
    "class": "a class or more",
    "school": "the whole school",
}
AROUND = {"no": "no way around it", "yes": "there is a way around it"}


@dataclass(frozen=True)
class Answers:
    """What the visitor chose: keys of `WORKS`, `STUDENTS` and `AROUND`."""

    works: str
    students: str
    around: str

    def in_words(self) -> str:
        """For the team: “it can't be used, the whole school, no way around it”."""
        return f"{WORKS[self.works]}, {STUDENTS[self.students]}, {AROUND[self.around]}"


def read(works: str, students: str, around: str) -> Answers:
    """The answers, if they are some of those that are offered; raises Refused otherwise."""
    if works not in WORKS or students not in STUDENTS or around not in AROUND:
        raise Refused("Answer the three questions by what is offered, then send them.")
    return Answers(works, students, around)


def impact_of(answers: Answers) -> Impact:
    """The impact by the definitions: how much stands still, for how many, and is there a way around it."""
    many, none = answers.students != "few", answers.around == "no"
    match answers.works:
        case "no" if many:
            return Impact.URGENT if none else Impact.HIGH
        case "hardly" if many:
            return Impact.HIGH if none else Impact.NORMAL
        case "yes":
            return Impact.NORMAL if many and none else Impact.LOW
    return Impact.NORMAL


@transaction.atomic
def answer(visitor: Visitor, answers: Answers) -> Visit:
    """The visitor has answered: the conversation's ticket has the impact that follows, and whoever it pages
    is paged (E10). While a team is on shift, an Urgent one rings it now instead of in two minutes.

    Raises Refused before a first message, and once the team has judged the impact.
    """
    visit = visit_of(visitor)
    if visit is None:
        raise Refused("Write what is going on first; a sentence is enough.")
    impact = impact_of(answers)
    visit.ticket = set_impact_by_answers(
        visit.ticket,
        impact,
        by=visitor.person,
        reason=f"by their answers: {answers.in_words()}",
        answers=asdict(answers),
    )
    visit.answers = {**asdict(answers), "impact": str(impact)}
    visit.save(update_fields=["answers"])
    if impact == Impact.URGENT:
        queue.ring_now(visit)
    tell(Triaged(visit))
    return visit


def answered_in_words(visit: Visit | None) -> str:
    """What the visitor answered, for the team; empty if they were not asked."""
    if visit is None or not visit.answers:
        return ""
    given = (visit.answers.get(name, "") for name in ("works", "students", "around"))
    return read(*given).in_words()
