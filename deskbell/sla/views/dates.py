"""Dated exceptions: the list, and adding, changing and removing one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.errors import NotFound
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.sla.coverages import dated
from deskbell.sla.coverages.hours import days_in_words, in_words, read_hours, written
from deskbell.sla.coverages.words import read_span
from deskbell.sla.models import Coverage, DatedException
from deskbell.sla.views.showing import coverage_called, reviewed, show, today_of


@agents_only
@require_http_methods(["GET", "POST"])
def dates(request: HttpRequest, key: str) -> HttpResponseBase:
    """`/promises/coverages/<key>/dates`: by date, those that are over folded away."""
    if request.method == "POST":
        return add(request, key)
    coverage = coverage_called(key)
    today = today_of(coverage)
    found = [Row(row) for row in coverage.exceptions.select_related("calendar")]
    context = {
        "coming": [each for each in found if each.row.last >= today],
        "past": [each for each in reversed(found) if each.row.last < today],
        "today": today,
    }
    return show(request, coverage, "sla/dates.html", context)


@managers_only
def add(request: HttpRequest, key: str) -> HttpResponseBase:
    """`POST .../dates`: from one day to another, closed or at other hours."""
    coverage, form, person = coverage_called(key), request.POST, agent_of(request).person
    first, last = read_span(form.get("first", ""), form.get("last", ""))
    windows, name = read_hours(form.get("hours", ""), "These days"), form.get("name", "")
    return reviewed(
        request,
        coverage,
        lambda reason: dated.add_exception(
            coverage, first, last, windows, name, reason=reason, by=person
        ),
        back=f"/promises/coverages/{key}/dates",
        span=(first, last),
    )


@agents_only
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, key: str, pk: int) -> HttpResponseBase:
    """`/promises/coverages/<key>/dates/<pk>`: one of them, to be changed."""
    if request.method == "POST":
        return replace(request, key, pk)
    coverage = coverage_called(key)
    row = exception(coverage, pk)
    return show(request, coverage, "sla/date.html", {"row": row, "hours": written(row.windows)})


@managers_only
def replace(request: HttpRequest, key: str, pk: int) -> HttpResponseBase:
    """`POST .../dates/<pk>`."""
    coverage, form, person = coverage_called(key), request.POST, agent_of(request).person
    row = exception(coverage, pk)
    first, last = read_span(form.get("first", ""), form.get("last", ""))
    windows, name = read_hours(form.get("hours", ""), "These days"), form.get("name", "")
    return reviewed(
        request,
        coverage,
        lambda reason: dated.replace_exception(
            row, first, last, windows, name, reason=reason, by=person
        ),
        back=f"/promises/coverages/{key}/dates",
        span=(min(first, row.first), max(last, row.last)),
    )


@require_POST
@managers_only
def removal(request: HttpRequest, key: str, pk: int) -> HttpResponseBase:
    """`POST .../dates/<pk>/removal`."""
    coverage, person = coverage_called(key), agent_of(request).person
    row = exception(coverage, pk)
    return reviewed(
        request,
        coverage,
        lambda reason: dated.remove_exception(row, reason=reason, by=person),
        back=f"/promises/coverages/{key}/dates",
        span=(row.first, row.last),
    )


def exception(coverage: Coverage, pk: int) -> DatedException:
    """One of the coverage's exceptions that was made by hand; raises NotFound."""
    row = coverage.exceptions.filter(pk=pk, calendar=None).first()
    if row is None:
        raise NotFound("These days are no longer there.")
    return row


@dataclass(frozen=True)
class Row:
    """One line of the list; a school's summer is one."""

    row: DatedException

    @property
    def days(self) -> str:
        return days_in_words(self.row.first, self.row.last)

    @property
    def weekdays(self) -> str:
        first, last = f"{self.row.first:%a}", f"{self.row.last:%a}"
        return first if self.count == 1 else f"{first} to {last}"

    @property
    def count(self) -> int:
        return (self.row.last - self.row.first).days + 1

    @property
    def weeks(self) -> str:
        """How many weeks it lasts, for what is longer than two: "11 weeks"."""
        return f"{round(self.count / 7, 1):g} weeks" if self.count >= 14 else ""

    @property
    def hours(self) -> str:
        return in_words(self.row.windows).capitalize()
