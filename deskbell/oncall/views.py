"""The page behind a pager's link, and the button on a ticket. The rota's screens are in `rotas`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.oncall import replies
from deskbell.oncall.calls.story import milestones, story_of, took
from deskbell.people.access import agent_of, agents_only
from deskbell.people.desk import the_desk
from deskbell.tickets.access import ticket_for


@csrf_exempt  # the link itself is the secret, and a phone's mail app may keep no cookies
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """`/page/<token>`, without sign-in. A GET shows, and never acknowledges: mail scanners open links."""
    if request.method == "POST":
        replies.acknowledge_by_link(token)
        return redirect("page", token=token)
    found = replies.page_of(token)
    replies.note_seen(found)
    moments = story_of(found.call)
    context = {
        "page": found,
        "waiting": replies.is_waiting_for_someone(found.call.ticket),
        "took": took(found.call),
        "moments": moments,
        "milestones": milestones(moments),
        "reader_zone": found.agent.person.zone or the_desk().zone,
    }
    answer = render(request, "oncall/page.html", context)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_POST
@agents_only
def acknowledgement(request: HttpRequest, number: int) -> HttpResponse:
    """`POST /tickets/<number>/acknowledgement`: the agent takes it in hand."""
    replies.acknowledge(ticket_for(request.user, number), by=agent_of(request))
    if "HX-Request" in request.headers:
        return HttpResponse(status=204)  # the live stream draws what has changed
    return redirect(f"/tickets/{number}")
