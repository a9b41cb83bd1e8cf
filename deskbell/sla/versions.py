"""Versions of policies: made by a person with a reason, or by the desk when holidays or zones move (K9).

A version is whole: promises, coverages and zone data are frozen in it. Nothing changes one; whatever
is edited makes the next.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from deskbell.lib import clock
from deskbell.lib.telling import tell
from deskbell.people.models import Person
from deskbell.sla import core, zones
from deskbell.sla.freezing import PARTS, YEARS_OF_HOLIDAYS, document_of
from deskbell.sla.models import Coverage, Policy, PolicyVersion

Document = dict[str, Any]


@dataclass(frozen=True)
class PromisesChanged:
    """What new tickets are promised differs from before: a version follows another."""

    version: PolicyVersion


@transaction.atomic
def make(
    policy: Policy,
    promises: Mapping[str, Any],
    *,
    ladder: Sequence[Mapping[str, Any]],
    reason: str,
    by: Person | None = None,
) -> PolicyVersion:
    """Make the next version of a policy, and of those of the districts that vary it.

    `promises`: the form of `sla.core.Policy.document`, coverages by key (what it says of them itself
    is not read: they are frozen from the desk's own). For a district's policy: only what it changes.
    `BadPolicy` or `BadCoverage` if it can't be kept as it is written.
    """
    locked = Policy.objects.select_for_update().get(pk=policy.pk)
    before = newest_of(locked)
    made = _append(locked, _plain(promises), ladder, reason=reason, by=by)
    for variant in locked.variants.order_by("pk"):
        _carry_along(variant, before, made)
    if before:
        tell(PromisesChanged(made))
    return made


@transaction.atomic
def renew_all(*, reason: str, by: Person | None = None) -> list[PolicyVersion]:
    """Make a new version of each policy whose coverages, holidays or zone data now say something
    else; returns those that were made. Belongs behind each edit of a coverage, and in each night."""
    bases_first = Policy.objects.order_by(F("base").asc(nulls_first=True), "pk")
    made = [renew(policy, reason=reason, by=by) for policy in bases_first]
    renewed = [version for version in made if version]
    if renewed:
        tell(PromisesChanged(renewed[0]))
    return renewed


@transaction.atomic
def renew(policy: Policy, *, reason: str, by: Person | None = None) -> PolicyVersion | None:
    """Make the next version of a policy if what it froze is not what the desk says now."""
    locked = Policy.objects.select_for_update().get(pk=policy.pk)
    newest = newest_of(locked)
    if newest is None:
        return None
    said = newest.document if newest.changes is None else newest.changes
    document = document_under(locked, said)
    if document == newest.document and not _zones_moved(newest):
        return None
    return _append(locked, said, newest.ladder, reason=reason, by=by)


def _carry_along(variant: Policy, before: PolicyVersion | None, made: PolicyVersion) -> None:
    """Renew a district's policy after its base. A ladder that was the base's stays the base's."""
    reason = f"{made.policy} has changed: {made.reason}"
    newest = newest_of(variant)
    if newest and before and newest.ladder == before.ladder != made.ladder:
        said = newest.document if newest.changes is None else newest.changes
        _append(variant, said, made.ladder, reason=reason, by=made.made_by)
    else:
        renew(variant, reason=reason, by=made.made_by)


def newest_of(policy: Policy) -> PolicyVersion | None:
    """The version that holds for tickets which are opened now."""
    return policy.versions.order_by("-number").first()


def document_under(policy: Policy, promises: Mapping[str, Any]) -> Document:
    """What a version of this policy with these promises would say, whole, if it were made now."""
    if policy.base_id:
        base = newest_of(Policy.objects.get(pk=policy.base_id))
        assert base is not None
        promises = merged(base.document, promises)
    document = {**promises, "name": policy.name}
    keys = _coverages_named(document)
    found = {coverage.key: document_of(coverage) for coverage in _coverages(keys)}
    whole = core.Policy.from_document({**document, "coverages": found})
    plain: Document = _plain(whole.document())
    return plain


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Document:
    """A document with the changes laid over it, promise by promise."""
    laid = dict(base)
    for key, value in changes.items():
        below = laid.get(key)
        deeper = isinstance(value, Mapping) and "target" not in value
        laid[key] = merged(below or {}, value) if deeper else value
    return laid


def _append(
    policy: Policy,
    said: Document,
    ladder: Sequence[Mapping[str, Any]],
    *,
    reason: str,
    by: Person | None,
) -> PolicyVersion:
    newest = newest_of(policy)
    document = document_under(policy, said)
    return PolicyVersion.objects.create(
        policy=policy,
        number=newest.number + 1 if newest else 1,
        document=document,
        changes=said if policy.base_id else None,
        ladder=_plain(ladder),
        zones=zones.freeze(each["zone"] for each in document["coverages"].values()),
        reason=reason.strip()[:300],
        made_by=by,
    )


def _zones_moved(version: PolicyVersion) -> bool:
    """Would today's zone data move an instant that the version has frozen?"""
    then = core.Policy.from_document(version.document, zones=zones.frozen(version.zones))
    now = core.Policy.from_document(version.document)
    first = clock.now() - timedelta(days=366)
    last = clock.now() + timedelta(days=366 * YEARS_OF_HOLIDAYS)
    return any(
        hours.intervals(first, last) != now.coverages[key].intervals(first, last)
        for key, hours in then.coverages.items()
    )


def _coverages_named(document: Mapping[str, Any]) -> set[str]:
    """The keys of the coverages that some promise of the document counts in."""
    named: set[str] = set()
    for value in document.values():
        if isinstance(value, Mapping):
            named |= {value["coverage"]} if "target" in value else _coverages_named(value)
    return named


def _coverages(keys: set[str]) -> list[Coverage]:
    found = Coverage.objects.filter(key__in=keys).prefetch_related(*PARTS)
    return sorted(found, key=lambda coverage: coverage.pk)


def _plain(value: Any) -> Any:
    """As it will be read back from the database."""
    return json.loads(json.dumps(value))
