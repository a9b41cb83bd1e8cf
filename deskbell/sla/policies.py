"""The policy versions a desk keeps, and the one under which new tickets are opened (K9)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

from deskbell.lib import clock
from deskbell.sla import core
from deskbell.sla.models import PolicyVersion

DEFAULT_NAME = "Standard Support"
YEARS_OF_HOLIDAYS = 5


def ensure_default_policy() -> PolicyVersion:
    """Standard Support's first version, made if the desk has no policy yet."""
    found = PolicyVersion.objects.order_by("id").first()
    if found:
        return found
    version, _ = PolicyVersion.objects.get_or_create(
        name=DEFAULT_NAME,
        number=1,
        defaults={
            "document": core.standard_support(federal_holidays(clock.now().year)).document(),
            "reason": "The policy that Deskbell begins with",
        },
    )
    return version


def current_version() -> PolicyVersion:
    """The newest version of the default policy: what a ticket that is opened now is promised."""
    newest = PolicyVersion.objects.filter(name=DEFAULT_NAME).order_by("-number").first()
    return newest or ensure_default_policy()


def policy_of(version: PolicyVersion) -> core.Policy:
    """The policy that a version froze. Read once a process: a version never changes."""
    return _read(version.pk, str(version.number)) if version.pk else _parse(version)


def federal_holidays(year: int) -> dict[date, str]:
    """The days on which US federal offices are closed, from last year on, by name (C7)."""
    years = range(year - 1, year + YEARS_OF_HOLIDAYS)
    return dict(sorted(holidays.country_holidays("US", years=years, language="en_US").items()))


@lru_cache(maxsize=256)
def _read(pk: int, _number: str) -> core.Policy:
    return _parse(PolicyVersion.objects.get(pk=pk))


def _parse(version: PolicyVersion) -> core.Policy:
    return core.Policy.from_document(version.document)
