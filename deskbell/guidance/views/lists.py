"""All onboardings, late ones first; and a new one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from deskbell.guidance import exporting
from deskbell.guidance.beginning import begin
from deskbell.guidance.models import Onboarding
from deskbell.guidance.progress import ended, going_on, progress_of
from deskbell.guidance.views.onboarding import agent_named, back
from deskbell.lib.errors import Refused
from deskbell.lib.numbers import primary_key
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import District
from deskbell.people.teams import working_agents
from deskbell.sla.coverages.words import read_date

ENDED = 50


@require_safe
@agents_only
def onboardings(request: HttpRequest) -> HttpResponse:
    """`GET /onboardings`: what goes on, late ones first, and the newest of those that are over."""
    context = {"going_on": going_on(), "ended": ended(ENDED)}
    return render(request, "guidance/list.html", context)


@require_safe
@agents_only
def export(request: HttpRequest) -> HttpResponseBase:
    """`GET /onboardings.csv`: every step of every onboarding, the newest first."""
    written = exporting.lines(progress_of(Onboarding.objects.order_by("-pk")))
    answer = StreamingHttpResponse(written, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="onboardings.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def new(request: HttpRequest) -> HttpResponse:
    """`/onboardings/new`: `district`, `starts_on`, `goes_live_on`, `lead`. For a district that is on its way
    it leads to its onboarding."""
    if request.method == "POST":
        return back(request, _begun(request))
    chosen, running = primary_key(request.GET.get("district", "")), Onboarding.objects.going_on()
    if found := running.filter(district=chosen).first():
        return back(request, found)
    context = {
        "districts": District.objects.exclude(pk__in=running.values("district")).order_by("name"),
        "chosen": chosen,
        "agents": working_agents(),
    }
    return render(request, "guidance/new.html", context)


def _begun(request: HttpRequest) -> Onboarding:
    form = request.POST
    if not (key := primary_key(form.get("district", ""))):
        raise Refused("Choose a district.")
    return begin(
        get_object_or_404(District, pk=key),
        starts_on=read_date(form.get("starts_on", ""), "The start"),
        goes_live_on=read_date(form.get("goes_live_on", ""), "The go-live"),
        lead=agent_named(form.get("lead", "")),
        by=agent_of(request),
    )
