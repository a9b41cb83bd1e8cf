"""Moving to billing: a thread of its own, which whoever moves it may not be able to read (P9)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from deskbell.lib.numbers import primary_key
from deskbell.people.access import agent_of, agents_only
from deskbell.people.models import Person
from deskbell.people.owners import owners_of
from deskbell.tickets.access import said_in_public, ticket_for
from deskbell.tickets.billing import begin_billing
from deskbell.tickets.models import Side, Ticket

OFFERED = 10  # of the customer's messages, the newest


@require_http_methods(["GET", "POST"])
@agents_only
def billing(request: HttpRequest, number: int) -> HttpResponse:
    """`/tickets/<number>/billing`: the form, for htmx the inside of the dialog; a POST begins the thread."""
    ticket = ticket_for(request.user, number)
    if request.method == "POST":
        return _begin(request, ticket)
    said = said_in_public(ticket).filter(side=Side.CUSTOMER, automatic=False)
    context = {
        "ticket": ticket,
        "said": said.select_related("author").order_by("-id")[:OFFERED],
        "owners": owners_of(ticket.district),
    }
    form = "_bill" if "HX-Request" in request.headers else "bill"
    return render(request, f"inbox/{form}.html", context)


def _begin(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    form = request.POST
    message = get_object_or_404(ticket.messages, pk=primary_key(form.get("message", "")))
    owner = get_object_or_404(Person, pk=primary_key(form.get("owner", "")))
    begun = begin_billing(
        ticket,
        message,
        owner,
        by=agent_of(request),
        subject=form.get("subject", ""),
        whole=form.get("whole") == "yes",
    )
    to = begun if agent_of(request).reads_billing else ticket
    if "HX-Request" not in request.headers:
        return redirect("ticket", number=to.number)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = reverse("ticket", args=[to.number])
    return answer
