"""Coming in by a provider: away to it, and back. Only what it then tells the desk itself lets anyone in."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from deskbell.lib.errors import NotFound
from deskbell.people.providers.choosing import by_key
from deskbell.people.providers.models import Provider
from deskbell.people.providers.refusing import NoEntry
from deskbell.portal import by_provider
from deskbell.portal.doors import HOME, customer_in, draw, inside, let_in, private, problem


@require_GET
def away(request: HttpRequest, key: str) -> HttpResponseBase:
    """`/portal/with/<key>?next=`: on to the provider. A district may lead here from its own pages."""
    onward = inside(request.GET.get("next", ""))
    if customer_in(request):
        return private(redirect(onward or HOME))
    try:
        provider = by_key(key)
    except NotFound as error:
        return private(problem(request, str(error)))
    try:
        address, trip = by_provider.leave(provider, onward)
    except NoEntry as refusal:
        return _no_entry(request, provider, refusal, onward)
    response = private(redirect(address))
    by_provider.pack(response, provider, trip)
    return response


@require_GET
def back(request: HttpRequest, key: str) -> HttpResponseBase:
    """`/portal/with/<key>/back?state=&code=`: the end of a journey, once."""
    try:
        provider = by_key(key)
    except NotFound as error:
        return private(problem(request, str(error)))
    onward = ""
    try:
        trip = by_provider.trip_of(request, provider)
        onward = trip.onward
        let_in(request, by_provider.who_comes(request, provider, trip))
        response = private(redirect(onward or HOME))
    except NoEntry as refusal:
        response = _no_entry(request, provider, refusal, onward)
    by_provider.unpack(response, provider)
    return response


def _no_entry(
    request: HttpRequest, provider: Provider, refusal: NoEntry, onward: str
) -> HttpResponseBase:
    """Why nobody comes in, and the way back."""
    again = reverse("portal-sign-in") + (f"?{urlencode({'next': onward})}" if onward else "")
    context = {"refusal": refusal, "provider": provider, "again": again}
    return private(draw(request, "no_entry", context, status=403))
