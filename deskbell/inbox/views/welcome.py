"""Coming in for the first time: the first run, which shows the promise that will hold, and invitations."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from deskbell.inbox.promise import promise
from deskbell.lib.errors import Refused
from deskbell.people import sign_in as doors
from deskbell.people.models import DEFAULT_ZONE, Person, SignInLink
from deskbell.people.views import BACKEND, zone_choices


@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """`/welcome/<token>`: the first administrator, or an invited agent, takes their one-time link."""
    link = doors.open_link(token)
    refusal = ""
    if request.method == "POST":
        try:
            login(request, _take(request, token, link), backend=BACKEND)
            return redirect("inbox")
        except Refused as refused:
            refusal = str(refused)
    context = {
        "link": link,
        "refusal": refusal,
        "form": request.POST,
        "zones": zone_choices(),
        "default_zone": DEFAULT_ZONE,
        "promise": None if link.person else promise(),
    }
    answer = render(request, "inbox/welcome.html", context, status=422 if refusal else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _take(request: HttpRequest, token: str, link: SignInLink) -> Person:
    form = request.POST
    if link.person:
        return doors.accept_invitation(
            token, name=form.get("name", ""), password=form.get("password", "")
        )
    return doors.become_administrator(
        token,
        name=form.get("name", ""),
        email=form.get("email", ""),
        password=form.get("password", ""),
        desk_name=form.get("desk_name", ""),
        zone=form.get("zone", ""),
    )
