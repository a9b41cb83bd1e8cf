"""The ladder: who is told at the warning, at the breach and after it; each of them once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.people.models import Agent, Notice
from deskbell.sla import timers
from deskbell.sla.ladder import checked
from deskbell.sla.models import Clock
from deskbell.sla.policies import current_version
from deskbell.sla.verify import differences
from deskbell.sla.versions import make
from deskbell.tickets.assigning import assign
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import Ticket, TicketEvent
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import Town, at

LADDER: list[dict[str, Any]] = [
    {"at": "warning", "tell": ["assignee"]},
    {"at": "breach", "tell": ["assignee", "lead"]},
    {"at": 30, "tell": ["lead", "manager"]},
    {"at": 90, "tell": ["manager"]},
]


@pytest.fixture(autouse=True)
def ladder(town: Town) -> None:
    version = current_version()
    make(version.policy, version.document, ladder=LADDER, reason="A ladder for the tests")


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """Ben's, Normal: opened at nine, warned at noon, due at one. Ana leads the team."""
    ticket = opened(town, assignee=town.ben)
    assert ticket.team is not None
    ticket.team.lead = town.ana
    ticket.team.save()
    return ticket


def opened(town: Town, subject: str = "Black screen", assignee: Agent | None = None) -> Ticket:
    with moved_to(at("2026-11-19 09:00")):
        ticket = open_for_customer(subject, Words("Dark"), requester=town.tess)
        if assignee:
            assign(ticket, assignee, by=town.ana)
    return Ticket.objects.get(pk=ticket.pk)


def told_at(when: str) -> list[tuple[str, str]]:
    """Who was told what at this instant, and at no other."""
    Notice.objects.all().delete()
    with moved_to(at(when)):
        timers.step()
        assert list(differences()) == []
    return sorted((str(n.recipient), n.text.partition(":")[0]) for n in Notice.objects.all())


def test_each_step_tells_its_people_once(ticket: Ticket) -> None:
    assert told_at("2026-11-19 12:00") == [("Ben Baker", "First reply is due soon")]
    assert told_at("2026-11-19 12:30") == []
    late = "First reply is late"
    assert told_at("2026-11-19 13:00:01") == [("Ana Alvarez", late), ("Ben Baker", late)]
    assert told_at("2026-11-19 13:29:59") == []
    still = "First reply is still late after 30 min"
    assert told_at("2026-11-19 13:30") == [("Ana Alvarez", still), ("Max Meyer", still)]
    still = "First reply is still late after 1 h 30 min"
    assert told_at("2026-11-19 14:30") == [("Max Meyer", still)]
    assert told_at("2026-11-20 18:00") == []


def test_a_reply_ends_the_climb(ticket: Ticket, town: Town) -> None:
    told_at("2026-11-19 13:01")
    with moved_to(at("2026-11-19 13:10")):
        reply(ticket, Words("Sorry"), by=town.ben)
    assert Clock.objects.filter(next_rung_at__isnull=False).count() == 0
    assert told_at("2026-11-19 14:30") == []


def test_steps_count_covered_time_so_that_nobody_is_told_at_night(town: Town) -> None:
    with moved_to(at("2026-11-19 14:50")):
        open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    told_at("2026-11-19 18:51")
    assert told_at("2026-11-19 19:21") == []
    assert told_at("2026-11-20 08:19:59") == []
    assert [who for who, _ in told_at("2026-11-20 08:20")] == ["Max Meyer"]


def test_a_person_of_two_steps_at_once_is_told_once(ticket: Ticket, town: Town) -> None:
    assert ticket.team is not None
    ticket.team.lead = town.ben
    ticket.team.save()
    assert told_at("2026-11-19 13:01") == [("Ben Baker", "First reply is late")]


def test_a_step_that_would_reach_nobody_reaches_the_manager(ticket: Ticket, town: Town) -> None:
    version = current_version()
    make(version.policy, version.document, ladder=[{"at": "breach", "tell": ["lead"]}], reason="x")
    other = opened(town)
    assert other.team is not None
    other.team.lead = None
    other.team.save()
    ticket.delete()
    assert [who for who, _ in told_at("2026-11-19 13:01")] == ["Max Meyer"]


