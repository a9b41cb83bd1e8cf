"""A district's people on its own screen: what each of them may see and do in the portal."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.people.access import agent_of, agents_only, managers_only
from deskbell.people.models import Contact, District
from deskbell.people.places import (
    HISTORY,
    changes_in,
    give_place,
    newest_of_each,
    places_in,
    take_place,
    undo,
)


@require_http_methods(["GET", "POST"])
@agents_only
def people(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`/districts/<pk>/people`: who has a place there; whoever manages gives one, or another role."""
    district = get_object_or_404(District, pk=pk)
    if request.method == "POST":
        return give(request, district)
    changes = list(changes_in(district)[:HISTORY])
    context = {
        "district": district,
        "places": places_in(district),
        "changes": changes,
        "newest": newest_of_each(changes),
        "schools": district.schools.order_by("name"),
        "roles": Contact.Role.choices,
        "may_edit": agent_of(request).manages,
    }
    return render(request, "people/places.html", context)


@managers_only
def give(request: HttpRequest, district: District) -> HttpResponseBase:
    """`POST /districts/<pk>/people`: `email`, `name`, `role`, `school`."""
    form = request.POST
    give_place(
        district,
        form.get("email", ""),
        name=form.get("name", ""),
        role=form.get("role", ""),
        school=form.get("school", ""),
        by=agent_of(request).person,
    )
    return redirect("district-people", pk=district.pk)


@require_POST
@managers_only
def removal(request: HttpRequest, pk: int, place: int) -> HttpResponseBase:
    """`POST /districts/<pk>/people/<place>/removal`: they see their own requests from now on."""
    take_place(get_object_or_404(District, pk=pk), place, by=agent_of(request).person)
    return redirect("district-people", pk=pk)


@require_POST
@managers_only
def undoing(request: HttpRequest, pk: int, change: int) -> HttpResponseBase:
    """`POST /districts/<pk>/people/changes/<change>/undo`: their place is again what it was before."""
    undo(get_object_or_404(District, pk=pk), change, by=agent_of(request).person)
    return redirect("district-people", pk=pk)
