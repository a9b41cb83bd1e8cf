"""What a portal embeds: the bubble's one file; and `/try`, a make-believe portal that embeds it."""

from __future__ import annotations

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import condition, require_safe

from deskbell.people.models import District

FILE = Path(__file__).parent / "static" / "messenger" / "bubble.js"
TYPE = (
    "text/javascript; charset=utf-8"  # named, or a host page in another encoding garbles our texts
)
FRESH_SECONDS = 600  # a new bubble reaches every portal within ten minutes of an upgrade


@require_safe
@condition(etag_func=lambda request: f'"{_packed()[0]}"')
def bubble(request: HttpRequest) -> HttpResponse:
    """The whole messenger in one script, packed if the browser can unpack it."""
    _, plain, packed = _packed()
    can_unpack = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if can_unpack else plain, content_type=TYPE)
    if can_unpack:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def portal(request: HttpRequest) -> HttpResponse:
    """A district's portal as a student sees it, for trying the bubble; 404 on a desk at work."""
    if not (settings.TRY or District.objects.filter(demo=True).exists()):
        raise Http404
    origin = f"{request.scheme}://{request.get_host()}"
    return render(request, "messenger/try.html", {"origin": origin})


def _packed() -> tuple[str, bytes, bytes]:
    """The file's fingerprint, its bytes, and these packed; read anew when the file has changed."""
    return _read(FILE.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read(_changed: int) -> tuple[str, bytes, bytes]:
    plain = FILE.read_bytes()
    return sha256(plain).hexdigest()[:16], plain, gzip.compress(plain, 9, mtime=0)