def test_after_a_stop_all_is_told_in_order_with_its_own_instant(ticket: Ticket) -> None:
    told_at("2026-11-19 16:00")
    kinds = ["warned", "breached", "still_late"]
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=kinds).order_by("sequence")
    assert [(event.kind, event.at) for event in events] == [
        ("breached", at("2026-11-19 13:00")),
        ("still_late", at("2026-11-19 13:30")),
        ("still_late", at("2026-11-19 14:30")),
    ]


def test_a_clock_that_got_more_time_climbs_again_from_the_bottom_k8(
    ticket: Ticket, town: Town
) -> None:
    with moved_to(at("2026-11-19 10:30")):
        set_impact(ticket, Impact.HIGH, by=town.ana)  # an hour: late because reclassified
    told_at("2026-11-19 11:10")
    assert Clock.objects.get(ticket=ticket).rungs_told == 1
    with moved_to(at("2026-11-19 11:20")):
        set_impact(ticket, Impact.NORMAL, by=town.ana)
    clock = Clock.objects.get(ticket=ticket)
    assert (clock.outcome, clock.rungs_told, clock.next_rung_at) == ("running", 0, None)
    assert [what for _, what in told_at("2026-11-19 13:01")] == ["First reply is late"] * 2


def test_many_at_once_are_one_notice_that_sums_them_up(town: Town) -> None:
    for n in range(8):
        opened(town, f"Ticket {n}", assignee=town.ben)
    for _, text in told_at("2026-11-19 13:01"):
        assert text.startswith("8 clocks are late, the first on #")
    assert Notice.objects.filter(recipient=town.ben).count() == 1
    assert TicketEvent.objects.filter(kind="breached").count() == 8


def test_the_queries_do_not_grow_with_the_number_of_clocks(
    town: Town, django_assert_max_num_queries: Any
) -> None:
    for n in range(30):
        opened(town, f"Ticket {n}", assignee=town.ben)
    with moved_to(at("2026-11-19 13:01")), django_assert_max_num_queries(45):
        assert timers.tell_what_is_due() == 30


@pytest.fixture
def a_broken_ticket(ticket: Ticket) -> Iterator[Ticket]:
    TicketEvent.objects.filter(ticket=ticket, kind="opened").update(data={"impact": "dire"})
    yield ticket
    timers._set_aside.clear()


def test_a_ticket_that_can_not_be_derived_stops_no_other(
    a_broken_ticket: Ticket, town: Town
) -> None:
    fine = opened(town)
    with moved_to(at("2026-11-19 13:01")):
        timers.step()
        assert timers._resting() == {a_broken_ticket.pk}
        assert timers.next_instant() == at("2026-11-19 13:30")  # of the other alone
    assert TicketEvent.objects.filter(ticket=fine, kind="breached").count() == 1
    assert not TicketEvent.objects.filter(ticket=a_broken_ticket, kind="breached").exists()


@pytest.mark.parametrize(
    ("ladder", "sentence"),
    [
        ([{"at": "noon", "tell": ["lead"]}], "no step of a ladder"),
        ([{"at": -5, "tell": ["lead"]}], "no step of a ladder"),
        ([{"at": True, "tell": ["lead"]}], "no step of a ladder"),
        ([{"at": 30, "tell": []}], "Say who is told at 30 minutes"),
        ([{"at": "breach", "tell": ["mayor"]}], "“mayor” can't be told"),
        ([{"at": "breach", "tell": ["lead", "lead"]}], "named twice"),
        ([{"at": 30, "tell": ["lead"]}] * 2, "two steps at 30 minutes"),
    ],
)
def test_a_ladder_that_can_not_be_climbed_is_refused(
    ladder: list[dict[str, Any]], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        checked(ladder)


def test_a_ladder_is_kept_in_order() -> None:
    assert checked([LADDER[3], LADDER[1], LADDER[0], LADDER[2]]) == LADDER


def test_the_managers_are_the_administrators_where_there_are_none(ticket: Ticket) -> None:
    Agent.objects.filter(role=Agent.Role.MANAGER).update(role=Agent.Role.AGENT)
    told_at("2026-11-19 13:01")
    assert ("Ada Abara", "First reply is still late after 30 min") in told_at("2026-11-19 13:30")
