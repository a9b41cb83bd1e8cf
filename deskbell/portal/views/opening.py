"""A new request: what is going on, and three questions that tell how urgent it is."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deskbell.chat.triage import read
from deskbell.lib.errors import Refused
from deskbell.people.customers import Customer
from deskbell.portal import asked
from deskbell.portal.answering import READS_ONLY, ask
from deskbell.portal.doors import draw, for_customers
from deskbell.portal.speaking import language_of, speaker
from deskbell.portal.troubles import going_on
from deskbell.tickets.models import Ticket


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def new(request: HttpRequest, who: Customer) -> HttpResponseBase:
    """`/portal/new`: `subject`, `text`, `files`, the answers `works`, `students` and `around`, and the custom
    fields that are asked for, each as `field-KEY`."""
    refusal = "" if who.may_write else READS_ONLY
    if request.method == "POST":
        try:
            return redirect("portal-request", number=_asked(request, who).number)
        except Refused as refused:
            refusal = str(refused)
    known = going_on(who, language_of(request))
    context = {
        "form": request.POST,
        "held": asked.begun(request.POST),
        "refusal": refusal,
        "going_on": known,
    }
    return draw(request, "new", context, who=who, status=422 if refusal else 200)


def _asked(request: HttpRequest, who: Customer) -> Ticket:
    form = request.POST
    given = read(form.get("works", ""), form.get("students", ""), form.get("around", ""))
    language = language_of(request)
    held = asked.read(form, speaker(language), language)
    files = request.FILES.getlist("files")
    return ask(who, form.get("subject", ""), form.get("text", ""), files, given, held)
