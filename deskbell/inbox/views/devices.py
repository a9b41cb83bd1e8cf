"""Of what an agent's devices speak, and which these are."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.inbox.models import Topic
from deskbell.inbox.preferences import preferences_of, push, speak_of
from deskbell.inbox.push import devices, queueing, quiet, wording
from deskbell.oncall.ways.push.keys import ensure_keys
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk

NEWEST = 20  # of what was sent lately
REMOVED = "removed_device"  # in the session, shown once


@require_http_methods(["GET", "POST"])
@agents_only
def choices(request: HttpRequest) -> HttpResponse:
    """`/notices/device`: the devices, and of what they speak; a POST saves the choice."""
    agent = agent_of(request)
    if request.method == "POST":
        form = request.POST
        hours = quiet.read(form.get("quiet_from", ""), form.get("quiet_until", ""))
        speak_of(agent, form.getlist("topics"), sounds=form.get("sounds") == "yes")
        push(agent, form.getlist("pushes"), quiet=hours)
        return redirect("notices-device")
    context = {
        "topics": Topic.choices,
        "preferences": preferences_of(agent),
        "zone": agent.person.zone or the_desk().zone,
        "devices": devices.devices_of(agent),
        "removed": request.session.pop(REMOVED, None),
        "key": ensure_keys()[0],
        "pushes": devices.told_lately(agent, NEWEST),
        "titles": wording.TITLES,
        "modules": ["inbox/bell.js", "inbox/device.js", "oncall/push.js"],
    }
    return render(request, "inbox/device.html", context)


@require_POST
@agents_only
def adding(request: HttpRequest) -> HttpResponse:
    """`POST /notices/devices`: the browser's `subscription`, a `name`, and whether it shows `words`."""
    browser = request.headers.get("User-Agent", "")
    device = devices.add(agent_of(request), request.POST.dict(), browser=browser)
    queueing.queue_test(device)
    return redirect("notices-device")


@require_POST
@agents_only
def changing(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /notices/devices/<pk>`: its `name`, and whether it shows `words`."""
    devices.change(devices.own(agent_of(request), pk), request.POST.dict())
    return redirect("notices-device")


@require_POST
@agents_only
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /notices/devices/<pk>/test`."""
    queueing.queue_test(devices.own(agent_of(request), pk))
    return redirect("notices-device")


@require_POST
@agents_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /notices/devices/<pk>/removal`."""
    device = devices.own(agent_of(request), pk)
    devices.remove(device)
    request.session[REMOVED] = [pk, device.name]
    return redirect("notices-device")


@require_POST
@agents_only
def coming_back(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /notices/devices/<pk>/return`: undo the removal."""
    devices.bring_back(agent_of(request), pk)
    return redirect("notices-device")
