"""What the link in a receipt shows: one ticket, to the one who asked, without sign-in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deskbell.lib.errors import NotFound
from deskbell.look import dates
from deskbell.look.languages import LANGUAGES, known
from deskbell.people.desk import the_desk
from deskbell.portal.doors import problem
from deskbell.portal.speaking import language_asked, speaker
from deskbell.sla.evidence import answer
from deskbell.sla.explaining import Account, Audience, account_of, drawn
from deskbell.tickets.links import ticket_by_link
from deskbell.tickets.models import Ticket

View = Callable[[HttpRequest, str], HttpResponse]


def for_the_holder_alone(view: View) -> View:
    """The link is the secret: no search engine lists it, no cache keeps it, no other page hears of it."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except NotFound as error:
            response = problem(request, str(error))
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return guarded


@require_safe
@for_the_holder_alone
def your(request: HttpRequest, token: str) -> HttpResponse:
    """`GET /your/<token>?lang=es`: how the request stands, and each promise with its explanation."""
    ticket, language = ticket_by_link(token), language_asked(request)
    account = _account(ticket, language)
    shown = [drawn(each) for each in account.clocks]
    context = {
        "lang": language,
        "languages": LANGUAGES,
        "t": speaker(language),
        "ticket": ticket,
        "account": account,
        "opened": dates.moment(ticket.created_at, account.zone, language),
        "running": [each for each in shown if not each.each.is_ended],
        "ended": [each for each in shown if each.each.is_ended],
        "pdf": f"/your/{token}/clocks.pdf?lang={language}",
    }
    return render(request, "portal/your.html", context)


@require_safe
@for_the_holder_alone
def evidence(request: HttpRequest, token: str) -> HttpResponse:
    """`GET /your/<token>/clocks.pdf`: the same, to be kept; in English unless `lang` asks for another."""
    account = _account(ticket_by_link(token), known(request.GET.get("lang", "")), dated=True)
    return answer(account, None, form="pdf", made_by="")


def _account(ticket: Ticket, language: str, *, dated: bool = False) -> Account:
    zone = ticket.zone or the_desk().zone
    return account_of(ticket, zone=zone, audience=Audience.CUSTOMER, language=language, dated=dated)
