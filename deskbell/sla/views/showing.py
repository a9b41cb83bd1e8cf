"""What all pages of a coverage share: finding it, its frame, and the review before an edit."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from deskbell.lib import clock
from deskbell.lib.errors import NotFound
from deskbell.people.access import agent_of
from deskbell.sla.coverages.consequences import Act, rehearse
from deskbell.sla.coverages.editing import policies_counting_in
from deskbell.sla.models import Coverage, CoverageEdit

_NOT_SENT_AGAIN = {"csrfmiddlewaretoken", "confirmed", "reason"}


def coverage_called(key: str) -> Coverage:
    """The coverage of this key; raises NotFound."""
    found = Coverage.objects.select_related("district").filter(key=key).first()
    if found is None:
        raise NotFound("There is no such coverage any more.")
    return found


def today_of(coverage: Coverage) -> date:
    """The date by the coverage's own clock."""
    return clock.now().astimezone(ZoneInfo(coverage.zone)).date()


def show(
    request: HttpRequest, coverage: Coverage, template: str, context: dict[str, Any]
) -> HttpResponse:
    """A page of this coverage, with its tabs and, after an edit, what was done and how to undo it."""
    frame = {
        "coverage": coverage,
        "may_edit": agent_of(request).manages,
        "counting": policies_counting_in(coverage),
        "done": edit_just_made(request),
    }
    return render(request, template, {**frame, **context})


def reviewed(
    request: HttpRequest,
    coverage: Coverage,
    act: Act,
    *,
    back: str,
    needs_reason: bool = True,
    **rehearsal: Any,
) -> HttpResponseBase:
    """Tell what an edit will bring; once that is confirmed, make it and go `back`.

    The first answer carries the whole form along, so that the second needs no session.
    """
    if request.POST.get("confirmed") == "yes":
        done = act(request.POST.get("reason", ""))
        return redirect(f"{back}?done={done.pk}")
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in _NOT_SENT_AGAIN
    ]
    context = {
        "consequences": rehearse(act, **rehearsal),
        "sent": sent,
        "back": back,
        "needs_reason": needs_reason,
    }
    fragment = "HX-Request" in request.headers
    return show(request, coverage, "sla/_review.html" if fragment else "sla/review.html", context)


def edit_just_made(request: HttpRequest) -> CoverageEdit | None:
    """The edit that the address names with `done`, if it does."""
    pk = request.GET.get("done", "")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return CoverageEdit.objects.prefetch_related("versions__policy").filter(pk=pk).first()
