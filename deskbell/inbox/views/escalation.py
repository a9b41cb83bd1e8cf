"""Technical escalation on a ticket: asking another tier or a vendor, taking over, handing back (K16)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.inbox.escalations import choices_for
from deskbell.inbox.views.ticket import changed
from deskbell.lib.numbers import primary_key
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import Agent, Team
from deskbell.tickets import escalating
from deskbell.tickets.access import ticket_for
from deskbell.tickets.escalating import HandOver, Vendor
from deskbell.tickets.escalations import VENDOR
from deskbell.tickets.models import Ticket


@require_http_methods(["GET", "POST"])
@agents_only
def escalation(request: HttpRequest, number: int) -> HttpResponse:
    """`/tickets/<number>/escalation`: the form, for htmx the inside of the dialog; a POST asks `to`."""
    ticket = ticket_for(request.user, number)
    if request.method == "POST":
        before = ticket.last_sequence
        _escalate(ticket, request.POST, agent_of(request))
        return changed(request, ticket, before)
    context = {"ticket": ticket, "choices": choices_for(ticket)}
    form = "_escalate" if "HX-Request" in request.headers else "escalate"
    return render(request, f"inbox/{form}.html", context)


@require_POST
@agents_only
def taking(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/escalation/taking`: someone there has it; of a vendor, who and what number."""
    ticket, form = ticket_for(request.user, number), request.POST
    told = {name: form.get(name, "") for name in ("contact", "reference")}
    escalating.take_over(ticket, by=agent_of(request), **told)
    return changed(request, ticket, ticket.last_sequence)


@require_POST
@agents_only
def returning(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/escalation/return`: back to those who asked, with a `reason`."""
    ticket = ticket_for(request.user, number)
    escalating.hand_back(ticket, request.POST.get("reason", ""), by=agent_of(request))
    return changed(request, ticket, ticket.last_sequence)


def _escalate(ticket: Ticket, form: QueryDict, by: Agent) -> None:
    said = {name: form.get(name, "") for name in ("reason", "happened", "tried", "asked")}
    hand_over = HandOver(**said)
    if form.get("to") != VENDOR:
        team = get_object_or_404(Team, pk=primary_key(form.get("to", "")))
        escalating.escalate(ticket, team, hand_over, by=by)
        return
    vendor = Vendor(form.get("vendor", ""), form.get("contact", ""), form.get("reference", ""))
    waits = form.get("waits") == "yes"
    escalating.escalate_to_vendor(ticket, vendor, hand_over, by=by, waits=waits)
