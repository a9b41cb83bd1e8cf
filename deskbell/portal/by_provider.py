"""Coming in by a provider: what the browser's session keeps while the customer is there, and who comes back.

The address to come back to is each provider's own: an answer of one can't be passed off as another's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.http import HttpRequest

from deskbell.lib import clock
from deskbell.lib.callers import caller_of, network_of
from deskbell.people.customers import Customer
from deskbell.people.providers import asking, failures
from deskbell.people.providers.asking import Journey
from deskbell.people.providers.models import Provider
from deskbell.people.providers.recognizing import recognized
from deskbell.people.providers.refusing import AWAY, CANCELLED, NOT_BELIEVED, STALE, NoEntry
from deskbell.people.providers.tokens import claims_in

SESSION = "at_providers"
LASTS = timedelta(minutes=10)
MOST = 5  # in as many tabs
REFUSALS = {"access_denied", "consent_required", "interaction_required", "login_required"}
TROUBLES = {"server_error", "temporarily_unavailable"}


@dataclass(frozen=True)
class Trip:
    """One journey to a provider, as the session keeps it. `at` is in seconds since 1970."""

    journey: Journey
    provider: int
    onward: str
    at: float


def leave(request: HttpRequest, provider: Provider, onward: str) -> str:
    """The provider's address, to which the browser goes now. Raises NoEntry if it is away."""
    address, journey = asking.begin(provider)
    trip = Trip(journey, provider.pk, onward, clock.now().timestamp())
    others = list(request.session.get(SESSION, {}).items())[1 - MOST :]
    request.session[SESSION] = dict([*others, (journey.state, asdict(trip))])
    return address


def trip_of(request: HttpRequest, provider: Provider) -> Trip:
    """The journey that ends here, which can be ended once. Raises NoEntry if this browser began none."""
    trips = request.session.get(SESSION, {})
    kept = trips.pop(request.GET.get("state", ""), None)
    if kept is None:
        raise NoEntry(STALE)
    request.session[SESSION] = trips
    trip = Trip(**{**kept, "journey": Journey(**kept["journey"])})
    too_old = trip.at < (clock.now() - LASTS).timestamp()
    if too_old or trip.provider != provider.pk:
        raise NoEntry(STALE)
    return trip


def who_comes(request: HttpRequest, provider: Provider, trip: Trip) -> Customer:
    """Whom the provider has sent back. Raises NoEntry, and notes why for who looks after the desk."""
    network = network_of(caller_of(request))
    failures.refuse_storms(network)
    try:
        token = asking.token_for(provider, _code_in(request), trip.journey)
        return recognized(provider, claims_in(provider, token, trip.journey.nonce))
    except NoEntry as refusal:
        if refusal.why:
            failures.note(provider, network, refusal.why)
        raise


def _code_in(request: HttpRequest) -> str:
    code, fault = request.GET.get("code", ""), request.GET.get("error", "")
    if fault in REFUSALS:
        raise NoEntry(CANCELLED)
    if fault in TROUBLES:
        raise NoEntry(AWAY, f"It sent someone back with “{fault}”.")
    if not code:
        raise NoEntry(NOT_BELIEVED, f"It sent someone back with “{fault[:60] or 'no code'}”.")
    return code
