"""The page of what-ifs: the form, the progress, the answer; and the figures that a Prometheus reads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.monitoring.models import ReadKey
from deskbell.monitoring.prometheus import keys
from deskbell.people.access import agent_of, managers_only
from deskbell.people.desk import the_desk
from deskbell.reports import asking_form, drawing, response_page
from deskbell.reports import metrics as figures
from deskbell.reports.models import WhatIf
from deskbell.reports.whatif import asking


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """`GET /metrics` with the key: how the desk is doing, in Prometheus' text format."""
    refused = keys.refusal(request, ReadKey.Of.METRICS)
    if refused:
        return refused
    return HttpResponse(figures.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


@require_GET
@managers_only
def reports(request: HttpRequest) -> HttpResponse:
    """`/reports`: the first of them."""
    return redirect("response")


@require_GET
@managers_only
def response(request: HttpRequest) -> HttpResponse:
    """`/reports/response?days=`: how soon chats are answered, with the list it was computed from."""
    return render(request, "reports/response.html", response_page.page(request.GET.get("days", "")))


@require_http_methods(["GET", "POST"])
@managers_only
def whatifs(request: HttpRequest) -> HttpResponse:
    """`/reports/what-if`: the form and what was asked before; a POST asks."""
    zone = agent_of(request).person.zone or the_desk().zone
    if request.method == "POST":
        question = asking_form.read(request.POST)
        asked = asking.ask(*question, zone=zone, by=agent_of(request).person)
        return redirect("whatif", pk=asked.pk)
    earlier = WhatIf.objects.select_related("asked_by").defer("document", "result")[:50]
    context = {
        **asking_form.choices(zone, request.GET),
        "earlier": [drawing.line(each) for each in earlier],
    }
    return render(request, "reports/whatifs.html", context)


@require_GET
@managers_only
def whatif(request: HttpRequest, pk: int) -> HttpResponse:
    """`/reports/what-if/<pk>`: how far it has come, or its answer. Filters: `way`, `metric`, `impact`,
    `district`; `after` is the last line of the page before."""
    asked = get_object_or_404(WhatIf.objects.select_related("asked_by"), pk=pk)
    context = {"whatif": asked, **drawing.answer(asked, request.GET)}
    return render(request, "reports/whatif.html", context)


@require_GET
@managers_only
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """`/reports/what-if/<pk>/progress`: the bar; once there is an answer, htmx draws the page anew."""
    asked = get_object_or_404(WhatIf.objects.defer("document", "result"), pk=pk)
    answer = render(request, "reports/_progress.html", {"whatif": asked})
    if asked.ended_at:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@managers_only
def cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /reports/what-if/<pk>/cancellation`: the work stops at its next step."""
    asking.cancel(get_object_or_404(WhatIf.objects.defer("document", "result"), pk=pk))
    return redirect("whatif", pk=pk)


@require_POST
@managers_only
def deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /reports/what-if/<pk>/deletion`: forget it, with its answer."""
    get_object_or_404(WhatIf.objects.defer("document", "result"), pk=pk).delete()
    return redirect("whatifs")
