"""The screens on which anybody subscribes to the status page, confirms it, and changes or ends it.

The links are secrets, and a scanner of mails follows them: only a POST changes anything.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from deskbell.incidents.languages import LANGUAGES
from deskbell.incidents.models import Subscriber
from deskbell.incidents.news import hooks, links, subscribing
from deskbell.incidents.news.subscribing import Asker
from deskbell.incidents.news.words import ZONES, known, say
from deskbell.incidents.status_page.private import address_of, district_of
from deskbell.lib.callers import caller_of
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.people.desk import the_desk
from deskbell.people.models import District

View = Callable[..., HttpResponse]
ASKED = {
    "mail": (
        "Look into your mailbox",
        "If that address can be subscribed, a mail with a link to confirm it is on its way. "
        "The link works for three days.",
    ),
    "post": (
        "Look where the messages arrive",
        "A message with a link to confirm it is on its way there. The link works for three days.",
    ),
}
NO_PAGE = "There is no such private page, or its link is incomplete."


def a_secret(view: View) -> View:
    """No cache keeps the page, no search engine lists it, and no other page hears of its address."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@a_secret
def subscribe(request: HttpRequest) -> HttpResponse:
    """`/status/subscribe`, with `?lang=` and `?district=`, the token of a private page; a `POST` asks."""
    district = _district(request)
    if request.method != "POST":
        return _form(request, district)
    sent, language = request.POST, known(request.POST.get("lang", ""))
    chosen = [primary_key(each) for each in sent.getlist("components")]
    asker = Asker(language, district, caller_of(request))
    way = sent.get("way", "mail")
    try:
        if way == "mail":
            subscribing.ask(sent.get("address", ""), chosen, asker)
        else:
            hooks.ask(way, sent.get("url", ""), chosen, asker)
    except Refused as error:
        return _form(request, district, say(language, str(error)))
    head, text = ASKED["mail" if way == "mail" else "post"]
    return _page(
        request,
        "asked",
        language,
        head=head,
        text=text,
        page=address_of(district, language=language),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@a_secret
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """`/status/subscribe/confirm/<token>`: asks; a `POST` subscribes."""
    wish = links.wish_of(token)
    if request.method == "POST":
        return redirect(links.to_manage(subscribing.confirm(wish)))
    return _page(request, "confirm", wish.language, address=wish.address)


@require_http_methods(["GET", "HEAD", "POST"])
@a_secret
def confirm_post(request: HttpRequest, token: str) -> HttpResponse:
    """`/status/subscribe/post/<token>`: asks; a `POST` subscribes the webhook, and shows its secret once."""
    found = links.posted_of(token)
    if request.method != "POST":
        return _page(request, "confirm", found.language, address=found.host)
    secret, manage = hooks.confirm(found), links.to_manage(found)
    if not secret:
        return redirect(manage)
    return _page(
        request, "secret", found.language, address=found.host, secret=secret, manage=manage
    )


@require_http_methods(["GET", "HEAD", "POST"])
@a_secret
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """`/status/subscribe/manage/<token>`: what they hear about; a `POST` with `do`: save, end or again."""
    found, sent = links.subscriber_of(token), request.POST
    if request.method != "POST":
        return _manage(request, found)
    if sent.get("do") == "end":
        subscribing.end(found)
    elif sent.get("do") == "again":
        subscribing.begin_again(found)
    else:
        subscribing.change(
            found,
            sent.getlist("components"),
            language=sent.get("lang", ""),
            zone=sent.get("zone", ""),
        )
    saved = "?saved=yes" if sent.get("do") == "save" else ""
    return redirect(reverse("status-subscription", args=[token]) + saved)


def _form(request: HttpRequest, district: District | None, refused: str = "") -> HttpResponse:
    sent = request.POST or request.GET
    return _page(
        request,
        "subscribe",
        known(sent.get("lang", "")),
        status=422 if refused else 200,
        refused=refused,
        district=district,
        token=sent.get("district", ""),
        address=sent.get("address", ""),
        way=sent.get("way", "mail"),
        posted=sent.get("url", ""),
        components=subscribing.offered(district),
        chosen={primary_key(each) for each in sent.getlist("components")},
    )


def _manage(request: HttpRequest, found: Subscriber) -> HttpResponse:
    return _page(
        request,
        "manage",
        found.language,
        subscriber=found,
        address=found.person.email if found.person else found.host,
        district=found.district,
        components=subscribing.offered(found.district),
        chosen=set(found.components.values_list("pk", flat=True)),
        saved="saved" in request.GET,
        zones=ZONES,
        page=address_of(found.district, language=found.language),
    )


def _page(
    request: HttpRequest, name: str, language: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    words = {
        "lang": language,
        "languages": LANGUAGES,
        "say": lambda english, **values: say(language, english, **values),
        "desk": the_desk().name,
        **context,
    }
    return render(request, f"incidents/news/{name}.html", words, status=status)


def _district(request: HttpRequest) -> District | None:
    token = (request.POST or request.GET).get("district", "")
    found = district_of(token)
    if token and found is None:
        raise NotFound(NO_PAGE)
    return found
