"""Saves that may open gaps: a view says so in one line, and its form comes back with the question why."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from deskbell.oncall.gaps.keeping import OpensGaps, opened_by, recompute
from deskbell.people.access import View, agent_of
from deskbell.people.desk import the_desk

REASON = "gap_reason"  # the field of the form that comes back
NOT_OURS = {REASON, "csrfmiddlewaretoken"}


def minding_gaps(
    what: str, when: Callable[[HttpRequest], bool] = lambda _: True
) -> Callable[[View], View]:
    """Let a view's POST be undone if it opens gaps and no manager says why (G1).

    `what` is what it saves, in words: “the rota”; `when` tells whether this request saves at all.
    Goes below `agents_only`. What was sent comes back as hidden fields beside the question, so any
    form can be answered, also without script.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method != "POST" or not when(request):
                return view(request, *args, **kwargs)
            if request.FILES:  # a form with a file can't come back; what it opens is told at night
                answer = view(request, *args, **kwargs)
                recompute()
                return answer
            by = agent_of(request)
            try:
                return opened_by(
                    lambda: cast(HttpResponse, view(request, *args, **kwargs)),
                    what=what,
                    by=by,
                    reason=request.POST.get(REASON, ""),
                    counts=lambda answer: answer.status_code < 400,
                )
            except OpensGaps as refused:
                return _asked_why(request, refused, what)

        return cast(View, guarded)

    return guard


def _asked_why(request: HttpRequest, refused: OpensGaps, what: str) -> HttpResponse:
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_OURS
        for value in values
    ]
    by = agent_of(request)
    context = {
        "what": what,
        "gaps": refused.gaps,
        "sent": sent,
        "asked": REASON in request.POST,
        "may_accept": by.manages,
        "reader_zone": by.person.zone or the_desk().zone,
    }
    answer = render(request, "oncall/gaps/opened.html", context, status=422)
    answer["HX-Retarget"], answer["HX-Reselect"], answer["HX-Reswap"] = (
        "#main",
        "#main > *",
        "innerHTML",
    )
    return answer
