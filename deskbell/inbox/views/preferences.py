"""What an agent has chosen for themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from deskbell.inbox.preferences import hide_events
from deskbell.people.access import agent_of, agents_only


@require_POST
@agents_only
def events(request: HttpRequest) -> HttpResponse:
    """`POST /inbox/events`: `hidden=yes` hides the thin lines between the messages, `no` shows them."""
    hide_events(agent_of(request), hidden=request.POST.get("hidden") == "yes")
    return HttpResponse(status=204)
