"""The stored clocks follow each event, in the event's own transaction.

The arithmetic itself is tested in `sla/core`; here a ticket goes through the verbs, and the rows
that come out are read as a person would read them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from deskbell.lib.clock import moved_to
from deskbell.sla.freezing import public_holidays
from deskbell.sla.models import Clock, PolicyVersion, Standing
from deskbell.sla.policies import current_version
from deskbell.tickets.acknowledging import acknowledge
from deskbell.tickets.chatting import end_live
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Channel, Ticket
from deskbell.tickets.opening import open_by_agent, open_for_alert, open_for_customer
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import EASTERN, Town, at


def opened(town: Town, when: str, **kwargs: Any) -> Ticket:
    with moved_to(at(when)):
        return open_for_customer("Black screen", Words("Dark"), requester=town.tess, **kwargs)


def told(ticket: Ticket) -> list[str]:
    """Each clock as a line: metric, due by the Eastern wall clock, outcome."""
    return [
        f"{clock.metric} {eastern(clock.due_at)} {clock.outcome}"
        for clock in Clock.objects.filter(ticket=ticket).order_by("started_at", "metric")
    ]


def eastern(instant: datetime | None) -> str:
    return f"{instant.astimezone(EASTERN):%a %H:%M}" if instant else "-"


@pytest.mark.parametrize(
    ("impact", "when", "due"),
    [
        ("urgent", "2026-11-21 03:00", "Sat 03:15"),  # 24/7
        ("high", "2026-11-20 23:30", "Mon 00:30"),  # 24/5: Friday ends at midnight
        ("high", "2026-11-26 10:00", "Thu 11:00"),  # 24/5 observes no holiday (C7)
        ("normal", "2026-11-19 18:50", "Fri 11:50"),  # ten minutes today, the rest tomorrow
        ("normal", "2026-11-25 18:00", "Fri 11:00"),  # Thanksgiving is closed (C7)
        ("low", "2026-11-19 09:00", "Fri 09:00"),  # eleven hours are one business day
    ],
)
def test_the_first_reply_is_due_by_the_impacts_target_and_coverage_k1_p7(
    town: Town, impact: str, when: str, due: str
) -> None:
    ticket = opened(town, when, impact=Impact(impact))
    assert told(ticket) == [f"first_reply {due} running"]


def test_a_reply_meets_the_first_and_the_customer_starts_the_next_k3(town: Town) -> None:
    ticket = opened(town, "2026-11-19 18:50")
    with moved_to(at("2026-11-20 08:40")):
        reply(ticket, Words("On it"), by=town.ana)
    with moved_to(at("2026-11-20 09:00")):
        hear(ticket, Words("Any news?"), author=town.tess)
    with moved_to(at("2026-11-20 09:30")):
        hear(ticket, Words("Hello?"), author=town.tess)

    assert told(ticket) == [
        "first_reply Fri 11:50 met",
        "periodic_update Mon 08:40 running",
        "next_reply Fri 17:00 running",
    ]


def test_machines_notes_and_states_stop_no_clock_k1(town: Town) -> None:
    ticket = opened(town, "2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:10")):
        note(ticket, Words("The proxy?"), by=town.ana)
        hear(ticket, Words("Out of office", automatic=True), author=town.tess)
        set_state(ticket, "pending", by=town.ana)

    assert told(ticket) == ["first_reply Thu 13:00 running"]


def test_a_robots_mail_starts_no_clock_k1(town: Town) -> None:
    with moved_to(at("2026-11-19 09:00")):
        words = Words("Delivery failed", automatic=True)
        ticket = open_for_customer("Undelivered", words, requester=town.tess)

    assert told(ticket) == []
    assert Standing.objects.get(ticket=ticket).next_due_at is None


def test_a_phone_call_runs_from_creation_and_an_agents_own_message_is_the_reply_k2(
    town: Town,
) -> None:
    with moved_to(at("2026-11-19 09:00")):
        call = open_by_agent(
            "Call", Words("Lab down"), by=town.ana, requester=town.olivia, customers_words=True
        )
        mail = open_by_agent(
            "Renewal", Words("Hi"), by=town.ana, requester=town.olivia, customers_words=False
        )
    with moved_to(at("2026-11-19 09:30")):
        hear(mail, Words("Thanks, but?"), author=town.olivia)

    assert told(call) == ["first_reply Thu 13:00 running"]
    assert told(mail) == ["periodic_update Fri 09:00 running", "next_reply Thu 17:30 running"]


def test_an_update_is_owed_while_we_work_and_not_while_we_wait_for_the_customer_k4(
    town: Town,
) -> None:
    ticket = opened(town, "2026-11-19 09:00", impact=Impact.HIGH)
    with moved_to(at("2026-11-19 09:30")):
        reply(ticket, Words("On it"), by=town.ana)
    with moved_to(at("2026-11-19 10:00")):
        set_state(ticket, "pending", by=town.ana)
    with moved_to(at("2026-11-19 12:00")):
        set_state(ticket, "open", by=town.ana)

    assert told(ticket) == [
        "first_reply Thu 10:00 met",
        "periodic_update Thu 13:30 cancelled",
        "periodic_update Thu 16:00 running",
    ]


def test_another_impact_counts_as_if_it_had_held_since_the_start_k8(town: Town) -> None:
    ticket = opened(town, "2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:05")):
        set_impact(ticket, "high", by=town.ana)
    assert told(ticket) == ["first_reply Thu 10:00 running"]

    with moved_to(at("2026-11-19 09:30")):
        set_impact(ticket, "urgent", by=town.ana)
    late = Clock.objects.get(ticket=ticket)
    assert late.outcome == "breached"
    assert late.breached_at == at("2026-11-19 09:30")  # never back-dated
    assert late.marks == ["late because reclassified"]

    with moved_to(at("2026-11-19 09:40")):
        set_impact(ticket, "normal", by=town.ana)
    assert told(ticket) == ["first_reply Thu 13:00 running"]


def test_an_alarm_is_acknowledged_by_a_person_in_five_minutes_k6(town: Town) -> None:
    with moved_to(at("2026-11-21 03:00")):
        ticket = open_for_alert(
            "Streaming down", Words("0 of 12 hosts"), impact=Impact.URGENT, episode="a", source="x"
        )
    assert told(ticket) == ["acknowledge Sat 03:05 running"]

    with moved_to(at("2026-11-21 03:02")):
        acknowledge(ticket, by=town.eve)
        acknowledge(ticket, by=town.ana)  # the link and the inbox may race
    assert told(ticket) == ["acknowledge Sat 03:05 met"]
    assert ticket.events.filter(kind="acknowledged").count() == 1


def test_a_live_chat_holds_its_own_promise_and_the_impacts_k15(town: Town) -> None:
    ticket = opened(town, "2026-11-19 09:00", channel=Channel.CHAT, live=True)
    assert told(ticket) == ["first_reply Thu 09:05 running"]

    with moved_to(at("2026-11-19 09:03")):
        end_live(ticket, why="the visitor has been gone for 10 minutes")
    assert told(ticket) == ["first_reply Thu 13:00 running"]


def test_solving_without_an_answer_is_counted_apart_k14(town: Town) -> None:
    ticket = opened(town, "2026-11-19 09:00")
    with moved_to(at("2026-11-19 09:30")):
        set_state(ticket, "solved", by=town.ana, unanswered=True)

    clock = Clock.objects.get(ticket=ticket)
    assert (clock.outcome, clock.marks) == ("cancelled", ["solved unanswered"])

    with moved_to(at("2026-11-19 10:00")):
        hear(ticket, Words("But it is dark"), author=town.tess)
    assert told(ticket) == ["first_reply Thu 13:00 running"]


def test_words_that_were_stored_before_they_were_read_count_from_then_k13(town: Town) -> None:
    with moved_to(at("2026-11-19 09:20")):  # the worker was down for twenty minutes
        words = Words("Dark", received_at=at("2026-11-19 09:00"))
        ticket = open_for_customer("Black screen", words, requester=town.tess)

    assert told(ticket) == ["first_reply Thu 13:00 running"]


def test_a_change_that_is_rolled_back_moves_no_clock_k12(town: Town) -> None:
    ticket = opened(town, "2026-11-19 09:00")
    with pytest.raises(RuntimeError), transaction.atomic():
        reply(ticket, Words("On it"), by=town.ana)
        raise RuntimeError
    assert told(ticket) == ["first_reply Thu 13:00 running"]


def test_a_ticket_keeps_the_version_it_was_opened_under_k9(town: Town) -> None:
    ticket = opened(town, "2026-11-19 09:00")
    first = current_version()
    document = {**first.document}
    document["targets"] = {**document["targets"], "normal": {}}
    PolicyVersion.objects.create(
        policy=first.policy, number=2, document=document, zones=first.zones, reason="Stricter"
    )

    with moved_to(at("2026-11-19 09:10")):
        note(ticket, Words("Hm"), by=town.ana)
    assert told(ticket) == ["first_reply Thu 13:00 running"]
    assert told(opened(town, "2026-11-19 09:00")) == []


def test_the_list_knows_who_has_to_act_first(town: Town) -> None:
    ticket = opened(town, "2026-11-19 09:00")
    standing = Standing.objects.get(ticket=ticket)
    assert (standing.next_metric, standing.next_due_at) == ("first_reply", at("2026-11-19 13:00"))

    with moved_to(at("2026-11-19 09:30")):
        reply(ticket, Words("Fixed"), by=town.ana)
        set_state(ticket, "solved", by=town.ana)
    standing.refresh_from_db()
    assert (standing.next_metric, standing.next_due_at) == ("", None)


def test_the_federal_holidays_are_known_by_name_years_ahead_c7() -> None:
    with moved_to(at("2026-11-19 09:00")):
        days = public_holidays("US")
    assert days[datetime(2026, 11, 26, tzinfo=UTC).date()] == "Thanksgiving Day"
    assert max(days).year >= 2030
