"""The template of onboardings: everyone of the team reads it, administrators write it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.guidance.models import Anchor, Side
from deskbell.guidance.template import MOST_STEPS, current, go_back, read, save, steps_of
from deskbell.people.access import administrators_only, agent_of, agents_only


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def template(request: HttpRequest) -> HttpResponseBase:
    """`/onboardings/template`: the steps of each onboarding to come."""
    if request.method == "POST":
        return _write(request)
    newest = current()
    context = {
        "template": newest,
        "steps": steps_of(newest),
        "saved": request.GET.get("saved", ""),
        "may_edit": agent_of(request).is_administrator,
        "sides": Side.choices,
        "anchors": Anchor.choices,
        "most": MOST_STEPS,
    }
    return render(request, "guidance/template.html", context)


@require_POST
@administrators_only
def undo(request: HttpRequest) -> HttpResponse:
    """`POST /onboardings/template/undo`: the template before this one holds again."""
    go_back()
    return redirect("onboarding-template")


@administrators_only
def _write(request: HttpRequest) -> HttpResponse:
    """`POST /onboardings/template`: a list of values for each of `template.FIELDS`."""
    save(read(request.POST), by=agent_of(request))
    address = reverse("onboarding-template") + "?saved=yes"
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
