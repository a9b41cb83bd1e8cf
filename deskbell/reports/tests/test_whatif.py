"""What-if: the real histories under another policy, exactly as the core counts them (K12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.reports.models import Turned, WhatIf
from deskbell.reports.whatif import asking, reading
from deskbell.reports.whatif.changing import policy_in_question
from deskbell.reports.whatif.comparing import Comparison, Period
from deskbell.reports.whatif.counting import Turn
from deskbell.sla import core
from deskbell.sla.histories import history_of
from deskbell.sla.models import Clock, Coverage, PolicyVersion, Standing
from deskbell.sla.moving import move
from deskbell.sla.policies import current_version, policy_of
from deskbell.sla.verify import differences
from deskbell.sla.versions import make
from deskbell.tickets.acknowledging import acknowledge, note_ended
from deskbell.tickets.chatting import end_live
from deskbell.tickets.events import Kind
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.opening import open_for_alert, open_for_customer
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import Town, at

FIRST, LAST = date(2026, 11, 2), date(2026, 11, 20)
NOW = at("2026-11-25 12:00")
STRICTER = {"targets": {"normal": {"first_reply": {"target": 1800, "coverage": "business_hours"}}}}


def compare(policy: core.Policy, first: date = FIRST, last: date = LAST) -> tuple[Any, list[Turn]]:
    work = Comparison(policy, Period.of_days(first, last, "America/New_York"), NOW)
    turns = [turn for _, some in work.steps() for turn in some]
    return work.result(), turns


def changed(changes: dict[str, Any]) -> core.Policy:
    return policy_in_question(changes, current_version().document)


@pytest.fixture
def answered_after_an_hour(town: Town) -> Ticket:
    """A Normal ticket: met with four hours, missed with half an hour."""
    with moved_to(at("2026-11-10 09:00")):
        ticket = open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    with moved_to(at("2026-11-10 10:00")):
        reply(ticket, Words("On it"), by=town.ana)
    with moved_to(at("2026-11-10 10:05")):
        set_state(ticket, State.SOLVED, by=town.ana)
    return ticket


def test_a_stricter_target_turns_what_was_met_into_missed(answered_after_an_hour: Ticket) -> None:
    result, turns = compare(changed(STRICTER))
    (turn,) = turns
    assert (turn.about.number, turn.metric, turn.to_missed) == (
        answered_after_an_hour.number,
        "first_reply",
        True,
    )
    assert turn.due_was == round(at("2026-11-10 13:00").timestamp() * 1e6)
    assert turn.due_would_be == round(at("2026-11-10 09:30").timestamp() * 1e6)
    first = next(each for each in result["by_metric"] if each["metric"] == "first_reply")
    assert (first["as_it_was"]["met"], first["would_be"]["met"]) == (1, 0)
    assert first["would_be"]["share_met"] == 0 and first["as_it_was"]["share_met"] == 1
    assert first["would_be"]["median_used"] == first["would_be"]["p90_used"] == 3600
    (place,) = result["by_district"]
    assert (place["district"], place["would_be"]["breached"]) == ("North Valley", 1)


def test_a_looser_target_turns_what_was_missed_into_met(town: Town) -> None:
    with moved_to(at("2026-11-10 09:00")):
        ticket = open_for_customer("Slow", Words("Slow"), requester=town.tess)
    with moved_to(at("2026-11-10 15:00")):
        reply(ticket, Words("On it"), by=town.ana)
    promise = {"target": 7 * 3600, "coverage": "business_hours"}
    result, turns = compare(changed({"targets": {"normal": {"first_reply": promise}}}))
    assert [(turn.to_missed, turn.metric) for turn in turns] == [(False, "first_reply")]
    assert (result["to_met"], result["to_missed"]) == (1, 0)


def test_a_clock_counts_under_the_impact_it_was_promised_under(
    answered_after_an_hour: Ticket, town: Town
) -> None:
    with moved_to(at("2026-11-10 11:00")):
        set_impact(answered_after_an_hour, Impact.LOW, by=town.ana)
    result, turns = compare(changed(STRICTER))
    assert [each["impact"] for each in result["by_impact"]] == ["normal"]
    assert turns[0].impact == "normal"


def test_what_runs_or_was_cancelled_is_counted_apart_k14(town: Town) -> None:
    with moved_to(at("2026-11-20 09:00")):
        left = open_for_customer("Left", Words("Left"), requester=town.tess)
        set_state(left, State.SOLVED, by=town.ana, unanswered=True)
        open_for_customer("Waits", Words("Waits"), requester=town.sam)
    promise = {"target": 400 * 3600, "coverage": "business_hours"}
    result, turns = compare(changed({"targets": {"normal": {"first_reply": promise}}}))
    was, would_be = result["as_it_was"], result["would_be"]
    assert (was["met"], was["breached"], was["solved_unanswered"]) == (0, 1, 1)
    assert (would_be["met"], would_be["running"], would_be["solved_unanswered"]) == (0, 1, 1)
    assert would_be["share_met"] is None and would_be["median_used"] is None
    assert turns == []


def test_only_clocks_that_began_in_the_period_count_by_its_zone(
    answered_after_an_hour: Ticket,
) -> None:
    inside, _ = compare(changed(STRICTER), date(2026, 11, 10), date(2026, 11, 10))
    before, _ = compare(changed(STRICTER), date(2026, 11, 2), date(2026, 11, 9))
    after, _ = compare(changed(STRICTER), date(2026, 11, 11), date(2026, 11, 20))
    assert [each["tickets"] for each in (inside, before, after)] == [1, 0, 0]
    period = Period.of_days(date(2026, 11, 1), date(2026, 11, 1), "America/New_York")
    assert period.until - period.since == timedelta(hours=25)


def test_moves_to_another_version_are_left_aside_under_the_policy_in_question_k9(
    answered_after_an_hour: Ticket, town: Town
) -> None:
    base = current_version()
    strict = make(base.policy, changed(STRICTER).document(), ladder=[], reason="Stricter")
    with moved_to(at("2026-11-12 09:00")):
        ticket = open_for_customer("Moved", Words("Moved"), requester=town.tess)
        Standing.objects.filter(ticket=ticket).update(opened_under=base, version=base)
    with moved_to(at("2026-11-12 10:00")):
        move(ticket, strict, reason="As agreed", by=town.max.person)
        reply(ticket, Words("On it"), by=town.ana)
    _, turns = compare(policy_of(base), date(2026, 11, 12), date(2026, 11, 12))
    assert [(turn.about.number, turn.to_missed) for turn in turns] == [(ticket.number, False)]


def test_random_lives_are_counted_exactly_as_the_core_does_and_as_stored_k12(town: Town) -> None:
    """Both sides against `core.clocks`, and as it was against the stored clocks."""
    for seed in range(30):
        live(Random(seed), town)
    with moved_to(NOW):
        assert list(differences()) == []
    policies = [
        changed(STRICTER),
        changed({"coverages": {"business_hours": {"windows": {"fri": [["08:00", "12:00"]]}}}}),
        changed({"targets": {i: {"resolution": SOLVED} for i in Impact.values}}),
    ]
    for policy in policies:
        result, turns = compare(policy)
        was, would_be = by_the_core(None), by_the_core(policy)
        assert counted(result, "as_it_was") == summed(was)
        assert counted(result, "would_be") == summed(would_be)
        assert {(t.about.number, t.metric, t.ordinal, t.to_missed) for t in turns} == turned(
            was, would_be
        )
    stored = Clock.objects.filter(
        started_at__range=(at("2026-11-02 00:00"), at("2026-11-21 00:00"))
    )
    with moved_to(NOW):
        due = stored.filter(outcome="running", due_at__lt=NOW).count()
    met, breached = (stored.filter(outcome=o).count() for o in ("met", "breached"))
    side = compare(policies[0])[0]["as_it_was"]
    assert (side["met"], side["breached"]) == (met, breached + due) and met > 8


SOLVED = {"target": 20 * 3600, "coverage": "business_hours"}


def live(random: Random, town: Town) -> None:
    """A ticket through the desk's own verbs, at odd hours."""
    now = at("2026-11-03 00:00") + timedelta(minutes=random.randrange(14 * 1440))

    def later(mean: float) -> Any:
        nonlocal now
        now += timedelta(minutes=random.expovariate(1 / mean))
        return moved_to(now)

    with later(1):
        if random.random() < 0.2:
            alarm = Words("Down", received_at=now)
            impact = random.choice(Impact.values)
            ticket = open_for_alert(
                "Down", alarm, impact=Impact(impact), episode=str(random.random()), source="x"
            )
        else:
            ticket = open_for_customer(
                "Help",
                Words("Help"),
                requester=random.choice([town.tess, town.sam]),
                impact=Impact(random.choice(Impact.values)),
                live=random.random() < 0.3,
            )
    for _ in range(random.randint(1, 7)):
        with later(200):
            random.choice(DEEDS)(ticket, town, random)


