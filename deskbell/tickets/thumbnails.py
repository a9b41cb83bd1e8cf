"""A picture that came along, drawn small, so that a conversation of screenshots is there at once."""

from __future__ import annotations

from functools import lru_cache

from django.http import FileResponse, HttpResponse

from deskbell.lib import files
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.pictures.redrawing import MEDIA_TYPE, Busy, redrawn
from deskbell.tickets.giving import SHUT_IN, given
from deskbell.tickets.models import Attachment

SIDE = 480  # pixels, on screens that have two for one; a page shows it up to 240 wide
LARGEST = 20 * 1024 * 1024  # bytes of a picture that is drawn anew
REMEMBERED = 300  # of about 10 KB each, in each web process


def small(file: Attachment) -> HttpResponse | FileResponse:
    """The picture within 480 by 480 pixels, as WebP; itself where it can't be drawn anew. Raises NotFound for
    what is none. Whoever calls has asked first whether this person may see it."""
    if not file.picture:
        raise NotFound("There is no such picture.")
    try:
        drawn = _drawn(file.sha256) if file.size <= LARGEST else b""
    except Busy:  # not remembered: the next one who asks may have luck
        drawn = b""
    if not drawn:
        return given(file, shown=True)
    return HttpResponse(drawn, content_type=MEDIA_TYPE, headers=SHUT_IN)


@lru_cache(maxsize=REMEMBERED)
def _drawn(sha256: str) -> bytes:
    """That one can't be drawn is remembered too: nobody makes the desk try for seconds again. Raises Busy."""
    try:
        with files.opened(sha256) as file:
            return redrawn(file.read(), "within", SIDE)
    except Busy:
        raise
    except (FileNotFoundError, Refused):
        return b""
