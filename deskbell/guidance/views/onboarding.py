"""One onboarding: its page, its days, its lead, its end; and taking back what was done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from deskbell.guidance.doing import end, resume
from deskbell.guidance.events import Kind
from deskbell.guidance.models import Onboarding, OnboardingEvent, Question, Side
from deskbell.guidance.planning import move, set_lead
from deskbell.guidance.progress import first_of, progress_of
from deskbell.guidance.timeline import happened_to, told
from deskbell.guidance.undoing import undo
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key, whole
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import Agent
from deskbell.people.places import places_in
from deskbell.people.teams import working_agents
from deskbell.sla.coverages.words import read_date


@require_safe
@agents_only
def onboarding(request: HttpRequest, pk: int) -> HttpResponse:
    """`GET /onboardings/<pk>`; `done` is the number of the event that was just made."""
    progress = first_of(progress_of(Onboarding.objects.filter(pk=pk)))
    if progress is None:
        raise NotFound("There is no such onboarding.")
    found = progress.onboarding
    context = {
        "progress": progress,
        "onboarding": found,
        "history": happened_to(found),
        "done": _just_done(found, request.GET.get("done", "")),
        "questions": _questions(found),
        "agents": working_agents(),
        "places": places_in(found.district),
        "sides": Side.choices,
    }
    return render(request, "guidance/onboarding.html", context)


@require_POST
@agents_only
def dates(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /onboardings/<pk>/dates`: `starts_on`, `goes_live_on`."""
    starts_on = read_date(request.POST.get("starts_on", ""), "The start")
    goes_live_on = read_date(request.POST.get("goes_live_on", ""), "The go-live")
    person = agent_of(request).person
    event = move(one(pk), starts_on=starts_on, goes_live_on=goes_live_on, by=person)
    return back(request, event.onboarding, event)


@require_POST
@agents_only
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /onboardings/<pk>/lead`: `lead`."""
    leader = agent_named(request.POST.get("lead", ""))
    event = set_lead(one(pk), leader, by=agent_of(request).person)
    return back(request, event.onboarding, event)


@require_POST
@agents_only
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /onboardings/<pk>/ending`: it is over although steps are left."""
    event = end(one(pk), by=agent_of(request).person)
    return back(request, event.onboarding, event)


@require_POST
@agents_only
def resumption(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /onboardings/<pk>/resumption`: it goes on after all."""
    event = resume(one(pk), by=agent_of(request).person)
    return back(request, event.onboarding, event)


@require_POST
@agents_only
def undoing(request: HttpRequest, pk: int, sequence: int) -> HttpResponse:
    """`POST /onboardings/<pk>/events/<sequence>/undo`: take back what this event did."""
    event = undo(one(pk), sequence, by=agent_of(request).person)
    return back(request, event.onboarding, event)


def one(pk: int) -> Onboarding:
    """The onboarding with this key; raises NotFound."""
    found = Onboarding.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such onboarding.")
    return found


def agent_named(key: str) -> Agent:
    """The working agent whom a form names by key; refused if it names none."""
    found = next((each for each in working_agents() if each.pk == primary_key(key)), None)
    if found is None:
        raise Refused("Choose someone of the team.")
    return found


def back(
    request: HttpRequest, found: Onboarding, event: OnboardingEvent | None = None
) -> HttpResponse:
    """To the page of the onboarding, which says what was done and offers the way back."""
    address = reverse("onboarding", args=[found.pk]) + (f"?done={event.sequence}" if event else "")
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _just_done(found: Onboarding, sequence: str) -> object:
    rows = found.events.filter(sequence=whole(sequence) or 0).select_related("step", "by")
    event = rows.exclude(kind=Kind.REMINDED).first()
    return told(event) if event else None


def _questions(found: Onboarding) -> dict[int, list[Question]]:
    """The tickets that were asked about its steps, by the step's key."""
    by_step: dict[int, list[Question]] = {}
    rows = Question.objects.filter(step__onboarding=found).select_related("ticket")
    for each in rows.order_by("pk"):
        by_step.setdefault(each.step_id, []).append(each)
    return by_step
