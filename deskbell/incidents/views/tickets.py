"""The tickets of an incident: which belong to it, what they are told, and when they are solved together."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.incidents import grouping, joining, resolving
from deskbell.incidents.desk import live, page
from deskbell.incidents.models import Incident, IncidentTicket, Proposal
from deskbell.incidents.views.incident import done
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key, whole
from deskbell.people.access import agent_of, agents_only
from deskbell.tickets.access import tickets_for
from deskbell.tickets.models import Ticket

ON_A_PAGE = 100
State = IncidentTicket.State


@require_http_methods(["GET", "POST"])
@agents_only
def tickets(request: HttpRequest, number: int) -> HttpResponseBase:
    """`GET /incidents/<number>/tickets?page=`: all that joined; a `POST` joins `tickets`, by their numbers,
    or `all=proposed`."""
    found = page.incident_numbered(number)
    if request.method == "POST":
        joining.join(found, _named(request, found), by=agent_of(request))
        return done(request, found)
    at = whole(request.GET.get("page", ""), 1, 99_999) or 1
    rows = found.tickets.filter(state=State.JOINED).order_by("-ticket")
    people = rows.select_related("ticket__district", "ticket__requester", "told")
    shown = list(people[(at - 1) * ON_A_PAGE : at * ON_A_PAGE + 1])
    context = {
        "incident": found,
        "rows": shown[:ON_A_PAGE],
        "count": rows.count(),
        "page": at,
        "more": len(shown) > ON_A_PAGE,
    }
    return render(request, "incidents/tickets.html", context)


@require_POST
@agents_only
def leaving(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/tickets/leaving`: `tickets` have nothing to do with it."""
    found = page.incident_numbered(number)
    joining.leave(found, _named(request, found), by=agent_of(request))
    return done(request, found)


@require_POST
@agents_only
def telling(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/tickets/telling`: what was told last, to `tickets` or `all=untold`."""
    found = page.incident_numbered(number)
    joining.tell_what_is_known(found, _named(request, found), by=agent_of(request))
    return done(request, found)


@require_POST
@agents_only
def solving(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /incidents/<number>/tickets/solving`: each joined ticket, together; `text` is told to each
    before, `unanswered=yes` says that some stay without an answer (K14)."""
    found = page.incident_numbered(number)
    unanswered = request.POST.get("unanswered") == "yes"
    text = request.POST.get("text", "")
    resolving.solve_together(found, by=agent_of(request), text=text, unanswered=unanswered)
    return done(request, found)


@require_POST
@agents_only
def proposal_declaration(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /incidents/proposals/<pk>/declaration`."""
    made = grouping.declare_from(_proposal(pk), by=agent_of(request))
    return redirect("incident", number=made.pk)


@require_POST
@agents_only
def proposal_dismissal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /incidents/proposals/<pk>/dismissal`."""
    grouping.dismiss(_proposal(pk), by=agent_of(request))
    live.push_proposals()
    return redirect(f"{reverse('incidents')}?dismissed={pk}")


@require_POST
@agents_only
def proposal_return(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /incidents/proposals/<pk>/return`: undo the dismissal."""
    grouping.bring_back(_proposal(pk), by=agent_of(request))
    live.push_proposals()
    return redirect("incidents")


def _named(request: HttpRequest, found: Incident) -> list[Ticket]:
    """The tickets that a form names, by number or by what they are to the incident. Raises Refused."""
    wanted = {"proposed": State.PROPOSED, "untold": State.JOINED}.get(request.POST.get("all", ""))
    if wanted:
        rows = found.tickets.filter(state=wanted)
        if wanted == State.JOINED:
            rows = rows.filter(told=None).exclude(ticket__state__in=["solved", "closed"])
        return list(tickets_for(request.user).filter(pk__in=rows.values("ticket")))
    words = [
        each for text in request.POST.getlist("tickets") for each in re.split(r"[\s,;]+", text)
    ]
    numbers = {word: primary_key(word.removeprefix("#")) for word in words if word}
    if not numbers:
        raise Refused("Name a ticket by its number, such as #123.")
    known = {
        ticket.pk: ticket for ticket in tickets_for(request.user).filter(pk__in=numbers.values())
    }
    for word, number in numbers.items():
        if number not in known:
            raise Refused(f"There is no ticket {word[:20]}.")
    return list(known.values())


def _proposal(pk: int) -> Proposal:
    found = Proposal.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such proposal.")
    return found
