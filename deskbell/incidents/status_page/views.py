"""The screen on which managers hand out districts' own status pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from deskbell.incidents.status_page import private
from deskbell.incidents.status_page.audience import PUBLIC, TARGET
from deskbell.lib.errors import Refused
from deskbell.people.access import agent_of, managers_only
from deskbell.people.models import Agent, Contract, District

Do = Callable[[District, Agent, HttpRequest], object]
DOES: dict[str, Do] = {
    "make": lambda district, by, _: private.make(district, by=by),
    "renew": lambda district, by, _: private.renew(district, by=by),
    "revoke": lambda district, by, _: private.revoke(district),
    "undo": lambda district, by, _: private.bring_back(district),
    "maintenance": lambda district, by, request: private.count_maintenance(
        district, "counts" in request.POST
    ),
}


@require_GET
@managers_only
def private_pages(request: HttpRequest) -> HttpResponse:
    """`GET /districts/status-pages`: each district with its page, if it has one."""
    contracts = Contract.objects.order_by("-starts_on", "-pk")
    districts = District.objects.select_related("private_status_page").order_by("name")
    context = {
        "districts": districts.prefetch_related(Prefetch("contracts", contracts)),
        "public": f"{settings.DESK_URL}{PUBLIC}",
        "target": TARGET,
        "done": request.GET.get("done", ""),
        "about": request.GET.get("district", ""),
    }
    return render(request, "incidents/private_pages.html", context)


@require_POST
@managers_only
def private_page(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /districts/<pk>/status-page` with `do`: make, renew, revoke, undo or maintenance."""
    district = get_object_or_404(District, pk=pk)
    do = request.POST.get("do", "")
    if do not in DOES:
        raise Refused("Choose what to do with the page: make, renew or revoke it.")
    DOES[do](district, agent_of(request), request)
    said = f"?done={do}&district={pk}#district-{pk}"
    return redirect(reverse("private-status-pages") + said)