DEEDS: list[Callable[[Ticket, Town, Random], object]] = [
    lambda t, town, _: reply(t, Words("On it"), by=town.ana),
    lambda t, town, _: reply(t, Words("And"), by=town.ben),
    lambda t, town, _: hear(t, Words("Well?"), author=town.tess),
    lambda t, town, _: note(t, Words("Hm"), by=town.ana),
    lambda t, town, r: set_state(
        t, r.choice(["open", "pending", "waiting", "solved"]), by=town.ana, unanswered=True
    ),
    lambda t, town, r: set_impact(t, Impact(r.choice(Impact.values)), by=town.ana),
    lambda t, town, _: end_live(t, why="mail"),
    lambda t, town, _: acknowledge(t, by=town.ana),
    lambda t, town, _: end_alarm(t),
]


def end_alarm(ticket: Ticket) -> None:
    for received in ticket.events.filter(kind=Kind.ALERT_RECEIVED):
        note_ended(ticket, episode=received.data["episode"], at=clock.now())


def by_the_core(policy: core.Policy | None) -> dict[tuple[int, str, int], core.Clock]:
    """Every clock of the period by `core.clocks`, ticket by ticket; under its own version if None."""
    found = {}
    for ticket in Ticket.objects.all():
        history = history_of(ticket.events.all())
        if policy is not None:
            history = [event for event in history if event.kind != core.Kind.POLICY]
        own = PolicyVersion.objects.get(opened_standings__ticket=ticket)
        for each in core.clocks(history, policy or policy_of(own), NOW):
            if at("2026-11-02 00:00") <= each.start < at("2026-11-21 00:00"):
                found[ticket.number, str(each.metric), each.ordinal] = each
    return found


