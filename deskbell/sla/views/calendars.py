"""A district's school calendar: choose a file, tick what closes, see what follows."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.errors import NotFound, Refused
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.sla.coverages import schools
from deskbell.sla.coverages.offering import offers_of, read_choice
from deskbell.sla.coverages.words import needed
from deskbell.sla.ical.contained import LARGEST
from deskbell.sla.views.showing import coverage_called, reviewed, show, today_of


@agents_only
@require_http_methods(["GET", "POST"])
def calendars(request: HttpRequest, key: str) -> HttpResponseBase:
    """`/promises/coverages/<key>/calendars`: those that were imported, and the form for a file."""
    if request.method == "POST":
        return offer(request, key)
    coverage = coverage_called(key)
    found = coverage.calendars.annotate(days=Count("exceptions")).select_related("imported_by")
    context = {"calendars": found.order_by("name")}
    return show(request, coverage, "sla/calendars.html", context)


@managers_only
def offer(request: HttpRequest, key: str) -> HttpResponseBase:
    """`POST .../calendars`: the events of a file or of pasted text, with a guess what they mean."""
    coverage = coverage_called(key)
    name = needed(request.POST.get("name", ""), 200, schools.NAME_IT)
    offers = offers_of(coverage, name, _content(request), today_of(coverage))
    return show(request, coverage, "sla/calendar_choice.html", {"name": name, "offers": offers})


@require_POST
@managers_only
def choice(request: HttpRequest, key: str) -> HttpResponseBase:
    """`POST .../calendars/choice`: the ticked events become the days of this calendar."""
    coverage, form, person = coverage_called(key), request.POST, agent_of(request).person
    ticked = [each.partition(" ") for each in form.getlist("event")]
    days = read_choice(
        [packed for _, _, packed in ticked],
        [form.get(f"hours-{number}", "") for number, _, _ in ticked],
    )
    name = form.get("name", "")
    return reviewed(
        request,
        coverage,
        lambda reason: schools.import_calendar(coverage, name, days, reason=reason, by=person),
        back=f"/promises/coverages/{key}/calendars",
    )


@require_POST
@managers_only
def removal(request: HttpRequest, key: str, pk: int) -> HttpResponseBase:
    """`POST .../calendars/<pk>/removal`."""
    coverage, person = coverage_called(key), agent_of(request).person
    calendar = coverage.calendars.filter(pk=pk).first()
    if calendar is None:
        raise NotFound("This calendar is no longer there.")
    return reviewed(
        request,
        coverage,
        lambda reason: schools.remove_calendar(calendar, reason=reason, by=person),
        back=f"/promises/coverages/{key}/calendars",
    )


def _content(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("text", "").encode("utf-8", "replace")
    if (file.size or 0) > LARGEST:
        raise Refused("This file is larger than 2 MB: export one school year of the calendar.")
    return bytes(file.read())
