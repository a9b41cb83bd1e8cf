"""The sites that embed the bubble, and the keys by which they say who their visitors are."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.chat.sites import editing, keys, told
from deskbell.chat.sites.models import Site
from deskbell.lib.errors import Refused
from deskbell.people.access import administrators_only, agent_of
from deskbell.people.models import District


@administrators_only
@require_http_methods(["GET", "POST"])
def sites(request: HttpRequest) -> HttpResponse:
    """`/sites`: who may embed the bubble; a POST adds a site."""
    if request.method == "POST":
        return redirect("site", pk=editing.save(request.POST.dict()).pk)
    living = Count("keys", filter=Q(keys__retired_at=None))
    found = Site.objects.select_related("district").annotate(living=living).order_by("name")
    context = {
        "sites": found,
        "line": _line(),
        "desk_url": settings.DESK_URL,
        "named": settings.BUBBLE_ORIGINS,
    }
    return render(request, "messenger/sites.html", context)


@administrators_only
@require_http_methods(["GET", "POST"])
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """`/sites/<pk>`: one site; a POST saves its settings."""
    found = editing.get(pk)
    if request.method == "POST":
        editing.save(request.POST.dict(), found)
        return redirect("site", pk=pk)
    return _page(request, found)


@require_POST
@administrators_only
def new_key(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /sites/<pk>/keys`: make a secret, shown on the page that answers and never again; or, with a
    `public` key, take that."""
    found, by = editing.get(pk), agent_of(request)
    if "public" in request.POST:
        keys.paste(found, request.POST["public"], kid=request.POST.get("kid", ""), by=by)
        return redirect("site", pk=pk)
    made, secret = keys.make_secret(found, by=by)
    response = _page(request, found, made=made, secret=secret)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@administrators_only
def retirement(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """`POST /sites/<pk>/keys/<key>/retirement`: `retired=yes`, or `no` to believe it again."""
    retired = request.POST.get("retired") == "yes"
    keys.set_retired(editing.get(pk), key, retired=retired)
    return redirect("site", pk=pk)


@require_POST
@administrators_only
def keys_address(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /sites/<pk>/keys-address`: where the site tells its keys; without a `url`, ask again now."""
    found = editing.get(pk)
    if "url" in request.POST:
        editing.set_keys_url(found, request.POST["url"])
    elif found.keys_url:
        told.refresh(found, now=True)
    else:
        raise Refused("Name the address first.")
    return redirect("site", pk=pk)


@require_POST
@administrators_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /sites/<pk>/removal`."""
    editing.remove(editing.get(pk))
    return redirect("sites")


def _page(request: HttpRequest, found: Site, **more: object) -> HttpResponse:
    context = {
        "site": found,
        "keys": found.keys.select_related("made_by__person").order_by("retired_at", "-id"),
        "districts": District.objects.order_by("name"),
        "people": found.identities.count(),
        "line": _line(),
        "desk_url": settings.DESK_URL,
        "secret": "",
        **more,
    }
    return render(request, "messenger/site.html", context)


def _line() -> str:
    url = settings.DESK_URL
    return f'<script src="{url}/bubble.js" data-desk="{url}" async></script>'
