"""Pictures of the team: one's own page, what an administrator may do, and the pictures themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deskbell.lib.errors import NotFound
from deskbell.lib.pictures.redrawing import MEDIA_TYPE
from deskbell.people import portraits
from deskbell.people.access import administrators_only, agent_of, agents_only
from deskbell.people.models import Agent, Portrait

LEFT = "left_portrait"  # in the session, offered once
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def portrait(request: HttpRequest, key: str) -> HttpResponse:
    """`/portraits/<key>.webp`: a picture of a person, for whoever was told where it is. It never changes."""
    found = Portrait.objects.filter(key=key, left_at=None).first()
    if found is None:
        raise NotFound("There is no such picture any more.")
    response = HttpResponse(bytes(found.content), content_type=MEDIA_TYPE)
    response["Cache-Control"] = FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"  # the bubble draws it on a portal's page
    return response


@require_http_methods(["GET", "POST"])
@agents_only
def own(request: HttpRequest) -> HttpResponse:
    """`/you/picture`: one's own; a POST shows the one that is brought."""
    me = agent_of(request).person
    if request.method == "POST":
        brought, before = request.FILES.get("picture"), me.portrait_id
        portraits.choose(me, brought.read(portraits.LARGEST + 1) if brought else b"")
        request.session[LEFT] = before
        if "HX-Request" in request.headers:  # the page is read anew, to cut the next one too
            return HttpResponse(status=204, headers={"HX-Redirect": portraits.OWN_PAGE})
        return redirect("own-portrait")
    context = {
        "me": me,
        "left": request.session.pop(LEFT, None),
        "most": portraits.LARGEST // 1024 // 1024,
    }
    return render(request, "people/portrait.html", context)


@require_POST
@agents_only
def own_removal(request: HttpRequest) -> HttpResponse:
    """`POST /you/picture/removal`."""
    me = agent_of(request)
    left = portraits.remove(me.person, by=me)
    request.session[LEFT] = left.key if left else None
    return redirect("own-portrait")


@require_POST
@administrators_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /team/<pk>/picture/removal`: take the picture of someone of the team away."""
    agent = get_object_or_404(Agent.objects.select_related("person"), pk=pk)
    left = portraits.remove(agent.person, by=agent_of(request))
    request.session[LEFT] = left.key if left else None
    return redirect("team")


@require_POST
@agents_only
def undo(request: HttpRequest, key: str) -> HttpResponse:
    """`POST /portraits/<key>/undo`: show it again; then back to the page where it was taken away."""
    portraits.bring_back(key, by=agent_of(request))
    return redirect("team" if "team" in request.POST else "own-portrait")
