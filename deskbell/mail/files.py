"""Files that people hand in: looked at, kept in the file store, and named so that they can't mislead."""

from __future__ import annotations

from django.conf import settings

from deskbell.lib import files
from deskbell.mail.inbound.naming import safe
from deskbell.mail.trust.clamav import infection_in
from deskbell.mail.trust.contents import picture_type, warning_about
from deskbell.tickets.words import File


class Infected(Exception):
    """The scanner has found something in a file; its name is the argument."""


def take(name: str, media_type: str, content: bytes, *, content_id: str = "") -> File:
    """Keep a file; what it really is, is told by its bytes."""
    return File(
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=files.keep(content),
        content_id=content_id,
        picture=picture_type(media_type, content),
        warning=warning_about(name, media_type, content),
    )


def take_uploaded(name: str, media_type: str, content: bytes) -> File:
    """Keep a file that a form brought. Raises Infected, and ScannerDown if the scanner doesn't answer."""
    name, media_type = safe(name), media_type[:127] or "application/octet-stream"
    if settings.CLAMAV and infection_in(content, settings.CLAMAV):
        raise Infected(name)
    return take(name, media_type, content)
