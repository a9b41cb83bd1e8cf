"""The screens on which a version is put on open tickets: preview, choice, progress, result."""

from __future__ import annotations

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from deskbell.lib.errors import Refused
from deskbell.lib.numbers import whole
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.sla.holders import tickets_to_move
from deskbell.sla.models import Move, PolicyVersion
from deskbell.sla.moves import begin, progress_of
from deskbell.sla.preview import preview
from deskbell.sla.versions import newest_of
from deskbell.sla.views.paging import page_of
from deskbell.sla.views.versions import version_or_404
from deskbell.tickets.access import tickets_for

LINES = 100


@require_http_methods(["GET", "POST"])
@agents_only
def tickets(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """`/promises/policies/<pk>/versions/<number>/tickets`: what it would change; a POST does it."""
    version = version_or_404(pk, number)
    if (newest := newest_of(version.policy)) != version:
        raise Refused(
            f"Version {number} is an old one: tickets are moved to version "
            f"{newest.number if newest else 1}. To go back, restore it first."
        )
    if request.method == "POST":
        return start(request, version)
    found = preview(tickets_to_move(version) & tickets_for(request.user), version)
    context = {
        "policy": version.policy,
        "version": version,
        "preview": found,
        "page": page_of(request.GET.get("page", ""), found.pages),
        "may_edit": agent_of(request).manages,
    }
    return render(request, "sla/version_tickets.html", context)


@managers_only
def start(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """`POST /promises/policies/<pk>/versions/<number>/tickets`: all of them, or the ticked ones."""
    form = request.POST
    chosen = None
    if form.get("tickets") != "all":
        numbers = (whole(text) for text in form.getlist("ticket"))
        chosen = [number for number in numbers if number is not None]
    by = agent_of(request).person
    begun = begin([version], reason=form.get("reason", ""), by=by, numbers=chosen)
    return redirect("policy-move", pk=begun.pk)


@require_GET
@agents_only
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promises/moves/<pk>`: how far it has come, and what came of it."""
    found = get_object_or_404(Move.objects.select_related("by"), pk=pk)
    told = progress_of(found)
    lines = (
        found.lines.filter(ticket__in=tickets_for(request.user))
        .select_related("ticket", "version__policy")
        .defer("version__document")
    )
    worst_first = lines.exclude(outcome="waiting").order_by(
        F("outcome").asc(), "-late", "-changed", "ticket"
    )
    context = {
        "move": found,
        "told": told,
        "lines": worst_first[:LINES],
        "more": max(0, told.done - LINES),
    }
    return render(request, "sla/move.html", context)


@require_GET
@agents_only
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """`/promises/moves/<pk>/progress`: the bar alone; the page is drawn anew once it is done."""
    found = get_object_or_404(Move, pk=pk)
    answer = render(request, "sla/_move_progress.html", {"move": found, "told": progress_of(found)})
    if found.finished_at:
        answer["HX-Refresh"] = "true"
    return answer
