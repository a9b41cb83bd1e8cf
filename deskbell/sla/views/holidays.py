"""The public holidays that a coverage observes: choosing a place, seeing its days, working on some."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.lib.errors import NotFound
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.sla.coverages import public_holidays as places
from deskbell.sla.models import Coverage, HolidayCalendar
from deskbell.sla.views.showing import coverage_called, reviewed, show, today_of


@agents_only
@require_http_methods(["GET", "POST"])
def observed(request: HttpRequest, key: str) -> HttpResponseBase:
    """`/promises/coverages/<key>/holidays`: the places whose holidays count, and their next days."""
    if request.method == "POST":
        return observe(request, key)
    coverage = coverage_called(key)
    context = {
        "observed": [_told(coverage, each) for each in coverage.holidays.order_by("id")],
        "countries": places.countries(),
    }
    return show(request, coverage, "sla/holidays.html", context)


@managers_only
@require_GET
def choice(request: HttpRequest, key: str) -> HttpResponseBase:
    """`.../holidays/choice?country=US&state=TX`: the days of a place, each to be kept or not."""
    coverage, asked = coverage_called(key), request.GET
    country, state = asked.get("country", ""), asked.get("state", "")
    state = state if state in places.states(country) else ""
    present = coverage.holidays.filter(country=country, subdivision=state).first()
    context = {
        "country": country,
        "state": state,
        "place": places.place_name(country, state),
        "states": places.states(country),
        "countries": places.countries(),
        "holidays": places.coming(country, state, today_of(coverage)),
        "skipped": present.skipped if present else [],
    }
    return show(request, coverage, "sla/holidays_choice.html", context)


@managers_only
def observe(request: HttpRequest, key: str) -> HttpResponseBase:
    """`POST .../holidays`: close on those that are ticked, of all that were shown."""
    coverage, form, person = coverage_called(key), request.POST, agent_of(request).person
    country, state = form.get("country", ""), form.get("state", "")
    skipped = set(form.getlist("shown")) - set(form.getlist("off"))
    return reviewed(
        request,
        coverage,
        lambda reason: places.observe(coverage, country, state, skipped, reason=reason, by=person),
        back=f"/promises/coverages/{key}/holidays",
    )


@require_POST
@managers_only
def removal(request: HttpRequest, key: str, pk: int) -> HttpResponseBase:
    """`POST .../holidays/<pk>/removal`: work on them again."""
    coverage, person = coverage_called(key), agent_of(request).person
    calendar = coverage.holidays.filter(pk=pk).first()
    if calendar is None:
        raise NotFound("These holidays are no longer observed.")
    return reviewed(
        request,
        coverage,
        lambda reason: places.stop_observing(calendar, reason=reason, by=person),
        back=f"/promises/coverages/{key}/holidays",
    )


def _told(coverage: Coverage, calendar: HolidayCalendar) -> dict[str, object]:
    coming = places.coming(calendar.country, calendar.subdivision, today_of(coverage))
    return {
        "calendar": calendar,
        "place": places.place_name(calendar.country, calendar.subdivision),
        "off": [each for each in coming if each.name not in calendar.skipped],
        "worked": [each for each in coming if each.name in calendar.skipped],
    }
