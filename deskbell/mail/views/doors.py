"""The doors by which mail comes in: what listens here, the mailboxes elsewhere, the webhooks."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.lib.errors import Refused
from deskbell.mail.mailboxes import setting_up
from deskbell.mail.mailboxes.models import Mailbox
from deskbell.mail.webhooks import receiving
from deskbell.people.access import administrators_only, agent_of


@administrators_only
@require_http_methods(["GET", "POST"])
def doors(request: HttpRequest) -> HttpResponse:
    """`/mail/doors`; a POST adds a mailbox."""
    if request.method == "POST":
        setting_up.save(request.POST.dict())
        return redirect("mail-doors")
    context = {
        "mailboxes": Mailbox.objects.order_by("user", "id"),
        "webhooks": receiving.known(),
        "smtp_port": settings.SMTP_PORT,
        "lmtp_port": settings.LMTP_PORT,
        "host": settings.HOST,
        "tls": settings.SMTP_TLS,
        "clamav": bool(settings.CLAMAV),
        "trusted": sorted(settings.TRUSTED_AUTHSERV),
        **_choices(),
    }
    return render(request, "mail/doors.html", context)


@administrators_only
@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest, pk: int) -> HttpResponse:
    """`/mail/mailboxes/<pk>`: one mailbox and its settings; secrets are never shown again."""
    found = setting_up.get(pk)
    if request.method == "POST":
        setting_up.save(request.POST.dict(), found)
        return redirect("mail-doors")
    back = settings.DESK_URL + reverse("mailbox-consented")
    return render(request, "mail/mailbox.html", {"mailbox": found, "back": back, **_choices()})


@require_POST
@administrators_only
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/mailboxes/<pk>/active`: `on=yes` or `no`."""
    setting_up.switch(pk, on=request.POST.get("on") == "yes")
    return redirect("mail-doors")


@require_POST
@administrators_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """`POST /mail/mailboxes/<pk>/removal`."""
    setting_up.remove(pk)
    return redirect("mail-doors")


@require_GET
@administrators_only
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """`GET /mail/mailboxes/<pk>/consent`: on to the provider. It changes nothing here."""
    back = settings.DESK_URL + reverse("mailbox-consented")
    found = setting_up.get(pk)
    return redirect(setting_up.consent_address(found, by=agent_of(request).pk, back=back))


@require_GET
@administrators_only
def consented(request: HttpRequest) -> HttpResponse:
    """`GET /mail/consent?state=&code=`: back from the provider."""
    said = request.GET
    if "code" not in said:
        raise Refused(f"The provider says: {said.get('error_description') or said.get('error')}.")
    back = settings.DESK_URL + reverse("mailbox-consented")
    setting_up.take_consent(said.get("state", ""), said["code"], by=agent_of(request).pk, back=back)
    return redirect("mail-doors")


@require_POST
@administrators_only
def webhook(request: HttpRequest, service: str) -> HttpResponse:
    """`POST /mail/webhooks/<service>`: make its secret address, or a new one; `on=no` takes it away."""
    receiving.renew(service) if request.POST.get("on") != "no" else receiving.forget(service)
    return redirect("mail-doors")


def _choices() -> dict[str, object]:
    return {
        "ways": Mailbox.SignIn.choices,
        "securities": Mailbox.Security.choices,
    }
