"""Editing a coverage itself: its week and zone, its name, its removal; and undoing any edit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.sla.coverages import making
from deskbell.sla.coverages.closing import undo_edit
from deskbell.sla.coverages.editing import remove
from deskbell.sla.coverages.hours import DAY_NAMES, read_week, written
from deskbell.sla.models import CoverageEdit
from deskbell.sla.views.showing import coverage_called, reviewed, show


@agents_only
@require_http_methods(["GET", "POST"])
def week(request: HttpRequest, key: str) -> HttpResponseBase:
    """`/promises/coverages/<key>/week`: the weekly hours by the clock of one zone."""
    if request.method == "POST":
        return set_week(request, key)
    coverage = coverage_called(key)
    texts = {day: (name, written(coverage.windows.get(day, []))) for day, name in DAY_NAMES.items()}
    return show(request, coverage, "sla/week.html", {"week": texts})


@managers_only
def set_week(request: HttpRequest, key: str) -> HttpResponseBase:
    """`POST .../week`: one text a day."""
    coverage, person = coverage_called(key), agent_of(request).person
    windows, zone = read_week(request.POST.dict()), request.POST.get("zone", "").strip()
    return reviewed(
        request,
        coverage,
        lambda reason: making.set_week(coverage, zone, windows, reason=reason, by=person),
        back=f"/promises/coverages/{key}/week",
    )


@require_POST
@managers_only
def name(request: HttpRequest, key: str) -> HttpResponseBase:
    """`POST /promises/coverages/<key>/name`: people call it something else."""
    coverage, person = coverage_called(key), agent_of(request).person
    wanted = request.POST.get("name", "")
    return reviewed(
        request,
        coverage,
        lambda reason: making.rename(coverage, wanted, reason=reason, by=person),
        back=f"/promises/coverages/{key}/week",
    )


@require_POST
@managers_only
def removal(request: HttpRequest, key: str) -> HttpResponse:
    """`POST /promises/coverages/<key>/removal`: at once, for it can be undone."""
    removed = remove(coverage_called(key), by=agent_of(request).person)
    return redirect(f"/promises/coverages?done={removed.pk}")


@require_POST
@managers_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /promises/coverages/edits/<pk>/undo`."""
    edited = get_object_or_404(CoverageEdit, pk=pk)
    undone = undo_edit(edited, by=agent_of(request).person)
    where = f"/{undone.coverage.key}" if undone.coverage else ""
    return redirect(f"/promises/coverages{where}?done={undone.pk}")
