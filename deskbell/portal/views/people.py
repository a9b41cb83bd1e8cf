"""An owner's people: who has a place, invitations, other roles, removals, and undoing each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.lib.callers import caller_of
from deskbell.lib.errors import NotFound, Refused
from deskbell.people import owning
from deskbell.people.customers import Customer, Role, customer
from deskbell.people.places import HISTORY, newest_of_each
from deskbell.portal.doors import draw, for_customers
from deskbell.portal.inviting import invite
from deskbell.portal.speaking import language_of

FOR_OWNERS = "There is no such page, or none that you may see."


@require_http_methods(["GET", "HEAD", "POST"])
@for_customers
def people(request: HttpRequest, who: Customer) -> HttpResponseBase:
    """`/portal/people`: whom they look after; `POST` invites by `email`, `name`, `role` and `where`."""
    if request.method != "POST":
        return _page(request, who)
    form = request.POST
    return _after(
        request,
        who,
        lambda: invite(
            who,
            form.get("where", ""),
            form.get("email", ""),
            name=form.get("name", ""),
            role=form.get("role", ""),
            machine=caller_of(request),
            language=language_of(request),
        ),
    )


@require_POST
@for_customers
def place(request: HttpRequest, who: Customer, pk: int) -> HttpResponseBase:
    """`POST /portal/people/<pk>`: another `role`, or another place, `where`."""
    role, where = request.POST.get("role", ""), request.POST.get("where", "")
    return _after(request, who, lambda: owning.change(who, pk, role=role, where=where))


@require_POST
@for_customers
def removal(request: HttpRequest, who: Customer, pk: int) -> HttpResponseBase:
    """`POST /portal/people/<pk>/removal`: they see what they asked themselves from now on."""
    return _after(request, who, lambda: owning.remove(who, pk))


@require_POST
@for_customers
def undoing(request: HttpRequest, who: Customer, pk: int) -> HttpResponseBase:
    """`POST /portal/people/changes/<pk>/undo`: their place is again what it was."""
    return _after(request, who, lambda: owning.undo(who, pk))


def _after(request: HttpRequest, who: Customer, deed: Callable[[], object]) -> HttpResponseBase:
    """The page as it is now; whoever has taken themselves off goes to their requests."""
    try:
        deed()
    except Refused as refused:
        return _page(request, who, status=422, refusal=str(refused), form=request.POST)
    now = customer(who.person)
    return redirect("portal-people" if now and now.owned else "portal")


def _page(
    request: HttpRequest, who: Customer, *, status: int = 200, **more: Any
) -> HttpResponseBase:
    if not who.owned:
        raise NotFound(FOR_OWNERS)
    changes = list(owning.changes_of(who)[:HISTORY])
    context = {
        "places": owning.places_of(who),
        "wheres": owning.wheres(who),
        "roles": Role.choices,
        "changes": changes,
        "newest": newest_of_each(changes),
        "many": len({own.district_id for own in who.owned}) > 1,
        "refusal": "",
        "form": {},
        **more,
    }
    return draw(request, "people", context, who=who, status=status)
