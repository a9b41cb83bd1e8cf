"""A ticket's account: what each audience is told, in which zones, from which versions."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import NotFound
from deskbell.sla.explaining import Audience, account_of, digest_of, one_of, plain
from deskbell.sla.explaining.tests.conftest import Opened, account_at
from deskbell.sla.models import Clock, DatedException, PolicyVersion
from deskbell.sla.models import Coverage as CoverageRow
from deskbell.sla.moving import move
from deskbell.sla.policies import current_version
from deskbell.sla.versions import make, renew_all
from deskbell.tickets.acknowledging import acknowledge
from deskbell.tickets.chatting import end_live
from deskbell.tickets.escalating import HandOver, Vendor, escalate_to_vendor
from deskbell.tickets.events import Kind, append, changing
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_by_agent, open_for_alert, open_for_customer
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import EASTERN, Town, at

HOUR = timedelta(hours=1)


def test_a_deadline_says_how_it_came_about_span_by_span(opened: Opened) -> None:
    """The vector of the brief: Monday 16:50, four hours of business hours."""
    (clock,) = account_at("2026-11-23 17:00", opened("2026-11-23 16:50")).clocks
    assert _spans(clock.steps) == [
        ("11-23 16:50", "11-23 19:00", "2:10:00", "2:10:00", "counted"),
        ("11-23 19:00", "11-24 08:00", "0:00:00", "2:10:00", "closed"),
        ("11-24 08:00", "11-24 09:50", "1:50:00", "4:00:00", "counted"),
    ]
    assert clock.due == at("2026-11-24 09:50")
    assert clock.warn_at == at("2026-11-24 08:50")
    assert (clock.label, clock.standing) == ("First reply", "running")
    assert (clock.promised.line, clock.promised.coverage) == ("Normal impact", "Business hours")
    assert str(clock.promised.version) == "Standard Support, version 1"
    assert clock.started_by and clock.started_by.words == "Tess Turner wrote"


def test_the_holiday_is_named_and_the_closed_days_around_it_are_one_line(opened: Opened) -> None:
    (clock,) = account_at("2026-11-25 18:30", opened("2026-11-25 18:00")).clocks
    assert [step.reason for step in clock.steps] == [
        "covered by Business hours",
        "closed",
        "Thanksgiving Day",
        "closed",
        "covered by Business hours",
    ]
    assert [(line.reason, line.total) for line in clock.lines] == [
        ("covered by Business hours", HOUR),
        ("closed: Thanksgiving Day", HOUR),
        ("covered by Business hours", 4 * HOUR),
    ]


def test_fifty_five_hours_are_one_line_a_day(opened: Opened) -> None:
    (clock,) = account_at("2026-11-19 12:30", opened("2026-11-19 12:00", impact=Impact.LOW)).clocks
    low = account_at("2026-11-19 12:30", _with_targets(opened, hours=55)).clocks[0]
    assert len(clock.lines) == 3  # 11 h: a day, its night, the next day
    assert [(_day(line.start), str(line.counted), line.why.value) for line in low.lines] == [
        ("Thu 12:00", "7:00:00", "counted"),
        ("Fri 08:00", "11:00:00", "counted"),
        ("Fri 19:00", "0:00:00", "closed"),  # the weekend; nights have no line
        ("Mon 08:00", "11:00:00", "counted"),
        ("Tue 08:00", "11:00:00", "counted"),
        ("Wed 08:00", "11:00:00", "counted"),
        ("Wed 19:00", "0:00:00", "holiday"),
        ("Fri 08:00", "4:00:00", "counted"),
    ]


def test_a_summer_of_seventy_closed_days_is_one_line(opened: Opened) -> None:
    DatedException.objects.create(
        coverage=CoverageRow.objects.get(key="business_hours"),
        first=date(2026, 11, 20),
        last=date(2026, 11, 20) + timedelta(days=69),
        name="Summer break",
    )
    renew_all(reason="Summer")
    (clock,) = account_at("2026-11-19 18:30", opened("2026-11-19 18:00")).clocks
    assert [line.reason for line in clock.lines] == [
        "covered by Business hours",
        "closed: Summer break",
        "covered by Business hours",
    ]
    assert clock.due == at("2027-01-29 11:00")
    assert "without Summer break" in clock.summary


def test_a_very_long_lateness_is_folded_in_the_middle_and_still_adds_up(
    opened: Opened, town: Town
) -> None:
    ticket = opened("2026-09-01 09:00")
    with moved_to(at("2026-11-19 12:00")):
        reply(ticket, Words("Sorry"), by=town.ana)
    clock = one_of(account_at("2026-11-19 13:00", ticket), "first_reply", 1)
    folded = [line for line in clock.lines if line.inner]
    assert len(clock.lines) == 11 and len(folded) == 1
    assert sum((line.counted for line in clock.lines), timedelta(0)) == clock.counted
    assert folded[0].counted == sum((line.counted for line in folded[0].inner), timedelta(0))
    assert [step.late for step in clock.steps][:2] == [False, True]
    late = sum((step.counted for step in clock.steps if step.late), timedelta(0))
    assert late == clock.late_by


def test_both_zones_are_named_and_one_alone_where_they_agree(opened: Opened) -> None:
    ticket = opened("2026-11-23 16:50")
    zones = {
        zone: account_at("2026-11-23 17:00", ticket, zone=zone).clocks[0]
        for zone in ("America/New_York", "America/Detroit", "America/Chicago")
    }
    assert {zone: each.other_zone for zone, each in zones.items()} == {
        "America/New_York": "",
        "America/Detroit": "",  # another name, the same wall clock
        "America/Chicago": "America/New_York",
    }
    assert "until 6 pm, the rest from 7 am on Tuesday: due Tuesday 8:50 am Central." in (
        zones["America/Chicago"].summary
    )


def test_a_live_chat_shows_both_promises_and_which_is_the_earlier_k15(
    opened: Opened, town: Town
) -> None:
    ticket = opened("2026-11-19 09:00", channel=Channel.CHAT, live=True)
    (clock,) = account_at("2026-11-19 09:01", ticket).clocks
    assert [(each.line, each.due, each.counts) for each in clock.promises] == [
        ("Normal impact", at("2026-11-19 13:00"), False),
        ("Live chat", at("2026-11-19 09:05"), True),
    ]
    with moved_to(at("2026-11-19 09:03")):
        end_live(ticket, why="the visitor has been gone for 10 minutes")
    (clock,) = account_at("2026-11-19 09:04", ticket).clocks
    assert [each.line for each in clock.promises] == ["Normal impact"]


def test_a_clock_that_the_new_impact_makes_late_says_since_when_k8(
    opened: Opened, town: Town
) -> None:
    ticket = opened("2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:30")):
        set_impact(ticket, "urgent", by=town.ana)
    (clock,) = account_at("2026-11-19 09:40", ticket).clocks
    (remark,) = clock.remarks
    assert remark.mark == "late because reclassified"
    assert "It is late from Thu, Nov 19, 9:30 am Eastern, not from Thu, Nov 19, 9:15 am" in (
        remark.words
    )
    assert clock.promised.line == "Urgent impact"


def test_solved_without_an_answer_is_said_plainly_k14(opened: Opened, town: Town) -> None:
    ticket = opened("2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:30")):
        set_state(ticket, "solved", by=town.ana, unanswered=True)
    (clock,) = account_at("2026-11-19 09:40", ticket).clocks
    assert clock.standing == "cancelled"
    assert "without an answer" in clock.remarks[0].words
    assert clock.stopped_by and clock.stopped_by.words == "Ana Alvarez set the ticket to solved"


def test_words_that_arrived_before_they_were_read_start_it_when_they_arrived_k13(
    opened: Opened, town: Town
) -> None:
    ticket = opened("2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:30")):
        reply(ticket, Words("On it"), by=town.ana)
    with moved_to(at("2026-11-19 10:00")):
        hear(ticket, Words("Well?", received_at=at("2026-11-19 09:50")), author=town.tess)
        hear(ticket, Words("Again", received_at=at("2026-11-19 09:40")), author=town.tess)
    clock = one_of(account_at("2026-11-19 10:10", ticket), "next_reply", 1)
    assert clock.start == at("2026-11-19 09:50")
    assert clock.started_by and clock.started_by.at == clock.start


def test_who_answered_is_known_also_where_the_clock_went_on_while_it_was_written(
    town: Town,
) -> None:
    """On a desk that runs, a reply is received some microseconds before its event."""
    ticket = open_for_customer("Dark", Words("Dark"), requester=town.tess)
    reply(ticket, Words("On it"), by=town.ana)
    account = account_of(ticket, zone="America/New_York", audience=Audience.AGENT)
    update, first = account.clocks
    assert first.stopped_by and first.stopped_by.words == "Ana Alvarez replied"
    assert update.started_by == first.stopped_by


def test_a_call_is_told_as_a_call_k2(town: Town) -> None:
    with moved_to(at("2026-11-19 09:00")):
        call = open_by_agent(
            "Lab", Words("Down"), by=town.ana, requester=town.olivia, customers_words=True
        )
    (clock,) = account_at("2026-11-19 09:10", call).clocks
    assert clock.started_by and clock.started_by.words == "Olivia Ortiz called"


def test_a_paused_clock_has_no_due_instant_and_says_why_k7(opened: Opened, town: Town) -> None:
    ticket = _with_targets(opened, hours=4, resolution=22)
    with moved_to(at("2026-11-19 12:30")):
        set_state(ticket, "pending", by=town.ana)
    clock = one_of(account_at("2026-11-20 10:00", ticket), "resolution", 1)
    assert (clock.standing, clock.due) == ("paused", None)
    assert clock.steps[-1].why.value == "paused"
    assert "paused: waiting for the customer" in clock.summary
    assert clock.pauses[0].start == at("2026-11-19 12:30")


def test_a_moved_ticket_names_the_version_that_each_clock_was_held_to_k9(
    opened: Opened, town: Town
) -> None:
    ticket = opened("2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:30")):
        reply(ticket, Words("On it"), by=town.ana)
    with moved_to(at("2026-11-19 10:00")):
        hear(ticket, Words("Well?"), author=town.tess)
        move(ticket, _version(hours=2), reason="As agreed", by=town.max.person)
    account = account_at("2026-11-19 10:10", ticket)
    held = {clock.key: clock.promised.version.number for clock in account.clocks}
    assert held == {"next_reply/1": 2, "periodic_update/1": 2, "first_reply/1": 1}
    assert [version.number for version in account.versions] == [1, 2]
    assert account.versions[0].digest == digest_of(PolicyVersion.objects.get(number=1))
    assert account.versions[0].digest != account.versions[1].digest


def test_a_customer_sees_neither_take_over_nor_acknowledge_nor_notes_nor_last_names_k16(
    opened: Opened, town: Town
) -> None:
    ticket = opened("2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:10")):
        note(ticket, Words("A secret about the proxy"), by=town.eve)
        set_impact(ticket, "high", by=town.ana, reason="The superintendent is furious")
        reply(ticket, Words("On it"), by=town.ana)
        move(ticket, _version(hours=2), reason="They threatened to leave", by=town.max.person)
    account = account_at("2026-11-19 10:00", ticket, audience=Audience.CUSTOMER)
    told = json.dumps(plain(account))
    assert [event.words for event in account.events] == [
        "Tess wrote",
        "Ana changed the impact from Normal to High",
        "Ana replied",
        "The ticket was moved to Standard Support, version 2",
    ]
    for secret in ("proxy", "Alvarez", "Eve", "furious", "threatened", "Other hours", "@"):
        assert secret not in told


@pytest.mark.parametrize(
    ("audience", "seen"),
    [(Audience.AGENT, ["first_reply", "take_over"]), (Audience.CUSTOMER, ["first_reply"])],
)
def test_take_over_is_the_teams_alone_k16(
    opened: Opened, town: Town, audience: Audience, seen: list[str]
) -> None:
    base = current_version()
    tiers = {"vendor": {"normal": {"target": 3600, "coverage": "business_hours"}}}
    document = {**base.document, "escalation": tiers}
    make(base.policy, document, ladder=base.ladder, reason="Escalation")
    ticket = opened("2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:05")):
        why = HandOver("They run it", "Dark", "Restarted it", "Look")
        escalate_to_vendor(ticket, Vendor("Google"), why, by=town.ana, waits=False)
    account = account_at("2026-11-19 09:10", ticket, audience=audience)
    found = {clock.metric: clock for clock in account.clocks}
    assert sorted(found) == seen
    words = "Ana Alvarez escalated it to Google: They run it"
    assert (words in [event.words for event in account.events]) == ("take_over" in seen)
    if clock := found.get("take_over"):
        assert clock.promised.line == "A vendor"
        assert clock.started_by
        assert clock.started_by.words == words
        assert clock.summary.startswith("A vendor was to take over within 1 business hour")


def test_an_alarms_clock_is_the_teams_alone_k6(town: Town) -> None:
    with moved_to(at("2026-11-21 03:00")):
        ticket = open_for_alert(
            "Down", Words("0 of 12"), impact=Impact.URGENT, episode="a", source="Alertmanager"
        )
    with moved_to(at("2026-11-21 03:02")):
        acknowledge(ticket, by=town.eve)
    (clock,) = account_at("2026-11-21 03:05", ticket).clocks
    assert (clock.metric, clock.promised.line) == ("acknowledge", "Alarm")
    assert clock.started_by and clock.started_by.words == "The alarm came in from Alertmanager"
    assert clock.stopped_by and clock.stopped_by.words == "Eve Engström acknowledged the alarm"
    customers = account_at("2026-11-21 03:05", ticket, audience=Audience.CUSTOMER)
    assert customers.clocks == ()
    assert [event.words for event in customers.events] == ["The ticket was opened"]
    with pytest.raises(NotFound):
        one_of(customers, "acknowledge", 1)


def test_a_merge_starts_and_cancels_clocks_and_is_told_and_one_taken_back_is_not_k10(
    opened: Opened, town: Town
) -> None:
    ticket = opened("2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:30")):
        reply(ticket, Words("On it"), by=town.ana)
    with moved_to(at("2026-11-19 10:00")), changing(ticket) as locked:
        older = at("2026-11-19 09:10").isoformat()
        append(locked, Kind.MERGED_IN, merge="m", impact="high", unanswered=older)
    account = account_at("2026-11-19 10:01", ticket)
    clock = one_of(account, "next_reply", 1)
    assert clock.start == at("2026-11-19 09:10")
    assert clock.started_by and clock.started_by.words == "Another ticket was merged into this one"
    with moved_to(at("2026-11-19 10:05")), changing(ticket) as locked:
        append(locked, Kind.UNMERGED, merge="m")
    account = account_at("2026-11-19 10:06", ticket)
    assert [event.words for event in account.events] == ["Tess Turner wrote", "Ana Alvarez replied"]
    with moved_to(at("2026-11-19 10:10")), changing(ticket) as locked:
        append(locked, Kind.MERGED_AWAY, merge="n")
    update = one_of(account_at("2026-11-19 10:11", ticket), "periodic_update", 1)
    assert (update.standing, update.remarks[0].mark) == ("cancelled", "merged")
    assert update.stopped_by and update.stopped_by.words == "The ticket was merged into another one"


def test_what_was_held_back_and_is_late_at_once_says_so_k13(town: Town) -> None:
    with moved_to(at("2026-11-19 15:00")):
        words = Words("Dark", received_at=at("2026-11-19 09:00"), held=True)
        ticket = open_for_customer("Dark", words, requester=town.tess)
    (clock,) = account_at("2026-11-19 15:10", ticket).clocks
    assert (clock.start, clock.breached_at) == (at("2026-11-19 09:00"), at("2026-11-19 15:00"))
    assert clock.started_by and clock.started_by.words == "Tess Turner wrote"
    assert "held back as suspicious" in clock.remarks[0].words
    assert "late from Thu, Nov 19, 3:00 pm Eastern, not from Thu, Nov 19, 1:00 pm Eastern" in (
        clock.remarks[0].words
    )


def test_what_is_explained_is_what_is_stored_and_adds_up_k12(opened: Opened, town: Town) -> None:
    ticket = _a_long_story(opened, town)
    for when in ("2026-11-24 12:00", "2026-12-09 12:00"):
        account = account_at(when, ticket)
        assert len(account.clocks) > 4
        for clock in account.clocks:
            assert all(one.end == other.start for one, other in pairwise(clock.steps))
            counted = sum((step.counted for step in clock.steps), timedelta(0))
            assert counted == (clock.counted if clock.stop else clock.target)
            assert not clock.steps or clock.steps[-1].total == counted
    stored = {(c.metric, c.ordinal): c for c in Clock.objects.filter(ticket=ticket)}
    for each in account.clocks:
        row = stored.pop((each.metric, each.ordinal))
        assert (each.due, each.stop, each.target) == (row.due_at, row.stopped_at, row.target)
    assert stored == {}


def test_an_account_costs_a_fixed_number_of_queries(
    opened: Opened, town: Town, django_assert_num_queries: Any
) -> None:
    short, long = opened("2026-11-19 09:00"), _a_long_story(opened, town)
    for ticket in (short, long, short, long):
        account_at("2026-12-09 12:00", ticket)  # policies are read once a process
    with django_assert_num_queries(2):
        account_at("2026-12-09 12:00", short)
    with django_assert_num_queries(2):
        account_at("2026-12-09 12:00", long)


def test_json_has_instants_in_utc_and_seconds(opened: Opened) -> None:
    account = account_at("2026-11-23 17:00", opened("2026-11-23 16:50"))
    told = json.loads(json.dumps(plain(account)))
    (clock,) = told["clocks"]
    assert (clock["due"], clock["target"]) == ("2026-11-24T14:50:00Z", 14400)
    assert clock["steps"][0] == {
        "start": "2026-11-23T21:50:00Z",
        "end": "2026-11-24T00:00:00Z",
        "counted": 7800,
        "total": 7800,
        "why": "counted",
        "reason": "covered by Business hours",
        "late": False,
    }


def _a_long_story(opened: Opened, town: Town) -> Ticket:
    ticket = opened("2026-11-19 09:00")
    with moved_to(at("2026-11-19 10:00")):
        reply(ticket, Words("On it"), by=town.ana)
    with moved_to(at("2026-11-20 18:30")):
        hear(ticket, Words("Well?"), author=town.tess)
    with moved_to(at("2026-11-23 08:10")):
        set_impact(ticket, "high", by=town.ana)
        reply(ticket, Words("Nearly"), by=town.ben)
        set_state(ticket, "pending", by=town.ben)
    with moved_to(at("2026-11-24 11:00")):
        hear(ticket, Words("And now?"), author=town.tess)
    with moved_to(at("2026-12-08 17:00")):
        reply(ticket, Words("Sorry"), by=town.ana)
        set_state(ticket, "solved", by=town.ana)
    with moved_to(at("2026-12-09 09:00")):
        hear(ticket, Words("Not at all"), author=town.tess)
    return ticket


def _version(**hours: float) -> PolicyVersion:
    base = current_version()
    promises = {
        {"hours": "first_reply"}.get(name, name): {
            "target": count * 3600,
            "coverage": "business_hours",
        }
        for name, count in hours.items()
    }
    targets = {**base.document["targets"]}
    targets["normal"] = {**targets["normal"], **promises}
    document = {**base.document, "targets": targets}
    return make(base.policy, document, ladder=base.ladder, reason="Other hours")


def _with_targets(opened: Opened, **hours: float) -> Ticket:
    _version(**hours)
    return opened("2026-11-19 12:00")


def _spans(steps: Any) -> list[tuple[str, ...]]:
    return [
        (_short(s.start), _short(s.end), str(s.counted), str(s.total), s.why.value) for s in steps
    ]


def _short(instant: Any) -> str:
    return f"{instant.astimezone(EASTERN):%m-%d %H:%M}"


def _day(instant: Any) -> str:
    return f"{instant.astimezone(EASTERN):%a %H:%M}"
