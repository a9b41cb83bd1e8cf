"""The desk's addresses: who may write where, what becomes of it, and the keys that sign for them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deskbell.mail import addressing, signing
from deskbell.mail.models import SigningKey, SupportAddress
from deskbell.people.access import administrators_only
from deskbell.people.models import Team
from deskbell.tickets.models import Category


@require_http_methods(["GET", "POST"])
@administrators_only
def addresses(request: HttpRequest) -> HttpResponse:
    """`/mail/addresses`: all of them; a POST adds one."""
    if request.method == "POST":
        made = addressing.add_address(request.POST.get("address", ""), request.POST.dict())
        return redirect("mail-address", pk=made.pk)
    addressing.ensure_first_address()
    found = SupportAddress.objects.select_related("team").order_by("-active", "id")
    return render(request, "mail/addresses.html", {"addresses": found, **_choices()})


@require_http_methods(["GET", "POST"])
@administrators_only
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """`/mail/addresses/<pk>`: one of them; a POST saves it."""
    found = get_object_or_404(SupportAddress.objects.select_related("team"), pk=pk)
    if request.method == "POST":
        addressing.save_address(found, request.POST.dict())
        return redirect("mail-address", pk=pk)
    keys = SigningKey.objects.filter(domain=found.domain).order_by("id")
    context = {"address": found, "keys": keys, **_choices()}
    return render(request, "mail/address.html", context)


@require_POST
@administrators_only
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/addresses/<pk>/activity`: `active=no` retires it, `yes` takes it back."""
    found = get_object_or_404(SupportAddress, pk=pk)
    addressing.set_active(found, active=request.POST.get("active") == "yes")
    return redirect("mail-address", pk=pk)


@require_POST
@administrators_only
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/addresses/<pk>/test`: send a mail that has to come back."""
    addressing.send_test(get_object_or_404(SupportAddress, pk=pk))
    return redirect("mail-address", pk=pk)


@require_POST
@administrators_only
def keys(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/addresses/<pk>/keys`: make the DKIM keys of its domain."""
    signing.make_keys(get_object_or_404(SupportAddress, pk=pk).domain)
    return redirect("mail-address", pk=pk)


@require_POST
@administrators_only
def keys_check(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/addresses/<pk>/keys/check`: look for their records in the DNS."""
    signing.check_dns(get_object_or_404(SupportAddress, pk=pk).domain)
    return redirect("mail-address", pk=pk)


def _choices() -> dict[str, object]:
    return {"teams": Team.objects.order_by("id"), "categories": Category.choices}
