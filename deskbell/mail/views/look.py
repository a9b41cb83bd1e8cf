"""How mails look: the desk's own branding, and each district's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from deskbell.lib import files
from deskbell.lib.errors import NotFound
from deskbell.lib.numbers import primary_key
from deskbell.mail.branding import LARGEST_LOGO, brand_for, save_branding
from deskbell.mail.models import Branding
from deskbell.people.access import administrators_only
from deskbell.people.models import District


@require_http_methods(["GET", "POST"])
@administrators_only
def look(request: HttpRequest) -> HttpResponse:
    """`/mail/look?district=<pk>`: logo, color and name; a POST saves them."""
    pk = request.GET.get("district", "")
    district = get_object_or_404(District, pk=primary_key(pk)) if pk else None
    if request.method == "POST":
        uploaded = request.FILES.get("logo")
        save_branding(
            district,
            name=request.POST.get("name", ""),
            color=request.POST.get("color", "") if "own-color" in request.POST else "",
            logo=uploaded.read(LARGEST_LOGO + 1) if uploaded else None,
            no_logo="no-logo" in request.POST,
        )
        return redirect(request.get_full_path())
    context = {
        "district": district,
        "districts": District.objects.order_by("name"),
        "own": Branding.objects.filter(district=district).first() or Branding(),
        "brand": brand_for(district),
        "branded": set(Branding.objects.values_list("district", flat=True)),
    }
    return render(request, "mail/look.html", context)


@require_GET
@administrators_only
def logo(request: HttpRequest, sha256: str) -> HttpResponse:
    """`/mail/logos/<sha256>`: the picture of a branding."""
    found = Branding.objects.filter(logo=sha256).first()
    if found is None:
        raise NotFound("There is no such picture.")
    try:
        with files.opened(sha256) as file:
            answer = HttpResponse(file.read(), content_type=found.logo_type)
    except FileNotFoundError as lost:
        raise NotFound("The picture is missing from the desk's file store.") from lost
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
