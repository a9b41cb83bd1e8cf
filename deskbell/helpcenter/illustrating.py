"""Pictures of articles: kept under their digest, so that each is kept once and its address never changes."""

from __future__ import annotations

from deskbell.helpcenter.markdown import PICTURES
from deskbell.helpcenter.models import Illustration
from deskbell.lib import files
from deskbell.lib.errors import Refused
from deskbell.mail.pictures import picture_of
from deskbell.people.models import Person
from deskbell.tickets.aside.erasing import FilesLeft

LARGEST = 1024 * 1024
MOST_PIXELS = 6000  # on each side
ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}


def keep(content: bytes, *, by: Person | None) -> Illustration:
    """Keep a picture. Refused for what is none, and for what is larger than a page should be."""
    if len(content) > LARGEST:
        raise Refused(f"The picture is larger than {LARGEST // 1024} KB. Make it smaller.")
    found = picture_of(content)
    if found is None:
        raise Refused("That is no PNG and no JPEG picture, whatever its name says.")
    if max(found.width, found.height) > MOST_PIXELS:
        raise Refused(f"The picture has more than {MOST_PIXELS:,} pixels on a side.")
    kept, _ = Illustration.objects.get_or_create(
        sha256=files.keep(content),
        defaults={
            "media_type": found.media_type,
            "width": found.width,
            "height": found.height,
            "by": by,
        },
    )
    return kept


def keep_pictures(fact: FilesLeft) -> None:
    """A picture of an article stays, also if it once came with a ticket that is erased for good."""
    fact.stay(Illustration.objects.all(), "sha256")


def path_of(picture: Illustration) -> str:
    """Its address."""
    return f"{PICTURES}{picture.sha256}.{ENDINGS[picture.media_type]}"
