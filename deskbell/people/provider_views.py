"""The providers by which customers sign in, on the desk's own screens: for administrators."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.people.access import administrators_only
from deskbell.people.models import District
from deskbell.people.providers import editing, told
from deskbell.people.providers.choosing import accounts_at, disputed_at
from deskbell.people.providers.models import Provider


@administrators_only
@require_http_methods(["GET", "POST"])
def providers(request: HttpRequest) -> HttpResponse:
    """`/districts/providers`: by whom customers may sign in; a POST adds one and asks it at once."""
    if request.method == "POST":
        made = editing.save(request.POST.dict())
        told.refresh(made, now=True)
        return redirect("provider", pk=made.pk)
    found = Provider.objects.select_related("district").order_by("name")
    context = {"providers": found, "kinds": Provider.Kind.choices}
    return render(request, "people/providers.html", context)


@administrators_only
@require_http_methods(["GET", "POST"])
def provider(request: HttpRequest, pk: int) -> HttpResponse:
    """`/districts/providers/<pk>`: one of them; a POST saves its settings and asks it again."""
    found = editing.get(pk)
    if request.method == "POST":
        told.refresh(editing.save(request.POST.dict(), found), now=True)
        return redirect("provider", pk=pk)
    context = {
        "provider": found,
        "districts": District.objects.order_by("name"),
        "has_domains": found.district is None or found.district.domains.exists(),
        "people": accounts_at(found).count(),
        "disputed": disputed_at(found),
    }
    return render(request, "people/provider.html", context)


@require_POST
@administrators_only
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /districts/providers/<pk>/switch`: `on=yes`, or `no`."""
    editing.switch(editing.get(pk), on=request.POST.get("on") == "yes")
    return redirect("provider", pk=pk)


@require_POST
@administrators_only
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /districts/providers/<pk>/removal`."""
    editing.remove(editing.get(pk))
    return redirect("providers")


@require_POST
@administrators_only
def account_removal(request: HttpRequest, pk: int, account: int) -> HttpResponse:
    """`POST /districts/providers/<pk>/accounts/<account>/removal`."""
    editing.forget_account(editing.get(pk), account)
    return redirect("provider", pk=pk)
