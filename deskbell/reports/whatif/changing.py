"""The policy in question: a document laid over one that is, from a form, a file or a version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deskbell.lib.errors import Refused
from deskbell.sla import core
from deskbell.sla.freezing import document_of
from deskbell.sla.models import Coverage
from deskbell.sla.refusing import refusing
from deskbell.sla.versions import merged

_TRIED = "hours"  # the one coverage of a file for `deskbell sla try`


def policy_in_question(written: Any, base: Mapping[str, Any]) -> core.Policy:
    """The policy that a document means: a whole one, changes to `base`, or a file of `sla try`.

    Changes may name any coverage of the desk. Refused with what to change if it can't be read.
    """
    if not isinstance(written, Mapping) or not written:
        raise Refused("The policy must be a JSON object with what is promised, such as targets.")
    with refusing():
        try:
            return core.Policy.from_document(_document(written, base))
        except (
            TypeError,
            AttributeError,
            ValueError,
            LookupError,
            ArithmeticError,
            RecursionError,
        ) as error:
            if isinstance(error, core.BadCoverage | core.BadPolicy | core.BadZone):
                raise
            raise Refused(
                "The policy can't be read: write it as deskbell shows one, with coverages by key, "
                "and targets by impact and metric, each with a target in seconds and a coverage."
            ) from error


def _document(written: Mapping[str, Any], base: Mapping[str, Any]) -> Mapping[str, Any]:
    if "windows" in written and "zone" in written:
        return _tried(written)
    return written if _is_whole(written) else _with_coverages(_laid(base, written))


def _is_whole(written: Mapping[str, Any]) -> bool:
    """Does it stand alone? Each coverage has a zone, and each impact its promises."""
    coverages, targets = written.get("coverages"), written.get("targets")
    if not isinstance(coverages, Mapping) or not isinstance(targets, Mapping) or not coverages:
        return False
    zoned = all(isinstance(each, Mapping) and "zone" in each for each in coverages.values())
    return zoned and ("name" in written or set(core.Impact) <= set(targets))


def _laid(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(changes) - set(base)
    if unknown:
        raise Refused(
            f"“{sorted(unknown)[0]}” is no part of a policy: change one of {', '.join(base)}."
        )
    for key, below in base.items():
        if isinstance(below, Mapping) and not isinstance(changes.get(key, {}), Mapping):
            raise Refused(f"“{key}” must be an object, like that of the policy it changes.")
    return merged(base, changes)


def _with_coverages(document: dict[str, Any]) -> dict[str, Any]:
    """With those of the desk's coverages that its promises name and that it doesn't have itself."""
    named = set(_named(document)) - set(document["coverages"])
    found = Coverage.objects.filter(key__in=named).prefetch_related("exceptions")
    more = {coverage.key: document_of(coverage) for coverage in found}
    return {**document, "coverages": {**document["coverages"], **more}}


def _named(value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return []
    if "target" in value:
        return [str(value.get("coverage"))]
    return [name for each in value.values() for name in _named(each)]


def _tried(written: Mapping[str, Any]) -> dict[str, Any]:
    """The policy of a file for `deskbell sla try`: one coverage, the same targets for each impact."""
    targets = written.get("targets")
    if not isinstance(targets, Mapping):
        raise Refused("targets must be an object of seconds by metric, such as first_reply.")
    promises = {
        metric: None if target is None else {"target": target, "coverage": _TRIED}
        for metric, target in targets.items()
    }
    hours = {key: written[key] for key in ("zone", "windows", "exceptions") if key in written}
    return {
        "name": "tried",
        "coverages": {_TRIED: hours},
        "targets": {str(impact): promises for impact in core.Impact},
        "resolution_pauses_while_waiting": written.get("resolution_pauses_while_waiting", False),
    }
