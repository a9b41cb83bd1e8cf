"""Whatever no room has below the help center: its own page says so, in the language of the address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from deskbell.helpcenter import addresses
from deskbell.helpcenter.views import pages


def missing(request: HttpRequest, language: str, rest: str) -> HttpResponse:
    """`/help/<rest>`: where nothing is."""
    return pages.missing(request, language)


urlpatterns = [
    path(f"{addresses.home(language)[1:]}/<path:rest>", missing, {"language": language})
    for language in ("es", "en")  # the English home is where the Spanish one begins
]
