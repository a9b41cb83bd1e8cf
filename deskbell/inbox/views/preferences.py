"""What an agent has chosen for themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.inbox.models import Preferences
from deskbell.inbox.preferences import hide_events, preferences_of, speak_of
from deskbell.people.access import agent_of, agents_only


@require_POST
@agents_only
def events(request: HttpRequest) -> HttpResponse:
    """`POST /inbox/events`: `hidden=yes` hides the thin lines between the messages, `no` shows them."""
    hide_events(agent_of(request), hidden=request.POST.get("hidden") == "yes")
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
@agents_only
def device(request: HttpRequest) -> HttpResponse:
    """`/notices/device`: of what one's devices speak outside the page; a POST saves the choice."""
    agent = agent_of(request)
    if request.method == "POST":
        sounds = request.POST.get("sounds") == "yes"
        speak_of(agent, request.POST.getlist("topics"), sounds=sounds)
        return redirect("notices-device")
    context = {
        "topics": Preferences.Topic.choices,
        "preferences": preferences_of(agent),
        "modules": ["inbox/bell.js", "inbox/device.js"],
    }
    return render(request, "inbox/device.html", context)