def summed(clocks: dict[tuple[int, str, int], core.Clock]) -> dict[str, object]:
    ends = [str(each.outcome) for each in clocks.values()]
    return {
        "clocks": len(ends),
        "met": ends.count("met"),
        "breached": ends.count("breached"),
        "running": ends.count("running"),
        "cancelled": ends.count("cancelled"),
    }


def counted(result: dict[str, Any], side: str) -> dict[str, object]:
    found = dict(result[side])
    found["cancelled"] += found["solved_unanswered"]
    names = ("clocks", "met", "breached", "running", "cancelled")
    return {name: found[name] for name in names}


def turned(
    was: dict[tuple[int, str, int], core.Clock], would_be: dict[tuple[int, str, int], core.Clock]
) -> set[tuple[int, str, int, bool]]:
    sides = {"met", "breached"}
    return {
        (*key, str(would_be[key].outcome) == "breached")
        for key in was.keys() & would_be.keys()
        if {str(was[key].outcome), str(would_be[key].outcome)} == sides
    }


def ask(town: Town, **more: Any) -> WhatIf:
    with moved_to(NOW):
        question = (changed(STRICTER), FIRST, LAST, ["Stricter"])
        return asking.ask(*question, zone="America/New_York", by=town.max.person)


def test_the_job_answers_and_keeps_what_changes_sides(
    answered_after_an_hour: Ticket, town: Town
) -> None:
    asked = ask(town)
    asking.answer(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.total) == ("answered", 1, 1)
    assert asked.result is not None and asked.result["to_missed"] == 1
    (row,) = asked.turned.all()
    assert (row.ticket, row.was, row.would_be) == (answered_after_an_hour.number, "met", "breached")
    asking.answer(asked.pk)
    assert Turned.objects.count() == 1


