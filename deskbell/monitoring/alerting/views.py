"""The screens of sources, and the buttons beside what came in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.errors import NotFound, Refused
from deskbell.monitoring import sources, watched
from deskbell.monitoring.alerting import editing, previewing, receipts, silencing, testing
from deskbell.monitoring.intake import retrying
from deskbell.monitoring.intake.mapped.reading import PLACES, RESOLVED_WORDS
from deskbell.monitoring.lengths import written
from deskbell.monitoring.models import Alert, Source
from deskbell.people.access import administrators_only, agent_of, agents_only
from deskbell.people.desk import the_desk
from deskbell.tickets.impacts import Impact


@require_http_methods(["GET", "POST"])
@agents_only
def add(request: HttpRequest) -> HttpResponse:
    """`GET /alerts/sources`: every source; addresses are shown to administrators alone, since who has one
    can raise alerts. `POST`, by an administrator, adds one: its page comes next, with what to paste."""
    may_see = agent_of(request).is_administrator
    if request.method == "POST":
        if not may_see:
            raise PermissionDenied("Only an administrator of the desk may do this.")
        return redirect("source", pk=editing.save(request.POST.dict()).pk)
    listed = Source.objects.exclude(kind__in=sources.WITHOUT_A_DOOR).select_related("component")
    context = {
        "sources": [
            (each, sources.address(each) if may_see else "") for each in listed.order_by("id")
        ],
        "may_add": may_see,
        **choices(),
    }
    return render(request, "monitoring/sources.html", context)


@require_http_methods(["GET", "POST"])
@administrators_only
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """`/alerts/sources/<pk>`: how to set the sender up, its settings, what it sent; `POST` saves."""
    found, refused = editing.get(pk), ""
    if request.method == "POST":
        try:
            editing.save(request.POST.dict(), found)
        except Refused as error:
            refused = str(error)
        else:
            return redirect("source", pk=pk)
    context = {**_shown(found, request), "refused": refused, "said": request.GET.get("said", "")}
    return render(request, "monitoring/source.html", context, status=422 if refused else 200)


@require_POST
@administrators_only
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /alerts/sources/<pk>/test`."""
    said = testing.send(editing.get(pk))
    return redirect(f"/alerts/sources/{pk}?{urlencode({'said': said})}")


@require_POST
@administrators_only
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /alerts/sources/<pk>/preview`: what the mapping of the form reads; saves nothing."""
    here = agent_of(request).person.zone or the_desk().zone
    context: dict[str, Any] = {"here": here, "refused": ""}
    try:
        context["preview"] = previewing.preview(request.POST.dict(), editing.get(pk))
    except Refused as error:
        context["refused"] = str(error)
    return render(request, "monitoring/_preview.html", context)


@require_POST
@administrators_only
def renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /alerts/sources/<pk>/renewal`: another secret address."""
    editing.renew(editing.get(pk))
    return redirect("source", pk=pk)


@require_POST
@agents_only
def retry(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /alerts/bodies/<number>/retry`: read it again, after an upgrade or another setting."""
    retrying.retry(number)
    return redirect("alert-bodies")


@require_POST
@agents_only
def silence(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /alerts/<number>/silence` with `hours`, and `reason` if there is more to say."""
    alert = Alert.objects.select_related("source").filter(pk=number).first()
    if alert is None:
        raise NotFound("There is no such alert.")
    form = request.POST
    made = silencing.silence_like(
        alert, hours=form.get("hours", ""), reason=form.get("reason", ""), by=agent_of(request)
    )
    return redirect(f"/alerts/silences?made={made.pk}")


@require_POST
@agents_only
def silence_end(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /alerts/silences/<number>/end`."""
    silencing.end(number, by=agent_of(request))
    return redirect("silences")


def _shown(found: Source, request: HttpRequest) -> dict[str, Any]:
    return {
        "source": found,
        "address": sources.address(found),
        "bodies": receipts.page_of(receipts.Wanted(source=found.pk)).bodies,
        "speaks_every": _written(found.speaks_every),
        "repeats_every": _written(found.repeats_every),
        "here": agent_of(request).person.zone or the_desk().zone,
        **choices(),
    }


def _written(length: timedelta | None) -> str:
    return written(int(length.total_seconds())) if length else ""


def choices() -> dict[str, Any]:
    """What the form of a source offers."""
    return {
        "kinds": editing.KINDS,
        "components": watched.choices(),
        "impacts": list(Impact),
        "places": PLACES,
        "resolved_words": RESOLVED_WORDS,
        "lengths": silencing.LENGTHS,
    }
