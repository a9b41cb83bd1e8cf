"""Looking at coverages: all of them, the year of one, and who changed what in it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from deskbell.lib.errors import Refused
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.desk import the_desk
from deskbell.people.models import District
from deskbell.sla.coverages import making
from deskbell.sla.coverages import year as years
from deskbell.sla.coverages.editing import policies_by_coverage
from deskbell.sla.coverages.hours import DAY_NAMES, read_week, week_in_words
from deskbell.sla.freezing import document_of
from deskbell.sla.models import Coverage
from deskbell.sla.views.showing import coverage_called, edit_just_made, show, today_of

HISTORY = 50


@agents_only
@require_http_methods(["GET", "POST"])
def coverages(request: HttpRequest) -> HttpResponseBase:
    """`/promises/coverages`: each with its week and who promises in it; a manager makes another."""
    if request.method == "POST":
        return make(request)
    found = Coverage.objects.select_related("district").order_by("name")
    counting = policies_by_coverage()
    context = {
        "rows": [(each, week_in_words(each.windows), counting.get(each.key)) for each in found],
        "may_edit": agent_of(request).manages,
        "districts": District.objects.order_by("name"),
        "default_zone": the_desk().zone,
        "done": edit_just_made(request),
        "week": {day: (name, "closed") for day, name in DAY_NAMES.items()},
    }
    return render(request, "sla/coverages.html", context)


@managers_only
def make(request: HttpRequest) -> HttpResponse:
    """`POST /promises/coverages`: by its name, zone and week."""
    form = request.POST
    district = _district(form.get("district", ""))
    made = making.make(
        form.get("name", ""),
        form.get("zone", "").strip(),
        read_week(form.dict()),
        district=district,
        by=agent_of(request).person,
    )
    assert made.coverage is not None
    return redirect(f"/promises/coverages/{made.coverage.key}?done={made.pk}")


@agents_only
@require_GET
def year(request: HttpRequest, key: str) -> HttpResponse:
    """`/promises/coverages/<key>`: twelve months of it; `?year=2026&kind=calendar&day=2026-11-26`."""
    coverage = coverage_called(key)
    today = today_of(coverage)
    by_calendar = request.GET.get("kind") == "calendar"
    month = years.CALENDAR_YEAR if by_calendar else years.SCHOOL_YEAR
    first = years.begins(request.GET.get("year", ""), today, month)
    drawn = years.year_of(document_of(coverage), first, today)
    days = [day for each in drawn.months for day in each.days]
    asked = request.GET.get("day") or today.isoformat()
    chosen = next((day for day in days if day.date.isoformat() == asked), None)
    context = {
        "year": drawn,
        "first": first,
        "last": days[-1].date,
        "kind": "calendar" if by_calendar else "school",
        "week": week_in_words(coverage.windows),
        "chosen": chosen,
    }
    return show(request, coverage, "sla/year.html", context)


@agents_only
@require_GET
def history(request: HttpRequest, key: str) -> HttpResponse:
    """`/promises/coverages/<key>/history`: who changed what, when and why; the newest first."""
    coverage = coverage_called(key)
    edits = coverage.edits.select_related("by").prefetch_related("versions__policy")[:HISTORY]
    return show(request, coverage, "sla/history.html", {"edits": edits})


def _district(pk: str) -> District | None:
    if not pk:
        return None
    found = District.objects.filter(pk=pk).first() if pk.isascii() and pk.isdigit() else None
    if found is None:
        raise Refused("Choose one of the districts, or none.")
    return found
