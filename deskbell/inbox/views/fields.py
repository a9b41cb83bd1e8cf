"""Custom fields: the screen on which administrators define them, and what an agent fills in on a ticket."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.inbox.views.ticket import changed
from deskbell.lib.numbers import primary_key
from deskbell.people.access import administrators_only, agent_of, agents_only
from deskbell.tickets.access import ticket_for
from deskbell.tickets.fields import defining
from deskbell.tickets.fields.defining import Written
from deskbell.tickets.fields.models import Choice, Customers, CustomField, Holds
from deskbell.tickets.fields.setting import set_field
from deskbell.tickets.models import Category


@require_http_methods(["GET", "POST"])
@administrators_only
def every(request: HttpRequest) -> HttpResponse:
    """`/inbox/fields`: those that there are, and a form for a new one; what was `archived` can come back."""
    if request.method == "POST":
        return _kept(defining.define(_written(request.POST)))
    context = {
        "kept": primary_key(request.GET.get("kept", "")),
        "just_archived": primary_key(request.GET.get("archived", "")),
        **_context(),
    }
    return render(request, "inbox/fields.html", context)


@require_http_methods(["GET", "POST"])
@administrators_only
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """`/inbox/fields/<pk>`: change it."""
    made = get_object_or_404(CustomField, pk=pk, archived_at=None)
    if request.method == "POST":
        return _kept(defining.change(made, _written(request.POST)))
    return render(request, "inbox/fields.html", _context(made))


@require_POST
@administrators_only
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /inbox/fields/<pk>/place`: one place `to` up or down."""
    made = get_object_or_404(CustomField, pk=pk, archived_at=None)
    defining.move(made, up=request.POST.get("to") == "up")
    return redirect("fields")


@require_POST
@administrators_only
def archiving(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /inbox/fields/<pk>/archive`."""
    defining.archive(get_object_or_404(CustomField, pk=pk, archived_at=None))
    return redirect(f"{reverse('fields')}?archived={pk}")


@require_POST
@administrators_only
def coming_back(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /inbox/fields/<pk>/return`: undo the archiving."""
    made = get_object_or_404(CustomField, pk=pk, archived_at__isnull=False)
    defining.bring_back(made)
    return _kept(made)


@require_POST
@agents_only
def value(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """`POST /tickets/<number>/fields/<key>`: what it holds there, as `value`, once or several times."""
    ticket = ticket_for(request.user, number)
    field, before = defining.field_with_key(key), ticket.last_sequence
    set_field(ticket, field, request.POST.getlist("value"), by=agent_of(request).person)
    return changed(request, ticket, before, panel=False)


def _kept(made: CustomField) -> HttpResponse:
    return redirect(f"{reverse('fields')}?kept={made.pk}")


def _context(made: CustomField | None = None) -> dict[str, Any]:
    """The list and the form, for a new one or for `made`."""
    return {
        "modules": ["inbox/bell.js", "inbox/defining.js"],
        "made": made,
        "fields": defining.current_fields(),
        "archived": defining.archived_fields(),
        "kinds": Holds.choices,
        "customers": Customers.choices,
        "categories": Category.choices,
    }


def _written(form: QueryDict) -> Written:
    rows = zip(
        form.getlist("choice_key"),
        form.getlist("choice_name"),
        form.getlist("choice_es"),
        strict=False,
    )
    return Written(
        name=form.get("name", ""),
        holds=form.get("holds", ""),
        help=form.get("help", ""),
        name_es=form.get("name_es", ""),
        help_es=form.get("help_es", ""),
        choices=[Choice(key, name, name_es) for key, name, name_es in rows],
        customers=form.get("customers", ""),
        required=form.get("required") == "yes",
        categories=form.getlist("categories"),
    )
