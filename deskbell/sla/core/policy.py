"""What is promised: impact and channel × metric to a target and a coverage (K8, K9, K15, K16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from deskbell.sla.core.coverage import Coverage
from deskbell.sla.core.errors import BadPolicy, said
from deskbell.sla.core.instants import SECOND


class Metric(StrEnum):
    """What a clock measures, in the order in which clocks are listed."""

    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    PERIODIC_UPDATE = "periodic_update"
    RESOLUTION = "resolution"
    ACKNOWLEDGE = "acknowledge"
    TAKE_OVER = "take_over"


class Impact(StrEnum):
    """How bad it is, the worst first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Promise(NamedTuple):
    """A target in covered time, at least zero, and the key of its coverage in the policy."""

    target: timedelta
    coverage: str


class Bound(NamedTuple):
    """A promise ready to be counted: its target in microseconds, its coverage itself.

    `kind` and `of` say which line of the policy it is: "impact" and the impact, "chat", "alert",
    or "tier" and the tier.
    """

    target: int
    warn: int
    key: str
    hours: Coverage
    kind: str
    of: str
    policy: Policy


Promises = Mapping[str, Promise | None]


@dataclass(frozen=True, eq=False)
class Policy:
    """A frozen set of promises (K9); `BadPolicy` if one cannot be kept as it is written.

    `targets`: impact to metric to `Promise` (None or absent: nothing is promised). `chat`: what a
    live chat promises beside its impact (K15). `alert`: the Acknowledge promise of an alert, of
    any impact that names none itself (K6). `escalation`: tier to impact to the time in which the
    tier takes over (K16). `warn_at`: the share of the covered target at which a clock warns, more
    than 0 and at most 1.
    """

    name: str
    coverages: Mapping[str, Coverage]
    targets: Mapping[str, Promises]
    chat: Promises = field(default_factory=dict)
    alert: Promises = field(default_factory=dict)
    escalation: Mapping[str, Promises] = field(default_factory=dict)
    warn_at: float = 0.75
    resolution_pauses_while_waiting: bool = False
    _bound: dict[tuple[str, str, str], Bound] = field(init=False, repr=False)
    _found: dict[tuple[str, str, bool, str], list[Bound]] = field(
        init=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        _check_share(self.warn_at)
        check_words("impact", self.targets, Impact)
        bound: dict[tuple[str, str, str], Bound] = {}
        groups = [(("impact", impact), promises) for impact, promises in self.targets.items()]
        groups += [(("chat", ""), self.chat), (("alert", ""), self.alert)]
        for group, promises in groups:
            check_words("metric", promises, Metric)
            for metric, promise in promises.items():
                self._bind(bound, (*group, metric), promise)
        for tier, promises in self.escalation.items():
            check_words("impact", promises, Impact)
            for impact, promise in promises.items():
                self._bind(bound, ("tier", tier, impact), promise)
        object.__setattr__(self, "_bound", bound)

    @classmethod
    def from_document(
        cls, document: Mapping[str, Any], zones: Mapping[str, ZoneInfo] | None = None
    ) -> Self:
        """A policy from its JSON form, as `document` gives it; targets are seconds. `zones`: the
        frozen zones to go by, by name, as in `Coverage.from_document` (K9)."""
        coverages = _group(document, "coverages")
        targets, tiers = _group(document, "targets"), _group(document, "escalation")
        return cls(
            name=str(document.get("name", "")),
            coverages={key: Coverage.from_document(each, zones) for key, each in coverages.items()},
            targets={impact: _read(each, impact) for impact, each in targets.items()},
            chat=_read(_group(document, "chat"), "chat"),
            alert=_read(_group(document, "alert"), "alert"),
            escalation={tier: _read(each, tier) for tier, each in tiers.items()},
            warn_at=document.get("warn_at", 0.75),
            resolution_pauses_while_waiting=bool(
                document.get("resolution_pauses_while_waiting", False)
            ),
        )

    def document(self) -> dict[str, Any]:
        """The policy as plain JSON, whole: coverages with their holidays, targets in seconds."""
        return {
            "name": self.name,
            "coverages": {key: each.document() for key, each in self.coverages.items()},
            "targets": {impact: _written(each) for impact, each in self.targets.items()},
            "chat": _written(self.chat),
            "alert": _written(self.alert),
            "escalation": {tier: _written(each) for tier, each in self.escalation.items()},
            "warn_at": self.warn_at,
            "resolution_pauses_while_waiting": self.resolution_pauses_while_waiting,
        }

    def promises(self, metric: str, impact: str, *, chat: bool, tier: str = "") -> list[Bound]:
        """What holds for a clock: none, one, or both the impact's and the live chat's (K15)."""
        asked = (metric, impact, chat, tier)
        found = self._found.get(asked)
        if found is None:
            found = self._found[asked] = self._promises(metric, impact, chat, tier)
        return found

    def _promises(self, metric: str, impact: str, chat: bool, tier: str) -> list[Bound]:
        if metric == Metric.TAKE_OVER:
            found = [self._bound.get(("tier", tier, impact))]
        else:
            found = [self._bound.get(("impact", impact, metric))]
        if metric == Metric.ACKNOWLEDGE and found == [None]:
            found = [self._bound.get(("alert", "", metric))]
        if chat:
            found.append(self._bound.get(("chat", "", metric)))
        return [bound for bound in found if bound is not None]

    def _bind(
        self,
        bound: dict[tuple[str, str, str], Bound],
        key: tuple[str, str, str],
        promise: Promise | None,
    ) -> None:
        if promise is None:
            return
        where = " ".join(part for part in key if part)
        hours = self.coverages.get(promise.coverage)
        if hours is None:
            known = ", ".join(self.coverages) or "none yet"
            raise BadPolicy(
                f"The target of {where} names the coverage {said(promise.coverage)}, which this "
                f"policy does not have: choose one of its coverages ({known})."
            )
        if promise.target < timedelta(0):
            raise BadPolicy(f"The target of {where} is negative: write zero seconds or more.")
        target = promise.target // timedelta(microseconds=1)
        warn = round(target * self.warn_at)
        bound[key] = Bound(target, warn, promise.coverage, hours, key[0], key[1], self)


def _check_share(warn_at: float) -> None:
    if isinstance(warn_at, bool) or not isinstance(warn_at, (int, float)) or not 0 < warn_at <= 1:
        raise BadPolicy(
            f"warn_at is {said(warn_at)}: write a share above 0 and up to 1, such as 0.75."
        )


def check_words(kind: str, words: Iterable[str], known: type[StrEnum]) -> None:
    """Refuse (`BadPolicy`) what is not among the known words."""
    for word in words:
        if word not in set(known):
            raise BadPolicy(f"{said(word)} is not a known {kind}: write one of {', '.join(known)}.")


def _group(document: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise BadPolicy(f"{said(document)} is not a policy: write an object with its targets.")
    found = document.get(key) or {}
    if not isinstance(found, Mapping):
        raise BadPolicy(f"{key} of this policy is {said(found)}: write an object.")
    return found


def _read(promises: Any, where: str) -> dict[str, Promise | None]:
    if not isinstance(promises, Mapping):
        raise BadPolicy(f"The targets of {said(where)} are {said(promises)}: write an object.")
    return {
        metric: None if each is None else _read_promise(each, f"{where} {metric}")
        for metric, each in promises.items()
    }


def _read_promise(written: Any, where: str) -> Promise:
    if not isinstance(written, Mapping) or not {"target", "coverage"} <= set(written):
        raise BadPolicy(f"The promise of {where} needs a target in seconds and a coverage.")
    return Promise(seconds(written["target"], where), str(written["coverage"]))


def seconds(written: Any, where: str) -> timedelta:
    """A target written as a number of seconds; anything else is `BadPolicy`."""
    if isinstance(written, bool) or not isinstance(written, (int, float)):
        raise BadPolicy(f"The target of {where} is {said(written)}: write a number of seconds.")
    try:
        return timedelta(microseconds=round(written * SECOND))
    except (OverflowError, ValueError):
        raise BadPolicy(f"The target of {where} is {said(written)}: that is too long.") from None


def _written(promises: Promises) -> dict[str, Any]:
    return {
        metric: promise and {"target": plain_seconds(promise.target), "coverage": promise.coverage}
        for metric, promise in promises.items()
    }


def plain_seconds(amount: timedelta) -> int | float:
    """A duration in seconds, whole where it is whole."""
    whole, rest = divmod(amount, timedelta(seconds=1))
    return amount.total_seconds() if rest else whole
