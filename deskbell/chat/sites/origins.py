"""Which pages may use the bubble: those of the sites that the desk knows, and no others."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings

from deskbell.chat.sites.models import Site
from deskbell.lib.errors import Refused

HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})
LONGEST = 300


def may_embed(origin: str) -> bool:
    """Is this the origin of a site, or of one that the operator named?"""
    named = origin.lower()
    return (
        named in settings.BUBBLE_ORIGINS or Site.objects.filter(origins__contains=[named]).exists()
    )


def origins_in(text: str) -> list[str]:
    """The origins that were entered, separated by spaces, commas or lines; each once. Raises Refused."""
    return list(dict.fromkeys(_origin(each) for each in text.replace(",", " ").split()))


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text.strip().lower())
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        raise Refused(_wrong(text)) from None
    if ":" in host:
        host = f"[{host}]"
    if not host or "*" in host or parts.username or parts.path not in {"", "/"} or parts.query:
        raise Refused(_wrong(text))
    if parts.scheme != "https" and not (parts.scheme == "http" and host in HERE):
        raise Refused(
            f"“{text[:100]}” must begin with https://, or anyone on the way could read along."
        )
    usual = {"https": 443, "http": 80}[parts.scheme]
    found = f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")
    if len(found) > LONGEST:
        raise Refused(_wrong(text))
    return found


def _wrong(text: str) -> str:
    return f"“{text[:100]}” is no site: write it like https://portal.example.org, without a path."