def test_begun_again_after_a_kill_it_starts_anew(
    answered_after_an_hour: Ticket, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(town)
    with monkeypatch.context() as dying, pytest.raises(KeyboardInterrupt):
        dying.setattr(Comparison, "result", die)
        asking.answer(asked.pk)
    assert WhatIf.objects.get().state == "working" and Turned.objects.count() == 1
    asking.answer(asked.pk)
    assert WhatIf.objects.get().state == "answered"
    assert (WhatIf.objects.get().attempt, Turned.objects.count()) == (2, 1)


def die(_: Comparison) -> None:
    raise KeyboardInterrupt


def test_an_attempt_that_only_seemed_dead_writes_nothing_more(
    answered_after_an_hour: Ticket, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(town)
    whole = Comparison.total

    def overtaken(work: Comparison) -> int:
        WhatIf.objects.update(attempt=7)
        return whole(work)

    monkeypatch.setattr(Comparison, "total", overtaken)
    asking.answer(asked.pk)
    assert (WhatIf.objects.get().state, Turned.objects.count()) == ("working", 0)


def test_one_that_is_cancelled_stops(answered_after_an_hour: Ticket, town: Town) -> None:
    asked = ask(town)
    asking.cancel(asked)
    asking.answer(asked.pk)
    assert (WhatIf.objects.get().state, Turned.objects.count()) == ("cancelled", 0)


def test_a_coverage_that_ends_is_a_failure_with_a_sentence(
    answered_after_an_hour: Ticket, town: Town
) -> None:
    asked = ask(town)
    finite = {"zone": "UTC", "windows": {}, "exceptions": {"2026-01-01": [["08:00", "09:00"]]}}
    document = {**asked.document, "coverages": {**asked.document["coverages"], "finite": finite}}
    document["targets"] = {"normal": {"first_reply": {"target": 60, "coverage": "finite"}}}
    WhatIf.objects.update(document=document)
    asking.answer(asked.pk)
    asked.refresh_from_db()
    assert asked.state == "failed" and "windows" in asked.trouble


def test_reading_takes_as_many_queries_for_many_tickets_as_for_one(town: Town) -> None:
    counts = []
    for many in (1, 8):
        for seed in range(many):
            live(Random(seed), town)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            list(reading.stories(at("2026-11-02 00:00"), NOW, NOW, reading.Sayings()))
        counts.append(len(asked))
    assert counts[1] - counts[0] <= 1  # those without a form are read whole, all in one


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ([], "JSON object"),
        ({"target": {}}, "no part of a policy"),
        ({"targets": 3}, "must be an object"),
        ({"targets": {"worst": {}}}, "not a known impact"),
        ({"targets": {"normal": {"first_reply": 3}}}, "needs a target in seconds"),
        (
            {"targets": {"normal": {"first_reply": {"target": -1, "coverage": "always"}}}},
            "negative",
        ),
        ({"targets": {"normal": {"first_reply": {"target": 1, "coverage": "no"}}}}, "'no'"),
        ({"coverages": {"always": {"zone": "US/Eastern"}}}, "America/New_York"),
        ({"coverages": {"always": 3}}, "no zone"),
        ({"warn_at": 3}, "warn_at"),
        ({"zone": "UTC", "windows": {}, "targets": {}}, "never opens"),
        ({"zone": "UTC", "windows": {"mon": [["08:00", "09:00"]]}}, "targets"),
    ],
)
def test_what_can_t_be_read_is_refused_with_what_to_change(
    written: Any, says: str, town: Town
) -> None:
    with pytest.raises(Refused, match=says):
        policy_in_question(written, current_version().document)


def test_a_whole_policy_changes_and_a_file_for_trying_are_all_understood(town: Town) -> None:
    base = current_version().document
    Coverage.objects.create(
        key="mornings", name="Mornings", zone="UTC", windows={"mon": [["08:00", "12:00"]]}
    )
    other = {"targets": {"low": {"first_reply": {"target": 60, "coverage": "mornings"}}}}
    laid = policy_in_question(other, base).document()
    assert laid["coverages"]["mornings"]["name"] == "Mornings"
    assert laid["targets"]["urgent"] == base["targets"]["urgent"]
    whole = {**base, "targets": {"low": base["targets"]["low"]}}
    assert set(policy_in_question(whole, base).targets) == {"low"}
    tried = {"zone": "UTC", "windows": {"mon": [["08:00", "12:00"]]}, "targets": {"first_reply": 9}}
    assert len(policy_in_question(tried, base).targets) == 4


def test_a_document_that_is_nested_without_end_is_refused(town: Town) -> None:
    deep: dict[str, Any] = {}
    for _ in range(3000):
        deep = {"a": deep}
    base = current_version().document
    with pytest.raises(Refused, match="can't be read"):
        policy_in_question({"targets": {"normal": deep}}, base)


def test_a_fault_of_ours_ends_the_question_and_says_so(
    answered_after_an_hour: Ticket, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(work: Comparison) -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setattr(Comparison, "steps", fails)
    asked = ask(town)
    with pytest.raises(ZeroDivisionError):
        asking.answer(asked.pk)
    asked.refresh_from_db()
    assert asked.state == "failed" and "our fault" in asked.trouble


def test_a_period_that_ends_before_it_begins_or_has_not_begun_is_refused(town: Town) -> None:
    with pytest.raises(Refused, match="before it begins"):
        Period.of_days(LAST, FIRST, "UTC")
    with (
        moved_to(datetime.fromisoformat("2026-01-01T00:00Z")),
        pytest.raises(Refused, match="future"),
    ):
        asking.ask(changed(STRICTER), FIRST, LAST, [], zone="UTC", by=town.max.person)
