"""A reader's face, and what was missing: kept without a trace of who it was."""

from __future__ import annotations

from datetime import timedelta

from django.utils.crypto import salted_hmac

from deskbell.helpcenter.models import Edition, Face, Feedback
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.text import plain

LONGEST = 1000
MOST_A_DAY = 100  # faces from one machine: a school's pupils share an address
TOO_MANY = "That was a lot from one place today. Try again tomorrow, or write to us."


def tell(edition: Edition, face: str, missing: str = "", *, asker: str) -> Feedback:
    """Keep what a reader says; said again on the same day, it is the same answer, changed.
    Refused for what is no face, and for too many."""
    if face not in Face.values:
        raise Refused("Choose one of the three faces.")
    since = clock.now() - timedelta(days=1)
    if Feedback.objects.filter(asker=asker, at__gt=since).count() >= MOST_A_DAY:
        raise Refused(TOO_MANY)
    words = " ".join(plain(missing).split())[:LONGEST]
    said = {"face": face, "language": edition.language, "at": clock.now(), "settled_at": None}
    found, _ = Feedback.objects.update_or_create(
        article_id=edition.article_id,
        asker=asker,
        defaults={**said, **({"missing": words} if words else {})},
    )
    return found


def answered(edition: Edition, *, asker: str) -> Feedback:
    """Someone had begun a request, and the article made it needless. Refused for too many."""
    found = tell(edition, Face.HAPPY, asker=asker)
    found.saved = True
    found.save(update_fields=["saved"])
    return found


def asker(machine: str, program: str) -> str:
    """One reader on one day, as a digest that nobody can turn back and that is another tomorrow."""
    day = f"{clock.now():%F}"
    return salted_hmac("helpcenter.feedback", f"{day} {machine} {program}").hexdigest()
