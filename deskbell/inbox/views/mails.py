"""What is done with one message that came by mail, and who reads along on its ticket."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from deskbell.inbox.formatted import formatted
from deskbell.inbox.views.ticket import changed
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.look.middleware import POLICY
from deskbell.mail.addresses import is_deliverable, is_ours
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import Person
from deskbell.tickets import thumbnails
from deskbell.tickets.access import ticket_for
from deskbell.tickets.following import follow, unfollow
from deskbell.tickets.giving import given
from deskbell.tickets.merging import merge, unmerge
from deskbell.tickets.models import Attachment, Message, Ticket
from deskbell.tickets.splitting import put_back, split


@require_GET
@agents_only
def formatted_message(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """`GET /tickets/<number>/messages/<pk>/formatted`: in its place, or as a page without script.

    With `?pictures=elsewhere` always a page of its own, the only one that may load from elsewhere.
    """
    ticket = ticket_for(request.user, number)
    message = ticket.messages.prefetch_related("attachments").filter(pk=pk).first()
    if message is None:
        raise NotFound("There is no such message on this ticket.")
    if request.GET.get("pictures") == "elsewhere":
        return _with_pictures_from_elsewhere(request, ticket, message)
    page = "inbox/_formatted.html" if "HX-Request" in request.headers else "inbox/formatted.html"
    context = {"ticket": ticket, "message": message, "formatted": formatted(message)}
    return render(request, page, context)


def _with_pictures_from_elsewhere(
    request: HttpRequest, ticket: Ticket, message: Message
) -> HttpResponse:
    shown = formatted(message, with_pictures_from_elsewhere=True)
    context = {"ticket": ticket, "message": message, "formatted": shown}
    answer = render(request, "inbox/formatted.html", context)
    answer["Content-Security-Policy"] = POLICY.replace("img-src", "img-src https: http:")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_GET
@agents_only
def picture(request: HttpRequest, number: int, pk: int) -> HttpResponse | FileResponse:
    """`GET /tickets/<number>/pictures/<pk>`: only what is a picture by its bytes, and as nothing else;
    with `small` in the address, small."""
    ticket = ticket_for(request.user, number)
    found = Attachment.objects.filter(pk=pk, message__ticket=ticket).exclude(picture="").first()
    if found is None:
        raise NotFound("There is no such picture on this ticket.")
    answer = thumbnails.small(found) if "small" in request.GET else given(found, shown=True)
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


@require_POST
@agents_only
def followers(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/followers`: `address` reads along from now on."""
    ticket = ticket_for(request.user, number)
    before, address = ticket.last_sequence, request.POST.get("address", "").strip()
    if not is_deliverable(address) or is_ours(address):
        raise Refused("Write one mail address of a person, like olivia@example.org.")
    follow(ticket, Person.objects.with_address(address), by=agent_of(request))
    return changed(request, ticket, before)


@require_POST
@agents_only
def follower(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """`POST /tickets/<number>/followers/<pk>/removal`."""
    ticket = ticket_for(request.user, number)
    before = ticket.last_sequence
    person = Person.objects.filter(pk=pk, follows__ticket=ticket).first()
    if person:
        unfollow(ticket, person, by=agent_of(request))
    return changed(request, ticket, before)


@require_POST
@agents_only
def join(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/merge`: `into` the ticket of that number."""
    target = ticket_for(request.user, primary_key(request.POST.get("into", "")))
    merge(ticket_for(request.user, number), target, by=agent_of(request))
    return redirect("ticket", number=target.number)


@require_POST
@agents_only
def part(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/unmerge`: out of the ticket that it went into."""
    unmerge(ticket_for(request.user, number), by=agent_of(request))
    return redirect("ticket", number=number)


@require_POST
@agents_only
def split_off(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """`POST /tickets/<number>/messages/<pk>/split`: from this message on; `subject` of the new ticket."""
    ticket = ticket_for(request.user, number)
    message = ticket.messages.filter(pk=pk).first()
    if message is None:
        raise NotFound
    new = split(ticket, message, by=agent_of(request), subject=request.POST.get("subject", ""))
    return redirect("ticket", number=new.number)


@require_POST
@agents_only
def back(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/putting-back`: into the ticket that it was split off."""
    old = put_back(ticket_for(request.user, number), by=agent_of(request))
    return redirect("ticket", number=old.number)
