"""A question about a step becomes a ticket that is linked with it, for the team that brings districts in."""

from __future__ import annotations

from django.db import transaction

from deskbell.guidance.events import Kind, append, changing, step_of
from deskbell.guidance.models import Question, Step
from deskbell.people.districts import school_of
from deskbell.people.models import Person, Team
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Category, Channel, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words

REASON = "a question about a step of their onboarding"


@transaction.atomic
def ask(step: Step, subject: str, words: Words, *, requester: Person) -> Ticket:
    """Open a ticket about the step. It is a question, so its impact is Low until someone says otherwise."""
    with changing(step.onboarding_id) as onboarding:
        locked = step_of(onboarding, step.pk)
        ticket = open_for_customer(
            subject,
            words,
            requester=requester,
            channel=Channel.PORTAL,
            impact=Impact.LOW,
            team=Team.objects.filter(purpose=Team.Purpose.ONBOARDING).order_by("pk").first(),
            category=Category.GUIDANCE,
            place=(onboarding.district, school_of(requester, onboarding.district)),
            answers={"reason": REASON},
        )
        Question.objects.create(step=locked, ticket=ticket)
        append(onboarding, Kind.ASKED, by=requester, step=locked, ticket=ticket.number)
    return ticket


def asked_about(ticket: Ticket) -> Step | None:
    """The step about which a ticket was opened, with its onboarding."""
    rows = Question.objects.select_related("step__onboarding").filter(ticket=ticket.pk)
    found = rows.first()
    return found.step if found else None
