"""“How I am paged”: a person's own methods; and for managers, how far everybody can be reached."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.lib.errors import Refused
from deskbell.lib.jobs import soon
from deskbell.oncall import schedules
from deskbell.oncall.jobs import look_for_gaps_soon
from deskbell.oncall.methods import drawing, keeping, verifying
from deskbell.oncall.methods.verifying import Said
from deskbell.oncall.models import Method
from deskbell.oncall.ways.forms import FORMS, offered
from deskbell.oncall.ways.phone import provider
from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.desk import the_desk

SAID, REMOVED = "said_of_methods", "removed_method"  # in the session, shown once


@require_http_methods(["GET", "POST"])
@agents_only
def methods(request: HttpRequest) -> HttpResponse:
    """`/oncall/methods`: one's own; `POST` adds one of the `way` and sends its first test."""
    me = agent_of(request)
    if request.method == "POST":
        added = keeping.add(me, request.POST.get("way", ""), request.POST.dict())
        _say(request, added, verifying.send_test(added))
        return redirect("methods")
    found = keeping.methods_of(me)
    zone = me.person.zone or the_desk().zone
    context = {
        "schedules": schedules.all_schedules(),
        "me": me,
        "shown": [(method, drawing.state_of(method, zone)) for method in found],
        "rungs": drawing.rungs(found),
        "any_usable": any(method.is_usable for method in found),
        "said": request.session.pop(SAID, {}),
        "removed": request.session.pop(REMOVED, None),
        "forms": [(way, form, form.fields()) for way, form in offered().items()],
        "used": {method.way for method in found} & set(keeping.ONCE),
        "phones": provider.is_set_up(),
        "latest": keeping.LATEST,
        "forms_title": _title,
        "is_awaited": verifying.is_awaited,
        "secret_of": _signing_secret,
    }
    return render(request, "oncall/methods/mine.html", context)


@require_POST
@agents_only
def change(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/methods/<number>`: `name`, and `after` so many minutes."""
    keeping.change(keeping.own(agent_of(request), number), request.POST.dict())
    return redirect("methods")


@require_POST
@agents_only
def test(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/methods/<number>/test`."""
    method = keeping.own(agent_of(request), number)
    _say(request, method, verifying.send_test(method))
    return redirect("methods")


@require_POST
@agents_only
def code(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/methods/<number>/code`: the six digits of its test."""
    method = keeping.own(agent_of(request), number)
    verifying.confirm(method, request.POST.get("code", ""))
    soon(look_for_gaps_soon)  # whoever can be reached may close a gap (G2)
    _say(request, method, Said(True, "Confirmed. Pages go here."))
    return redirect("methods")


@require_POST
@agents_only
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/methods/<number>/removal`."""
    method = keeping.own(agent_of(request), number)
    keeping.remove(method)
    soon(look_for_gaps_soon)
    request.session[REMOVED] = [method.pk, drawing.called(method)]
    return redirect("methods")


@require_POST
@agents_only
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /oncall/methods/<number>/undo`: brings it back."""
    keeping.bring_back(agent_of(request), number)
    soon(look_for_gaps_soon)
    return redirect("methods")


@require_GET
def push_worker(request: HttpRequest) -> HttpResponse:
    """`GET /oncall/push-worker.js`: at an address that stays, since browsers look there for a newer one."""
    path = finders.find("oncall/push-worker.js")
    answer = HttpResponse(
        Path(str(path)).read_bytes(), content_type="text/javascript; charset=utf-8"
    )
    answer["Cache-Control"] = "no-cache"
    return answer


@require_GET
@managers_only
def reachability(request: HttpRequest) -> HttpResponse:
    """`GET /oncall/reachability`."""
    zone = agent_of(request).person.zone or the_desk().zone
    context = {
        "schedules": schedules.all_schedules(),
        "me": agent_of(request),
        "rows": drawing.everybody(zone),
        "called": drawing.called,
        "reader_zone": zone,
    }
    return render(request, "oncall/methods/everybody.html", context)


def _title(way: str) -> str:
    return FORMS[way].TITLE if way in FORMS else str(Method.Way(way).label)


def _signing_secret(method: Method) -> str:
    """What the receiver of a webhook must know. It is its owner's, and is shown to no one else."""
    try:
        return str(method.secrets.get("secret", ""))
    except Refused as error:
        return str(error)


def _say(request: HttpRequest, method: Method, said: Said) -> None:
    request.session[SAID] = {str(method.pk): [said.ok, said.text]}
