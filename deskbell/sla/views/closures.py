"""The emergency closure: one form, one look at what it does to open tickets, one press (K9)."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from deskbell.people.access import agent_of, managers_only
from deskbell.sla.coverages.closing import close_at_once
from deskbell.sla.coverages.words import read_span
from deskbell.sla.views.showing import coverage_called, reviewed, show, today_of


@managers_only
@require_http_methods(["GET", "POST"])
def closure(request: HttpRequest, key: str) -> HttpResponseBase:
    """`/promises/coverages/<key>/closure`: closed from today because of ..., open tickets too."""
    coverage, form = coverage_called(key), request.POST
    if request.method == "GET":
        today = today_of(coverage)
        return show(request, coverage, "sla/closure.html", {"today": today})
    first, last = read_span(form.get("first", ""), form.get("last", ""))
    because, person = form.get("because", ""), agent_of(request).person
    return reviewed(
        request,
        coverage,
        lambda _: close_at_once(coverage, first, last, because, by=person),
        back=f"/promises/coverages/{key}/dates",
        needs_reason=False,
        span=(first, last),
        tickets_follow=True,
    )
