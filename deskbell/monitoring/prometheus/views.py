"""What a Prometheus reads, and the screen that says how to set one up."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from deskbell.lib.errors import NotFound
from deskbell.monitoring.models import ReadKey
from deskbell.monitoring.prometheus import keys
from deskbell.monitoring.prometheus import targets as listing
from deskbell.people.access import administrators_only


@require_GET
def targets(request: HttpRequest) -> HttpResponseBase:
    """`GET /prometheus/targets` with the key: what the blackbox exporter may probe, as JSON."""
    refused = keys.refusal(request, ReadKey.Of.TARGETS)
    return refused or JsonResponse(listing.groups(), safe=False)


@require_GET
@administrators_only
def prometheus(request: HttpRequest) -> HttpResponse:
    """`GET /prometheus`: the keys, and what to write into Prometheus' configuration."""
    context = {
        "targets": keys.key_of(ReadKey.Of.TARGETS),
        "metrics": keys.key_of(ReadKey.Of.METRICS),
        "count": len(listing.groups()),
        "scheme": settings.DESK_URL.partition("://")[0],
        "host": settings.DESK_URL.partition("://")[2],
        "address": settings.DESK_URL,
    }
    return render(request, "monitoring/prometheus.html", context)


@require_POST
@administrators_only
def renewal(request: HttpRequest, of: str) -> HttpResponse:
    """`POST /prometheus/keys/<targets or metrics>/renewal`."""
    if of not in ReadKey.Of.values:
        raise NotFound("There is no such key.")
    keys.renew(of)
    return redirect("prometheus")
