"""Coming in by a provider: what the browser keeps while the customer is there, and who comes back.

It keeps it in a signed cookie, so that strangers who press the button write nothing here. The address to come
back to is each provider's own, and so is the cookie: an answer of one can't be passed off as another's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from deskbell.lib import clock
from deskbell.lib.callers import caller_of, network_of
from deskbell.people.customers import Customer
from deskbell.people.providers import asking, failures
from deskbell.people.providers.asking import Journey
from deskbell.people.providers.models import Provider
from deskbell.people.providers.recognizing import recognized
from deskbell.people.providers.refusing import AWAY, CAME_WITHOUT, CANCELLED, STALE, NoEntry
from deskbell.people.providers.tokens import claims_in

COOKIE = SALT = "portal-journey"
LASTS = timedelta(minutes=10)
LONGEST_ONWARD = 1000  # a browser keeps no cookie of more than 4 KB
REFUSALS = {"access_denied", "consent_required", "interaction_required", "login_required"}
TROUBLES = {"server_error", "temporarily_unavailable"}
FAULT = re.compile(r"[a-z_]{1,40}")
NOBODYS_FAULT = {AWAY, CAME_WITHOUT}  # for these nobody has asked the provider in vain


@dataclass(frozen=True)
class Trip:
    """One journey to a provider, as the browser keeps it. `at` is in seconds since 1970."""

    journey: Journey
    provider: int
    onward: str
    at: float


def leave(provider: Provider, onward: str) -> tuple[str, Trip]:
    """The provider's address, to which the browser goes now, and what it takes along. Raises NoEntry if the
    provider is away."""
    address, journey = asking.begin(provider)
    kept = onward if len(onward) <= LONGEST_ONWARD else ""
    return address, Trip(journey, provider.pk, kept, clock.now().timestamp())


def pack(response: HttpResponseBase, provider: Provider, trip: Trip) -> None:
    """Give the browser what it keeps meanwhile."""
    journey = trip.journey
    kept = [journey.state, journey.nonce, journey.verifier, trip.provider, trip.onward, trip.at]
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=SALT),
        max_age=LASTS,
        path=_path(provider),
        httponly=True,
        samesite="Lax",  # the provider's answer is a link from elsewhere
        secure=settings.SESSION_COOKIE_SECURE,
    )


def unpack(response: HttpResponseBase, provider: Provider) -> None:
    """The journey is over, however it ended."""
    response.delete_cookie(COOKIE, path=_path(provider), samesite="Lax")


def trip_of(request: HttpRequest, provider: Provider) -> Trip:
    """The journey that ends here. Raises NoEntry if this browser began none, or too long ago."""
    try:
        state, nonce, verifier, *rest = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        raise NoEntry(STALE) from None
    trip = Trip(Journey(state, nonce, verifier), *rest)
    is_over = trip.at < (clock.now() - LASTS).timestamp()
    is_ours = request.GET.get("state") == state and trip.provider == provider.pk
    if is_over or not is_ours:
        raise NoEntry(STALE)
    return trip


def who_comes(request: HttpRequest, provider: Provider, trip: Trip) -> Customer:
    """Whom the provider has sent back. Raises NoEntry, and notes why for who looks after the desk."""
    network = network_of(caller_of(request))
    failures.refuse_storms(network)
    try:
        tokens = asking.tokens_for(provider, _code_in(request), trip.journey)
        return recognized(provider, claims_in(provider, tokens, trip.journey.nonce))
    except NoEntry as refusal:
        if refusal.why:
            failures.note(provider, refusal.why)
        if refusal.why and refusal.sentence not in NOBODYS_FAULT:
            failures.count(network)
        raise


def _code_in(request: HttpRequest) -> str:
    """The provider's code. What the address says instead are the words of whoever made it: of them no more is
    kept than what reads like a fault of the protocol, and no network is held to account for it."""
    code, fault = request.GET.get("code", ""), request.GET.get("error", "")
    if fault in REFUSALS:
        raise NoEntry(CANCELLED)
    if code and not fault:
        return code
    brought = f"with “{fault}”" if FAULT.fullmatch(fault) else "without a code"
    why = f"It sent someone back {brought}."
    raise NoEntry(AWAY if fault in TROUBLES else CAME_WITHOUT, why)


def _path(provider: Provider) -> str:
    return urlsplit(provider.start).path
