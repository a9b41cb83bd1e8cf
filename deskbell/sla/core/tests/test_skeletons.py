"""Replaying by the form of a history gives what replaying it event by event gives (K12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from deskbell.sla.core import BadHistory, Event, Impact, Kind, Policy, Promise, State, Words
from deskbell.sla.core.draft import Draft
from deskbell.sla.core.instants import micros
from deskbell.sla.core.policy import Metric
from deskbell.sla.core.replay import replay
from deskbell.sla.core.skeletons import drafts, fit, has_skeleton, skeleton
from deskbell.sla.core.standard import standard_support

FIRST = datetime(2026, 3, 2, tzinfo=UTC)
NOW = micros(FIRST + timedelta(days=90), "now")


def with_all_promises(*, pauses_while_waiting: bool) -> Policy:
    """Standard Support with a Resolution and a time to take over as well."""
    standard = standard_support({})
    solved = Promise(timedelta(hours=30), "business_hours")
    taken = Promise(timedelta(hours=3), "business_hours")
    return Policy(
        name="All",
        coverages=standard.coverages,
        targets={
            impact: {**promises, Metric.RESOLUTION: solved}
            for impact, promises in standard.targets.items()
        },
        chat=standard.chat,
        alert=standard.alert,
        escalation={"tier 2": dict.fromkeys(Impact, taken)},
        resolution_pauses_while_waiting=pauses_while_waiting,
    )


def history(random: Random) -> list[Event]:
    """Anything that can happen to a ticket and has a form, at any hour."""
    at = FIRST + timedelta(seconds=random.uniform(0, 7 * 86_400))
    events = [
        Event(
            at,
            Kind.CREATED,
            impact=random.choice(list(Impact)),
            words=random.choice(list(Words)),
            chat=random.random() < 0.2,
        )
    ]
    kinds = [
        *[Kind.CUSTOMER_MESSAGE, Kind.AGENT_REPLY, Kind.STATE] * 3,
        *(Kind.IMPACT, Kind.NOTE, Kind.UPDATE, Kind.CHAT_STARTED, Kind.CHAT_ENDED),
        *(Kind.ALERT_RECEIVED, Kind.ACKNOWLEDGED, Kind.ESCALATED, Kind.TAKEN, Kind.MERGED_IN),
        *(Kind.SPLIT_AWAY, Kind.SPLIT_OFF, Kind.HANDED_BACK),
    ]
    for _ in range(random.randint(0, 14)):
        at += random.choice([timedelta(0), timedelta(minutes=random.expovariate(1 / 300))])
        kind = random.choice(kinds)
        events.append(Event(at, kind, **said(kind, random)))
    if random.random() < 0.1:
        events.append(Event(at, Kind.MERGED_AWAY, key="m"))
    return events


def said(kind: Kind, random: Random) -> dict[str, Any]:
    if kind == Kind.STATE:
        return {"to": random.choice(list(State))}
    if kind == Kind.IMPACT:
        return {"to": random.choice(list(Impact))}
    if kind == Kind.MERGED_IN:
        return {"impact": random.choice(["", *Impact])}
    if kind in (Kind.ESCALATED, Kind.TAKEN):
        return {"to": random.choice(["tier 2", "vendor"])}
    return {"key": random.choice("ab")} if "al" in kind or kind == Kind.ACKNOWLEDGED else {}


def by_form(events: Sequence[Event], policy: Policy, now: int) -> list[tuple[object, ...]]:
    bones = skeleton(events, pauses_while_waiting=policy.resolution_pauses_while_waiting)
    return whole(drafts(fit(bones, policy), [micros(each.at, "at") for each in events], now))


def whole(found: Sequence[Draft]) -> list[tuple[object, ...]]:
    return [
        tuple(getattr(draft, name) for name in Draft.__slots__)
        for draft in found
        if draft.bound is not None
    ]


@pytest.mark.parametrize("pauses", [False, True])
def test_the_form_of_a_history_gives_the_clocks_that_its_replay_gives_k12(pauses: bool) -> None:
    seen = 0
    for policy in (standard_support({}), with_all_promises(pauses_while_waiting=pauses)):
        for seed in range(800):
            events = history(Random(seed))
            assert all(has_skeleton(event) for event in events)
            expected = whole(replay(events, policy, NOW))
            assert by_form(events, policy, NOW) == expected, f"seed {seed}"
            seen += len(expected)
    assert seen > 5000


def test_clocks_that_still_run_are_late_as_soon_as_their_instant_has_passed_k12() -> None:
    policy = standard_support({})
    for seed in range(300):
        events = history(Random(seed))
        now = micros(events[-1].at, "at") + seed * 60_000_000
        assert by_form(events, policy, now) == whole(replay(events, policy, now)), f"seed {seed}"


@pytest.mark.parametrize(
    "event",
    [
        Event(FIRST, Kind.ALERT_ENDED, key="a"),
        Event(FIRST, Kind.POLICY, policy=standard_support({})),
        Event(FIRST, Kind.REPLY_UNDONE),
        Event(FIRST, Kind.UNMERGED),
        Event(FIRST, Kind.CUSTOMER_MESSAGE, received=FIRST),
    ],
    ids=lambda event: str(event.kind),
)
def test_what_depends_on_the_hour_or_rewrites_the_history_has_no_form(event: Event) -> None:
    assert not has_skeleton(event)


def test_a_history_without_its_creation_has_no_form() -> None:
    with pytest.raises(BadHistory, match="creation is the first"):
        skeleton([Event(FIRST, Kind.NOTE)], pauses_while_waiting=False)
