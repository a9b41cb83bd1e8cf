"""Coming in and going out: the address, the mailed link, the language. A link is used by a press alone, as
scanners of mails open every address."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.callers import caller_of
from deskbell.lib.errors import NotFound
from deskbell.people.customer_links import TooMany, holder_of, take
from deskbell.people.providers.choosing import offered
from deskbell.portal import coming_in
from deskbell.portal.doors import (
    HOME,
    customer_in,
    draw,
    inside,
    let_in,
    let_out,
    private,
    problem,
)
from deskbell.portal.speaking import choose, language_of

NO_ADDRESS = "That is no mail address. Write it like name@school.org."
TOO_MANY = "Too many links were asked for from your network. Try again in an hour."


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """`/portal/sign-in`: who gives an address hears the same, whosever it is."""
    if request.method != "POST" and customer_in(request):
        return redirect(HOME)
    onward = inside(request.POST.get("next") or request.GET.get("next") or "")
    address, refusal = request.POST.get("email", "")[:320], ""
    if request.method == "POST":
        refusal = _ask(request, address, onward)
    context = {"email": address, "next": onward, "refusal": refusal, "providers": offered()}
    asked = request.method == "POST" and not refusal
    page = draw(
        request, "link_sent" if asked else "sign_in", context, status=422 if refusal else 200
    )
    return private(page)


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """`/portal/enter/<token>`: the press of the button uses the link up and opens the portal."""
    onward = inside(request.POST.get("next") or request.GET.get("next") or "")
    try:
        who = take(token) if request.method == "POST" else holder_of(token)
    except NotFound as error:
        return private(problem(request, str(error)))
    if request.method != "POST":
        return private(draw(request, "enter", {"next": onward, "holder": who}))
    let_in(request, who)
    return private(redirect(onward or HOME))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """`POST /portal/sign-out`."""
    let_out(request)
    return private(redirect("portal-sign-in"))


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """`POST /portal/language`: the language of these pages in this browser."""
    response = redirect(inside(request.POST.get("next", "")) or HOME)
    choose(response, request.POST.get("language", ""))
    return private(response)


def _ask(request: HttpRequest, address: str, onward: str) -> str:
    """Ask for a link; returns what was refused, if anything."""
    if not coming_in.is_address(address):
        return NO_ADDRESS
    try:
        coming_in.ask(
            address, machine=caller_of(request), language=language_of(request), onward=onward
        )
    except TooMany:
        return TOO_MANY
    return ""
