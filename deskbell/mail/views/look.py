"""How mails look: the desk's own branding, and each district's."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from deskbell.lib.numbers import primary_key
from deskbell.mail import themes
from deskbell.mail.branding import LARGEST_LOGO, brand_for, brand_of, save_branding
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
        "fallback": brand_of(Branding(), default=_default(district)),
        "branded": set(Branding.objects.values_list("district", flat=True)),
    }
    return render(request, "mail/look.html", context)


def _default(district: District | None) -> Branding:
    """What holds for whatever is left open: the desk's own for a district."""
    desk = Branding.objects.filter(district=None).first() if district else None
    return desk or Branding()


@require_GET
@administrators_only
def logo(request: HttpRequest, sha256: str) -> HttpResponse:
    """`/mail/logos/<sha256>`: the picture of a branding."""
    picture, media_type = themes.logo(sha256)
    answer = HttpResponse(picture, content_type=media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
