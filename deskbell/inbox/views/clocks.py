"""How a ticket's clocks came about: a page for each, the same as a dialog on the ticket, and as evidence."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from deskbell.look.languages import USUAL, known
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk
from deskbell.sla.evidence import answer
from deskbell.sla.explaining import Account, Audience, account_of, drawn, one_of
from deskbell.tickets.access import ticket_for


@require_GET
@agents_only
def every(request: HttpRequest, number: int) -> HttpResponse:
    """`GET /tickets/<number>/clocks`: all of them."""
    account = _account(request, number)
    return _page(request, account, [drawn(each) for each in account.clocks], "clocks")


@require_GET
@agents_only
def one(request: HttpRequest, number: int, metric: str, ordinal: int) -> HttpResponse:
    """`GET /tickets/<number>/clocks/<metric>/<ordinal>`; for htmx the inside of the dialog."""
    account = _account(request, number)
    shown = drawn(one_of(account, metric, ordinal))
    if "HX-Request" in request.headers:
        context = {"shown": shown, "number": number}
        return render(request, "inbox/_explained.html", context)
    return _page(request, account, [shown], f"clocks/{shown.each.key}")


@require_GET
@agents_only
def evidence(
    request: HttpRequest, number: int, form: str, metric: str = "", ordinal: int = 0
) -> HttpResponse:
    """`GET /tickets/<number>/clocks.pdf`, and one alone as `.pdf` or `.png`: to be kept. `lang`: en or es."""
    account = _account(request, number, dated=True, language=known(request.GET.get("lang", "")))
    only = one_of(account, metric, ordinal) if metric else None
    return answer(account, only, form=form, made_by=str(agent_of(request)))


def _account(
    request: HttpRequest, number: int, *, dated: bool = False, language: str = USUAL
) -> Account:
    ticket = ticket_for(request.user, number)
    zone = agent_of(request).person.zone or the_desk().zone
    return account_of(ticket, zone=zone, audience=Audience.AGENT, language=language, dated=dated)


def _page(request: HttpRequest, account: Account, shown: object, path: str) -> HttpResponse:
    context = {
        "account": account,
        "all_shown": shown,
        "path": f"/tickets/{account.number}/{path}",
        "one": path != "clocks",
    }
    return render(request, "inbox/clocks.html", context)
