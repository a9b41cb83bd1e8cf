"""What is promised to whom: the policies of the desk, and the version under which a ticket opens (K9)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Case, Q, Subquery, When

from deskbell.lib.remembering import remembered
from deskbell.people.models import District
from deskbell.sla import core, zones
from deskbell.sla.models import Coverage, HolidayCalendar, Policy, PolicyVersion
from deskbell.sla.versions import make

DEFAULT_NAME = "Standard Support"
DEFAULT_LADDER: list[dict[str, Any]] = [  # in the form of ladder.py
    {"at": "warning", "tell": ["assignee", "oncall"]},
    {"at": "breach", "tell": ["assignee", "lead", "oncall"]},
    {"at": 30, "tell": ["manager", "oncall"]},
]


def ensure_default_policy() -> PolicyVersion:
    """Standard Support with its coverages and first version, made if the desk has no policy yet."""
    found = PolicyVersion.objects.order_by("id").first()
    return found or _make_default()


@remembered
def current_version(district: District | None = None) -> PolicyVersion:
    """What a ticket that is opened now is promised: the newest version of its district's policy.

    That is the district's own, else the one its contract names as its plan, else Standard Support.
    """
    of_plan = Q(policy__name=DEFAULT_NAME)
    if district is not None:
        plans = district.contracts.order_by("-starts_on", "-id").values("plan")[:1]
        of_plan |= Q(policy__name=Subquery(plans))
    rank = Case(
        When(policy__district__isnull=False, then=0),
        When(policy__name=DEFAULT_NAME, then=2),
        default=1,
    )
    held = Q(policy__district=district) if district is not None else Q(pk__in=[])
    versions = PolicyVersion.objects.filter(held | of_plan & Q(policy__district=None))
    newest = versions.select_related("policy").order_by(rank, "-number").first()
    return newest or ensure_default_policy()


def policy_of(version: PolicyVersion) -> core.Policy:
    """The policy that a version froze. Read once a process: a version never changes."""
    return policy_numbered(version.pk) if version.pk else _parse(version)


@lru_cache(maxsize=256)
def policy_numbered(pk: int) -> core.Policy:
    """The policy of the version with this key, for a row that only names it."""
    return _parse(version_numbered(pk))


@lru_cache(maxsize=256)
def version_numbered(pk: int) -> PolicyVersion:
    """The version with this key, without asking the database for its large document again."""
    return PolicyVersion.objects.select_related("policy").get(pk=pk)


def _parse(version: PolicyVersion) -> core.Policy:
    return core.Policy.from_document(version.document, zones=zones.frozen(version.zones))


@transaction.atomic
def _make_default() -> PolicyVersion:
    standard = core.standard_support({}).document()
    for key, written in standard["coverages"].items():
        coverage, made = Coverage.objects.get_or_create(
            key=key,
            defaults={
                "name": written["name"],
                "zone": written["zone"],
                "windows": written["windows"],
            },
        )
        if made and key == "business_hours":  # the only one that observes holidays (C7)
            HolidayCalendar.objects.create(coverage=coverage, country="US")
    policy, _ = Policy.objects.get_or_create(name=DEFAULT_NAME)
    return make(
        policy, standard, ladder=DEFAULT_LADDER, reason="The policy that Deskbell begins with"
    )
