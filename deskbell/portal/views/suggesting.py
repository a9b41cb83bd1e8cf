"""Articles beside a request that is being written: read in place, or as a page in a new tab."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from deskbell.helpcenter.limits import hold_back
from deskbell.lib.errors import Refused
from deskbell.people.customers import Customer
from deskbell.portal.doors import draw, for_customers
from deskbell.portal.speaking import language_of
from deskbell.portal.suggesting import answered, answers_to, article_for


@require_safe
@for_customers
def suggestions(request: HttpRequest, who: Customer) -> HttpResponseBase:
    """`GET /portal/suggestions?subject=...`: what may answer it; nothing to whoever asks too fast."""
    try:
        hold_back(f"person {who.person.pk}")
        found = answers_to(who, request.GET.get("subject", ""), language_of(request))
    except Refused:
        found = []
    return draw(request, "_suggestions", {"found": found}, who=who)


@require_safe
@for_customers
def article(request: HttpRequest, who: Customer, key: int) -> HttpResponseBase:
    """`GET /portal/articles/<key>`: the whole page, or for the form its text alone."""
    edition = article_for(who, key, language_of(request))
    template = "_article" if "HX-Request" in request.headers else "article"
    return draw(request, template, {"edition": edition}, who=who)


@require_POST
@for_customers
def answer(request: HttpRequest, who: Customer, key: int) -> HttpResponseBase:
    """`POST /portal/articles/<key>/answer`: this answered it, so no request is needed."""
    edition = article_for(who, key, language_of(request))
    answered(who, edition)
    template = "_answered" if "HX-Request" in request.headers else "answered"
    return draw(request, template, {"edition": edition}, who=who)
