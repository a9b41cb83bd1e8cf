"""The customers' requests: the list, one of them, answers, files."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from deskbell.lib.errors import Refused
from deskbell.people.customers import Customer
from deskbell.portal import exporting
from deskbell.portal.answering import answer, contest
from deskbell.portal.asked import shown_on
from deskbell.portal.conversation import conversation_of
from deskbell.portal.doors import draw, for_customers, zone_of
from deskbell.portal.requests import asked_for, page_of
from deskbell.portal.speaking import language_of, speaker
from deskbell.portal.troubles import going_on
from deskbell.tickets import thumbnails
from deskbell.tickets.access import visible_file, visible_ticket
from deskbell.tickets.contesting import contests_among
from deskbell.tickets.fields.defining import current_fields
from deskbell.tickets.giving import given
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket


@require_safe
@for_customers
def requests(request: HttpRequest, who: Customer) -> HttpResponseBase:
    """`GET /portal`: `show` is open or solved, `q` are words or a number, `before` turns the page."""
    asked = asked_for(request.GET)
    known = going_on(who, language_of(request))
    context = {"asked": asked, "page": page_of(who, asked), "going_on": known}
    return draw(request, "requests", context, who=who)


@require_safe
@for_customers
def ticket(request: HttpRequest, who: Customer, number: int) -> HttpResponseBase:
    """`GET /portal/requests/<number>`."""
    return _page(request, who, visible_ticket(who, number))


@require_safe
@for_customers
def export(request: HttpRequest, who: Customer) -> HttpResponseBase:
    """`GET /portal/requests.csv`: every request that they see, the newest first."""
    language = language_of(request)
    written = exporting.lines(who, speaker(language), zone_of(who), language)
    answer = StreamingHttpResponse(written, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="requests.csv"'
    return answer


@require_POST
@for_customers
def replies(request: HttpRequest, who: Customer, number: int) -> HttpResponseBase:
    """`POST /portal/requests/<number>/replies`: `text`, and `files`."""
    found = visible_ticket(who, number)
    text = request.POST.get("text", "")
    try:
        found = answer(found, who, text, request.FILES.getlist("files"))
    except Refused as refusal:
        context = {"text": text, "refusal": str(refusal)}
        return _page(request, who, found, status=422, **context)
    return redirect("portal-request", number=found.number)


@require_POST
@for_customers
def contests(request: HttpRequest, who: Customer, number: int) -> HttpResponseBase:
    """`POST /portal/requests/<number>/contests`: the impact is wrong; `impact`, and `why`."""
    found, form = visible_ticket(who, number), request.POST
    try:
        contest(found, who, form.get("impact", ""), form.get("why", ""))
    except Refused as refusal:
        context = {"contested": form, "contest_refusal": str(refusal)}
        return _page(request, who, found, status=422, **context)
    return redirect("portal-request", number=number)


@require_safe
@for_customers
def attachment(request: HttpRequest, who: Customer, number: int, pk: int) -> HttpResponseBase:
    """`GET /portal/requests/<number>/files/<pk>`: always downloaded, never opened as a page; with `small`
    in the address, a picture small, for the page of the request."""
    file = visible_file(who, number, pk)
    return thumbnails.small(file) if "small" in request.GET else given(file)


def _page(
    request: HttpRequest, who: Customer, ticket: Ticket, *, status: int = 200, **more: Any
) -> HttpResponseBase:
    context = {
        "ticket": ticket,
        "held": shown_on(ticket, current_fields()),
        "conversation": conversation_of(ticket, zone=zone_of(who), language=language_of(request)),
        "may_write": who.may_write_in(ticket.district_id),
        "text": "",
        "refusal": "",
        "contest": contests_among([ticket]).get(ticket.pk),
        "impacts": [each for each in Impact if each != ticket.impact],
        "contested": {},
        "contest_refusal": "",
        **more,
    }
    return draw(request, "request", context, who=who, status=status)
