"""Who may see the portal's pages: a customer whom a mailed link has let in, in a session of its own.

It stands beside the team's sign-in in the same cookie and knows nothing of it: a customer's session names
nobody to the desk, and an agent's names nobody here. Who they are is asked anew with each page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from deskbell.guidance.access import onboardings_of
from deskbell.helpcenter import addresses
from deskbell.lib.errors import NotFound
from deskbell.look import dates
from deskbell.mail import themes
from deskbell.mail.branding import brand_for
from deskbell.people.customers import Customer, customer
from deskbell.people.desk import the_desk
from deskbell.people.models import Person
from deskbell.portal.speaking import language_of, speaker

View = Callable[..., HttpResponseBase]
SESSION = "customer"
HOME = "/portal"


def let_in(request: HttpRequest, who: Customer) -> None:
    """From now on this browser is theirs. The session gets a new key, so that one planted before is worth
    nothing."""
    request.session.cycle_key()
    request.session[SESSION] = who.person.pk


def let_out(request: HttpRequest) -> None:
    """Signed out, here alone."""
    request.session.pop(SESSION, None)
    request.session.cycle_key()


def customer_in(request: HttpRequest) -> Customer | None:
    """Who asks, as the desk knows them now; None for a stranger."""
    key = request.session.get(SESSION)
    if key is None:
        return None
    person = Person.objects.select_related("agent").filter(pk=key).first()
    return customer(person) if person else None


def inside(address: str) -> str:
    """The address if it is a page of the portal, else nothing."""
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours and (address + "/").startswith(("/portal/", "/portal?")) else ""


def for_customers(view: View) -> View:
    """Strangers are asked for their address, and come back to where they wanted. The view gets who asks."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        who = customer_in(request)
        if who is None:
            onward = {"next": request.get_full_path()} if request.method == "GET" else {}
            address = reverse("portal-sign-in") + (f"?{urlencode(onward)}" if onward else "")
            return private(redirect(address))
        try:
            return private(view(request, who, *args, **kwargs))
        except NotFound as error:
            return private(problem(request, str(error), who=who))

    return guarded


def private(response: HttpResponseBase) -> HttpResponseBase:
    """No cache keeps it, no search engine lists it, no other site hears of its address."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def draw(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    who: Customer | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the portal in the reader's language and zone."""
    language, zone = language_of(request), zone_of(who)
    brand = brand_for(who.district if who else None)
    words = {
        "lang": language,
        "t": speaker(language),
        "moment": lambda instant: dates.moment(instant, zone, language),
        "who": who,
        "is_onboarded": lambda: who is not None and onboardings_of(who).exists(),
        "zone_here": zone,
        "brand": brand,
        "colors": themes.colors_at(brand, addresses.HOME),
        "logo": themes.logo_at(brand, addresses.HOME),
    }
    return render(request, f"portal/{template}.html", {**context, **words}, status=status)


def problem(request: HttpRequest, sentence: str, *, who: Customer | None = None) -> HttpResponse:
    """There is no such thing, or none that is theirs; it reads the same."""
    return draw(request, "problem", {"sentence": sentence}, who=who, status=404)


def zone_of(who: Customer | None) -> str:
    """Their own zone, else their district's, else the desk's."""
    district = who.district if who else None
    own = who.person.zone if who else ""
    return own or (district.zone if district else "") or the_desk().zone
