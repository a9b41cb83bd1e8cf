"""“Is it urgent?”: the visitor's answers to three questions, what follows from them, and who corrected it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest

from deskbell.chat.events import Triaged
from deskbell.chat.models import Visit
from deskbell.chat.triage import answer, read
from deskbell.lib.telling import takes_many
from deskbell.messenger.doors import Answer, door, text_in, visitor_in, words_of
from deskbell.messenger.live import topic
from deskbell.messenger.packing import LANGUAGES
from deskbell.realtime.publish import publish, publish_many
from deskbell.sla.models import Clock
from deskbell.tickets.events import ImpactChanged
from deskbell.tickets.triage import was_judged

EVENT = "triage"
HERE = Path(__file__).parent / "questions"
REPLIES = [Clock.Metric.FIRST_REPLY, Clock.Metric.NEXT_REPLY]


@door("POST")
def triage(request: HttpRequest) -> Answer:
    """`works`, `students` and `around`, as `chat.triage` names the answers; says what follows."""
    visitor, said = visitor_in(request), words_of(request)
    answers = read(*(text_in(said, name) for name in ("works", "students", "around")))
    return {"triage": standing(answer(visitor, answers))}


@door("GET")
def questions(request: HttpRequest) -> Answer:
    """The questions and what is said of each impact, in `lang`, one of the bubble's languages."""
    language = request.GET.get("lang", "")
    return _questions(language if language in LANGUAGES else LANGUAGES[0])


@cache
def _questions(language: str) -> Answer:
    asked: Answer = json.loads((HERE / f"{language}.json").read_text())
    return asked


def standing(visit: Visit | None) -> dict[str, Any] | None:
    """The impact of a conversation whose visitor has answered: their answers are why, unless the team has
    corrected it; and by when the promise of that impact is an answer. None if they have not."""
    if visit is None or not visit.answers:
        return None
    ticket = visit.ticket
    due = Clock.objects.unstopped().of([ticket]).filter(metric__in=REPLIES, due_at__isnull=False)
    soonest = due.values_list("due_at", flat=True).first()
    return {
        **visit.answers,
        "impact": ticket.impact,
        "team": was_judged(ticket),
        "by": soonest.isoformat() if soonest else None,
    }


def push(fact: Triaged) -> None:
    """Other tabs of the visitor say it too."""
    publish(topic(fact.visit), EVENT, json.dumps(standing(fact.visit)))


@takes_many
def push_impact(facts: Sequence[ImpactChanged]) -> None:
    """Someone of the team has corrected the impact that followed from a visitor's answers: they see it."""
    if not (judged := {f.ticket.pk: f.ticket for f in facts if f.event.by_id and _by_agent(f)}):
        return
    found = Visit.objects.filter(ticket__in=judged).exclude(answers={})
    told = []
    for visit in found:
        visit.ticket = judged[visit.ticket_id]
        told.append((topic(visit), EVENT, json.dumps(standing(visit))))
    if told:
        publish_many(told)


def _by_agent(fact: ImpactChanged) -> bool:
    return fact.event.by is not None and fact.event.by.is_agent
