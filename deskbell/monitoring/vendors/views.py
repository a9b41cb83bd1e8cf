"""The screens of vendors: all of them with the catalogue, and one with its parts and incidents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.monitoring import watched
from deskbell.monitoring.models import Vendor, VendorIncident
from deskbell.monitoring.vendors import catalogue, drawing, editing, keeping
from deskbell.people.access import agent_of, agents_only, managers_only

SHOWN = 30


@require_http_methods(["GET", "POST"])
@agents_only
def vendors(request: HttpRequest) -> HttpResponseBase:
    """`GET /vendors`; a manager's `POST` adds one, by `catalogue=<name>` or by its address."""
    if request.method == "POST":
        return _add(request)
    listed = list(Vendor.objects.prefetch_related("components"))
    names = {each.name for each in listed}
    troubles = VendorIncident.objects.filter(ended_at=None).select_related("vendor")
    context = {
        "vendors": listed,
        "troubles": drawing.told(troubles.order_by("-started_at", "-id")[:SHOWN]),
        "catalogue": [each for each in catalogue.entries() if each.name not in names],
        "feeds": Vendor.Feed.choices,
        "components": watched.choices(),
        "component": "",
        "may_edit": agent_of(request).manages,
    }
    return render(request, "monitoring/vendors.html", context)


@require_http_methods(["GET", "POST"])
@agents_only
def vendor(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`GET /vendors/<pk>`; a manager's `POST` saves it and what its parts stand for."""
    found = editing.get(pk)
    if request.method == "POST":
        return _save(request, pk)
    context = {
        "vendor": found,
        "troubles": drawing.told(found.incidents.order_by("-started_at", "-id")[:SHOWN]),
        "feeds": Vendor.Feed.choices,
        "components": watched.choices(),
        "may_edit": agent_of(request).manages,
    }
    return render(request, "monitoring/vendor.html", context)


@require_POST
@agents_only
def decision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """`POST /vendors/<pk>/incidents/<number>/decision`: any agent says what an entry means for us."""
    incident = editing.incident(pk, number)
    keeping.decide(incident, request.POST.get("gravity", ""), by=agent_of(request))
    return redirect("vendor", pk=pk)


@require_POST
@managers_only
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /vendors/<pk>/pause`: `on=yes` or `no`."""
    editing.pause(editing.get(pk), on=request.POST.get("on") != "no")
    return redirect("vendor", pk=pk)


@require_POST
@managers_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /vendors/<pk>/removal`."""
    editing.remove(editing.get(pk))
    return redirect("vendors")


@managers_only
def _add(request: HttpRequest) -> HttpResponse:
    form = request.POST.dict()
    name = form.get("catalogue", "")
    made = editing.add_from_catalogue(name) if name else editing.add(form)
    return redirect("vendor", pk=made.pk)


@managers_only
def _save(request: HttpRequest, pk: int) -> HttpResponse:
    editing.save(editing.get(pk), request.POST.dict())
    return redirect("vendor", pk=pk)
