"""Pictures of the team: chosen by oneself, taken away by oneself or an administrator, back for a day."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.pictures.redrawing import redrawn
from deskbell.people.models import Agent, Person, Portrait
from deskbell.people.notices import notify

SIDE = 192  # pixels: the largest place is 96 of them, on screens that have two for one
LARGEST = 7 * 1024 * 1024  # bytes of the file that is brought
BACK_WITHIN = timedelta(days=1)  # then what was taken away is erased
OWN_PAGE = "/you/picture"


def choose(person: Person, content: bytes) -> Portrait:
    """Show this picture of them from now on: its middle, drawn anew. Refused for what is none."""
    if not content:
        raise Refused("Choose a picture first.")
    if len(content) > LARGEST:
        raise Refused(f"The picture is larger than {LARGEST // 1024 // 1024} MB. Make it smaller.")
    drawn = redrawn(content, "square", SIDE)
    with transaction.atomic():
        chosen = Portrait.objects.create(person=person, content=drawn)
        _show(person, chosen, by=person)
    return chosen


@transaction.atomic
def remove(person: Person, *, by: Agent) -> Portrait | None:
    """Show their initials again. Returns the picture that was shown; another is told who took it away."""
    left = _show(person, None, by=by.person)
    if left and by.person != person:
        notify([person.agent], f"{by} took your picture away.", path=OWN_PAGE)
    return left


@transaction.atomic
def bring_back(key: str, *, by: Agent) -> None:
    """Show a picture again that was left within a day. What an administrator has taken away only
    administrators bring back. Raises NotFound."""
    left = Portrait.objects.filter(key=key).select_related("person").first()
    own = left and left.person == by.person and left.left_by in (None, by.person)
    if left is None or not (own or by.is_administrator):
        raise NotFound("This picture has been erased. Choose it again.")
    _show(left.person, left, by=by.person)


def erase_left() -> int:
    """Erase for good what was left a day ago; returns how many."""
    old = Portrait.objects.filter(left_at__lte=clock.now() - BACK_WITHIN)
    return old.delete()[1].get("people.Portrait", 0)


def _show(person: Person, portrait: Portrait | None, *, by: Person) -> Portrait | None:
    """Show it in place of the one that was shown, which is returned. The person is locked first; of what
    they ever had, the last one alone is kept for going back."""
    held = Person.objects.select_for_update().get(pk=person.pk)
    before = held.portrait
    if before == portrait:
        return None
    if before:
        before.left_at, before.left_by = clock.now(), by
        before.save(update_fields=["left_at", "left_by"])
    if portrait:
        portrait.left_at = portrait.left_by = None
        portrait.save(update_fields=["left_at", "left_by"])
    held.portrait = person.portrait = portrait
    held.save(update_fields=["portrait"])
    kept = [each.key for each in (portrait, before) if each]
    held.portraits.exclude(key__in=kept).delete()
    return before
