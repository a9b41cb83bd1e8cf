"""The templates of the desk's mails, edited with a preview on a real ticket."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.numbers import primary_key
from deskbell.mail import letters, previewing
from deskbell.mail.letters import Source
from deskbell.mail.models import SupportAddress, Wording
from deskbell.people.access import administrators_only, agent_of

# The letter is shown as a mail program would: its own styles, no script, no picture from elsewhere.
AS_IN_A_MAIL_PROGRAM = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)


@require_http_methods(["GET", "POST"])
@administrators_only
def letter(request: HttpRequest, kind: str) -> HttpResponse:
    """`/mail/letters/<kind>?address=<pk>`: edit it; a POST saves a version, or goes back to the default."""
    _known(kind)
    address = _address(request.GET.get("address", ""))
    if request.method == "POST":
        if "default" in request.POST:
            letters.go_back(kind, by=agent_of(request), address=address)
        else:
            letters.write(kind, _source(request), by=agent_of(request), address=address)
        return redirect(request.get_full_path())
    return render(request, "mail/letter.html", _context(request, kind, address))


@require_POST
@administrators_only
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """`POST /mail/letters/<kind>/preview`: the letter with this text and HTML, on this ticket's data."""
    _known(kind)
    number, form = request.POST.get("ticket", ""), request.POST.get("form", "html")
    address = _address(request.GET.get("address", ""))
    try:
        source = _source(request)
        letters.check(kind, source)
        made = previewing.preview(kind, source, number=number, address=address)
        context = {"html": previewing.with_logo(made), "text": made.text, "form": form}
        answer = render(request, "mail/preview.html", context)
    except Refused as refusal:
        answer = render(request, "mail/preview.html", {"refusal": str(refusal)})
    answer["Content-Security-Policy"] = AS_IN_A_MAIL_PROGRAM
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@require_GET
@administrators_only
def version(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """`/mail/letters/<kind>/versions/<pk>`: an earlier version, to be looked at and saved again."""
    _known(kind)
    found = get_object_or_404(Wording, pk=pk, kind=kind)
    context = _context(request, kind, found.address)
    if not found.is_the_desks_own:
        context["source"] = Source(found.text, found.html)
    return render(request, "mail/letter.html", {**context, "version": found})


def _context(request: HttpRequest, kind: str, address: SupportAddress | None) -> dict[str, object]:
    versions = Wording.objects.filter(kind=kind, address=address).select_related("by")
    return {
        "kind": kind,
        "kinds": Wording.Kind.choices,
        "address": address,
        "addresses": SupportAddress.objects.filter(active=True).order_by("id"),
        "source": letters.current(kind, address),
        "variables": letters.VARIABLES[kind],
        "versions": versions.order_by("-id")[:20],
        "tickets": previewing.recent_tickets(),
        "modules": ["mail/letter.js", "inbox/bell.js"],
    }


def _source(request: HttpRequest) -> Source:
    """Browsers send lines that end in CRLF."""
    text, html = (request.POST.get(name, "").replace("\r\n", "\n") for name in ("text", "html"))
    return Source(text, html)


def _known(kind: str) -> None:
    if kind not in letters.VARIABLES:
        raise NotFound("There is no such letter.")


def _address(pk: str) -> SupportAddress | None:
    if not pk:
        return None
    return get_object_or_404(SupportAddress, pk=primary_key(pk))
