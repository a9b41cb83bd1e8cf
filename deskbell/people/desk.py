"""The desk itself: the one row that names it, and the teams that every desk begins with."""

from __future__ import annotations

from deskbell.lib.remembering import remembered
from deskbell.people.models import Desk, Team

FIRST_TEAMS = (
    ("Support", Team.Purpose.SUPPORT, 1),
    ("Engineering", Team.Purpose.ENGINEERING, 2),
    ("Billing", Team.Purpose.BILLING, 1),
    ("Onboarding", Team.Purpose.ONBOARDING, 1),
)


@remembered
def the_desk() -> Desk:
    """The desk's row; a desk that has not been named yet answers as “Support”."""
    return Desk.objects.first() or Desk()


def ensure_desk() -> None:
    """Make the desk and its first teams where they are missing. Safe to call at each start."""
    Desk.objects.get_or_create(pk=1)
    if not Team.objects.exists():
        Team.objects.bulk_create(
            Team(name=name, purpose=purpose, tier=tier) for name, purpose, tier in FIRST_TEAMS
        )
