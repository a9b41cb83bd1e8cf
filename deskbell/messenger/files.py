"""Files in the bubble: taken in after a look at what they are, and given out by links that are signed.

A link opens one file for half a day, and is told to those alone who may see its message. Nothing is ever
opened as a page of the desk: pictures are drawn, in a sandbox, and everything else is downloaded.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from deskbell.chat import uploading
from deskbell.chat.tallies import FILES_OF_A_NETWORK
from deskbell.lib.errors import NotFound, Refused
from deskbell.mail.trust.clamav import ScannerDown, infection_in
from deskbell.mail.trust.contents import picture_type, warning_about
from deskbell.messenger.doors import Answer, door, network_in, visitor_in
from deskbell.tickets import thumbnails
from deskbell.tickets.giving import given
from deskbell.tickets.models import Attachment

SALT = "deskbell.messenger.files"
VALID_SECONDS = 12 * 3600
PROGRAM = "program"


@door("POST")
def take(request: HttpRequest) -> Answer:
    """One file, as the body; its `name` stands in the address. Answers the key that goes with a message."""
    visitor = visitor_in(request)
    FILES_OF_A_NETWORK.count(network_in(request))
    name = uploading.safe_name(request.GET.get("name", ""))
    content = request.read(uploading.LARGEST + 1)
    said = request.content_type or "application/octet-stream"
    warning = warning_about(name, said, content)
    if PROGRAM in warning:
        raise Refused("Programs can’t be sent here.")
    _refuse_infected(content)
    picture = picture_type(said, content)
    kept = uploading.keep(visitor, name, said, content, picture=picture, warning=warning)
    return {"file": {"key": str(kept.pk), "name": kept.name, "size": kept.size}}


@require_safe
def give(request: HttpRequest, signed: str) -> HttpResponse | FileResponse:
    """`GET /bubble/files/<signed>`: a file of a conversation; a picture small, with `small` after it."""
    try:
        key = signing.loads(signed, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        raise NotFound("This link is too old. Open the chat again for a new one.") from None
    found = Attachment.objects.filter(pk=key, message__public=True).first()
    if found is None:
        raise NotFound("There is no such file any more.")
    answer = thumbnails.small(found) if "small" in request.GET else given(found, shown=True)
    answer["Cache-Control"] = "private, no-store"
    answer["Access-Control-Allow-Origin"] = "*"  # the bubble draws it on a portal's page
    return answer


def drawn(file: Attachment) -> dict[str, Any]:
    """A file as the bubble reads it: its name, its size in bytes, where it opens, and a picture small."""
    path = f"/bubble/files/{signing.dumps(file.pk, salt=SALT)}"
    small = {"small": f"{path}?small"} if file.picture and not file.warning else {}
    return {"name": file.name, "size": file.size, "path": path, **small}


def _refuse_infected(content: bytes) -> None:
    if not settings.CLAMAV:
        return
    try:
        infected = infection_in(content, settings.CLAMAV)
    except ScannerDown:
        raise Refused(
            "Files can’t be checked just now. Please try again in a few minutes."
        ) from None
    if infected:
        raise Refused("This file is infected, so it was not sent.")
