"""What an agent does to a step of an onboarding: one sentence to a verb, and back to the page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from deskbell.guidance.doing import mark_done, reopen
from deskbell.guidance.events import step_of
from deskbell.guidance.models import OnboardingEvent, Step
from deskbell.guidance.planning import add, give, remove, set_due
from deskbell.guidance.views.onboarding import back, one
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import Person
from deskbell.sla.coverages.words import read_date


@require_POST
@agents_only
def adding(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /onboardings/<pk>/steps`: `title`, `text`, `side`, `due_on`."""
    form = request.POST
    event = add(
        one(pk),
        form.get("title", ""),
        text=form.get("text", ""),
        side=form.get("side", ""),
        day=read_date(form.get("due_on", ""), "The day"),
        by=agent_of(request).person,
    )
    return _back(request, event)


@require_POST
@agents_only
def done(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """`POST /onboardings/<pk>/steps/<step>/done`: `note`."""
    note = request.POST.get("note", "")
    return _back(request, mark_done(_step(pk, step), note=note, by=agent_of(request).person))


@require_POST
@agents_only
def reopening(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """`POST /onboardings/<pk>/steps/<step>/reopening`: it is not done after all."""
    return _back(request, reopen(_step(pk, step), by=agent_of(request).person))


@require_POST
@agents_only
def owner(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """`POST /onboardings/<pk>/steps/<step>/owner`: `owner`, the key of a person; empty for nobody."""
    person, key = None, request.POST.get("owner", "")
    if key:
        person = Person.objects.select_related("agent").filter(pk=primary_key(key)).first()
        if person is None:
            raise Refused("Choose someone of our team, or of the district.")
    return _back(request, give(_step(pk, step), person, by=agent_of(request).person))


@require_POST
@agents_only
def due(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """`POST /onboardings/<pk>/steps/<step>/due`: `due_on`."""
    day = read_date(request.POST.get("due_on", ""), "The day")
    return _back(request, set_due(_step(pk, step), day, by=agent_of(request).person))


@require_POST
@agents_only
def removal(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """`POST /onboardings/<pk>/steps/<step>/removal`: this district doesn't need it."""
    return _back(request, remove(_step(pk, step), by=agent_of(request).person))


def _step(pk: int, key: int) -> Step:
    return step_of(one(pk), key)


def _back(request: HttpRequest, event: OnboardingEvent) -> HttpResponse:
    return back(request, event.onboarding, event)
