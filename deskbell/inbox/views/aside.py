"""Spam and the trash: set a ticket aside, bring it back, block who sent it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from deskbell.inbox.views.ticket import changed
from deskbell.mail import blocking
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.tickets.access import ticket_for
from deskbell.tickets.aside.setting_aside import bring_back, delete, mark_as_spam


@require_POST
@agents_only
def spam(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/spam`."""
    ticket = ticket_for(request.user, number)
    mark_as_spam(ticket, by=agent_of(request))
    return changed(request, ticket, ticket.last_sequence)


@require_POST
@managers_only
def deletion(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/deletion`: into the trash."""
    ticket = ticket_for(request.user, number)
    delete(ticket, by=agent_of(request))
    return changed(request, ticket, ticket.last_sequence)


@require_POST
@agents_only
def back(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/return`: it is no spam, or is restored from the trash."""
    ticket = ticket_for(request.user, number)
    bring_back(ticket, by=agent_of(request))
    return changed(request, ticket, ticket.last_sequence)


@require_POST
@agents_only
def sender(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/sender`: `blocked=yes` sets their mail aside from now on, `no` lets it in."""
    ticket = ticket_for(request.user, number)
    if request.POST.get("blocked") == "yes":
        blocking.block(ticket, by=agent_of(request))
    elif found := blocking.blockable(ticket):
        blocking.unblock(found.address)
    return changed(request, ticket, ticket.last_sequence)
