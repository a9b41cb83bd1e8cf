"""Policies: what is promised, refused and kept as JSON (K9, P7, C7)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from deskbell.sla.core import BadPolicy, Impact, Metric, Policy, standard_support

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

PROMISED = [
    # impact, coverage, first reply, next reply, periodic update
    (Impact.URGENT, "24/7", 15 * MINUTE, 30 * MINUTE, HOUR),
    (Impact.HIGH, "24/5", HOUR, 2 * HOUR, 4 * HOUR),
    (Impact.NORMAL, "Business hours", 4 * HOUR, 8 * HOUR, 11 * HOUR),
    (Impact.LOW, "Business hours", 11 * HOUR, 22 * HOUR, 55 * HOUR),
]


@pytest.mark.parametrize(("impact", "hours", "first", "following", "update"), PROMISED)
def test_p7_standard_support_promises_what_it_says(
    impact: str, hours: str, first: timedelta, following: timedelta, update: timedelta
) -> None:
    policy = standard_support({})
    metrics = (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.PERIODIC_UPDATE)
    for metric, target in zip(metrics, (first, following, update), strict=True):
        (bound,) = policy.promises(metric, impact, chat=False)
        assert (bound.target, bound.hours.name) == (target // timedelta(microseconds=1), hours)
    assert policy.promises(Metric.RESOLUTION, impact, chat=False) == []
    (alarm,) = policy.promises(Metric.ACKNOWLEDGE, impact, chat=False)
    assert (alarm.target, alarm.key) == (300_000_000, "always")
    assert len(policy.promises(Metric.FIRST_REPLY, impact, chat=True)) == 2
    assert len(policy.promises(Metric.PERIODIC_UPDATE, impact, chat=True)) == 1


def test_k6_an_impact_may_promise_its_own_time_to_acknowledge() -> None:
    document = standard_support({}).document()
    document["targets"]["high"]["acknowledge"] = {"target": 900, "coverage": "weekdays"}
    policy = Policy.from_document(document)
    (high,) = policy.promises(Metric.ACKNOWLEDGE, "high", chat=False)
    (urgent,) = policy.promises(Metric.ACKNOWLEDGE, "urgent", chat=False)
    assert (high.target, urgent.target) == (900_000_000, 300_000_000)


def test_k9_a_policy_goes_to_json_and_back_whole() -> None:
    document = standard_support({date(2026, 11, 26): "Thanksgiving"}).document()
    document["targets"]["low"]["resolution"] = None
    document["targets"]["urgent"]["first_reply"]["target"] = 0.5
    document["escalation"] = {"vendor": {"high": {"target": 60, "coverage": "always"}}}
    document["warn_at"] = 0.5
    document["resolution_pauses_while_waiting"] = True
    written = json.loads(json.dumps(document))
    assert Policy.from_document(written).document() == document


def _changed(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    document = standard_support({}).document()
    change(document)
    return document


REFUSED: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    ("low first_reply is negative", lambda d: d["targets"]["low"]["first_reply"].update(target=-1)),
    ("low first_reply is '4h'", lambda d: d["targets"]["low"]["first_reply"].update(target="4h")),
    ("low first_reply is True", lambda d: d["targets"]["low"]["first_reply"].update(target=True)),
    ("too long", lambda d: d["targets"]["low"]["first_reply"].update(target=1e300)),
    ("'nights'.*always, weekdays", lambda d: d["chat"]["next_reply"].update(coverage="nights")),
    ("not a known metric", lambda d: d["targets"]["low"].update(reply=None)),
    ("not a known impact", lambda d: d["targets"].update(severe={})),
    ("not a known impact", lambda d: d.update(escalation={"vendor": {"severe": None}})),
    ("needs a target in seconds", lambda d: d["alert"].update(acknowledge=300)),
    ("warn_at", lambda d: d.update(warn_at=0)),
    ("warn_at", lambda d: d.update(warn_at=1.5)),
    ("warn_at", lambda d: d.update(warn_at="0.75")),
]


@pytest.mark.parametrize(("sentence", "change"), REFUSED)
def test_a_policy_that_cannot_be_kept_is_refused(
    sentence: str, change: Callable[[dict[str, Any]], Any]
) -> None:
    with pytest.raises(BadPolicy, match=sentence):
        Policy.from_document(_changed(change))
