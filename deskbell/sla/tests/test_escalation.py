"""Technical escalation: asked, taken over, handed back; who may, who hears of it, and its clock (K16)."""

from __future__ import annotations

from typing import Any

import pytest

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.people.models import Notice, Team
from deskbell.people.teams import set_lead
from deskbell.sla import timers
from deskbell.sla.models import Clock
from deskbell.sla.policies import current_version
from deskbell.sla.verify import differences
from deskbell.sla.versions import make
from deskbell.tickets.assigning import assign, hand_to_team
from deskbell.tickets.escalating import (
    HandOver,
    Vendor,
    escalate,
    escalate_to_vendor,
    hand_back,
    take_over,
)
from deskbell.tickets.models import Escalation, State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town, at

SOON, LATE = "Take over is due soon", "Take over is late"
HAND_OVER = HandOver("Needs the broker’s logs", "Dark since 8", "Restarted it", "Read the logs")
LADDER = [
    {"at": "warning", "tell": ["assignee"]},
    {"at": "breach", "tell": ["assignee", "lead"]},
]
HOURS = {"target": 7200, "coverage": "business_hours"}


@pytest.fixture
def ticket(town: Town) -> Ticket:
    """Normal, of a teacher, on a Thursday at nine."""
    with moved_to(at("2026-11-19 09:00")):
        return open_for_customer("Black screen", Words("It is dark"), requester=town.tess)


@pytest.fixture
def engineering(town: Town) -> Team:
    return Team.objects.get(name="Engineering")


@pytest.fixture
def cloud(town: Town) -> Team:
    """Tier 3, which is Max's."""
    team = Team.objects.create(name="Cloud", purpose=Team.Purpose.ENGINEERING, tier=3)
    town.max.teams.add(team)
    return team


@pytest.fixture(autouse=True)
def promised(town: Town) -> None:
    """Two business hours to take over, for tier 2, tier 3 and a vendor; at the breach the lead hears, too."""
    version = current_version()
    tiers: dict[str, Any] = {tier: {"normal": HOURS} for tier in ("2", "3", "vendor")}
    document = {**version.document, "escalation": tiers}
    make(version.policy, document, ladder=LADDER, reason="Escalation")


def told_at(when: str) -> list[tuple[str, str]]:
    """Who was told what about the Take over clock at this instant."""
    Notice.objects.all().delete()
    with moved_to(at(when)):
        timers.step()
    found = Notice.objects.filter(text__startswith="Take over")
    return sorted((str(each.recipient), each.text.partition(":")[0]) for each in found)


def again(ticket: Ticket) -> Ticket:
    return Ticket.objects.with_people().get(pk=ticket.pk)


def clocks_of(ticket: Ticket) -> list[tuple[str, str]]:
    """The outcomes and marks of its Take over clocks, as stored: what replay gives, too (K12)."""
    assert list(differences()) == []
    found = Clock.objects.filter(ticket=ticket, metric="take_over").order_by("ordinal")
    return [(clock.outcome, ", ".join(clock.marks)) for clock in found]


def test_k16_the_tier_that_is_asked_has_the_ticket_and_its_own_clock(
    ticket: Ticket, town: Town, engineering: Team
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        assign(ticket, town.ana, by=town.ana)
        escalate(ticket, engineering, HAND_OVER, by=town.ana)
    clock = Clock.objects.get(ticket=ticket, metric="take_over")
    assert clock.due_at == at("2026-11-19 12:00")
    now = again(ticket)
    assert (now.tier, now.team, now.assignee) == ("2", engineering, None)
    (notice,) = Notice.objects.all()
    assert notice.recipient == town.eve
    assert "Ana Alvarez escalated" in notice.text
    assert "Needs the broker’s logs" in notice.text
    note = ticket.messages.order_by("-id").first()
    assert note is not None
    assert not note.public
    assert note.text == (
        "Hand-over to Engineering\n\nWhat happened:\nDark since 8\n\n"
        "What was tried:\nRestarted it\n\nWhat is asked:\nRead the logs"
    )
    assert clocks_of(ticket) == [("running", "")]


def test_k16_the_ladder_tells_the_team_that_is_asked_and_its_lead(
    ticket: Ticket, town: Town, engineering: Team
) -> None:
    set_lead(engineering, town.eve)
    town.ben.teams.add(engineering)
    with moved_to(at("2026-11-19 10:00")):
        escalate(ticket, engineering, HAND_OVER, by=town.ana)
        assign(ticket, town.ana, by=town.max)  # who waits with the customer; not who is asked
    assert told_at("2026-11-19 11:30") == [("Ben Baker", SOON), ("Eve Engström", SOON)]
    assert told_at("2026-11-19 12:00:01") == [("Ben Baker", LATE), ("Eve Engström", LATE)]


@pytest.mark.parametrize("how", ["take over", "assign", "reply"])
def test_k16_it_stops_when_someone_there_takes_it(
    how: str, ticket: Ticket, town: Town, engineering: Team
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        escalate(ticket, engineering, HAND_OVER, by=town.ana)
    with moved_to(at("2026-11-19 11:00")):
        if how == "take over":
            take_over(ticket, by=town.eve)
        elif how == "assign":
            assign(ticket, town.eve, by=town.eve)
        else:
            reply(ticket, Words("I am at it"), by=town.eve)
    assert again(ticket).assignee == town.eve
    assert Escalation.objects.get().taken_by == town.eve.person
    assert clocks_of(ticket) == [("met", "")]


def test_k16_a_colleague_given_it_or_one_from_elsewhere_has_not_taken_it(
    ticket: Ticket, town: Town, engineering: Team
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        escalate(ticket, engineering, HAND_OVER, by=town.ana)
        assign(ticket, town.eve, by=town.ana)
        assign(ticket, town.ben, by=town.ben)
        with pytest.raises(Refused, match="You are not of Engineering"):
            take_over(ticket, by=town.ana)
    assert clocks_of(ticket) == [("running", "")]


def test_k16_asked_further_and_handed_back_the_one_before_stands_again(
    ticket: Ticket, town: Town, engineering: Team, cloud: Team
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        escalate(ticket, engineering, HAND_OVER, by=town.ana)
        take_over(ticket, by=town.eve)
        escalate(ticket, cloud, HAND_OVER, by=town.eve)
        assert again(ticket).tier == "3"
    Notice.objects.all().delete()
    with moved_to(at("2026-11-19 10:30")):
        hand_back(ticket, "The broker is fine; look at the switch", by=town.max)
    now = again(ticket)
    assert (now.tier, now.team, now.assignee) == ("2", engineering, town.eve)
    assert [str(notice.recipient) for notice in Notice.objects.all()] == ["Eve Engström"]
    assert clocks_of(ticket) == [("met", ""), ("cancelled", "handed back")]
    with moved_to(at("2026-11-19 10:40")):
        hand_back(ticket, "Nothing of ours", by=town.eve)
    assert again(ticket).tier == ""


def test_k16_given_to_another_team_by_hand_nobody_is_asked_any_more(
    ticket: Ticket, town: Town, engineering: Team, cloud: Team
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        escalate(ticket, engineering, HAND_OVER, by=town.ana)
        escalate(ticket, cloud, HAND_OVER, by=town.ana)
        hand_to_team(ticket, Team.objects.get(name="Support"), by=town.ana)
    assert again(ticket).tier == ""
    assert not Escalation.objects.standing().exists()
    assert clocks_of(ticket) == [("cancelled", "escalated further"), ("cancelled", "handed back")]


def test_k16_a_vendor_keeps_reference_and_contact_and_the_ticket_waits_for_it(
    ticket: Ticket, town: Town
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        assign(ticket, town.ana, by=town.ana)
        vendor = Vendor("Google", contact="Jo, +1 555 0100")
        escalate_to_vendor(ticket, vendor, HAND_OVER, by=town.ana, waits=True)
    now = again(ticket)
    assert (now.tier, now.state, now.assignee) == ("vendor", State.WAITING, town.ana)
    assert now.events.filter(kind="state").get().data["because"] == "Google"
    with moved_to(at("2026-11-19 11:00")):
        take_over(ticket, by=town.ana, reference="4711")
    asked = Escalation.objects.get()
    assert (asked.reference, asked.contact) == ("4711", "Jo, +1 555 0100")
    assert clocks_of(ticket) == [("met", "")]
    with moved_to(at("2026-11-19 12:00")):
        hand_back(ticket, "Fixed in their next release", by=town.ana)
    assert (again(ticket).tier, again(ticket).state) == ("", State.OPEN)


def test_k16_a_vendor_is_linked_to_the_evidence_for_which_the_ticket_waits_already_k5(
    ticket: Ticket, town: Town
) -> None:
    with moved_to(at("2026-11-19 10:00")):
        set_state(ticket, State.WAITING, by=town.ana, evidence="https://status.example/1")
        escalate_to_vendor(ticket, Vendor("Google"), HAND_OVER, by=town.ana, waits=True)
    assert Escalation.objects.get().evidence == "https://status.example/1"


@pytest.mark.parametrize(
    ("hand_over", "says"),
    [
        (HandOver(" ", "a", "b", "c"), "Say in a line why"),
        (HandOver("x" * 301, "a", "b", "c"), "more than 300"),
        (HandOver("why", "a", " ", "c"), "“What was tried” is empty"),
    ],
)
def test_what_they_need_to_begin_is_asked_for(
    hand_over: HandOver, says: str, ticket: Ticket, town: Town, engineering: Team
) -> None:
    with pytest.raises(Refused, match=says):
        escalate(ticket, engineering, hand_over, by=town.ana)
    assert again(ticket).tier == ""


def test_what_makes_no_sense_is_refused_with_a_sentence(
    ticket: Ticket, town: Town, engineering: Team
) -> None:
    with pytest.raises(Refused, match="tier 1"):
        escalate(ticket, Team.objects.get(name="Billing"), HAND_OVER, by=town.ana)
    with pytest.raises(Refused, match="isn’t escalated"):
        hand_back(ticket, "No", by=town.ana)
    escalate(ticket, engineering, HAND_OVER, by=town.ana)
    with pytest.raises(Refused, match="has it already"):
        escalate(ticket, engineering, HAND_OVER, by=town.ana)
    with pytest.raises(Refused, match="Say why it goes back"):
        hand_back(ticket, " ", by=town.eve)
    set_state(ticket, State.SOLVED, by=town.ana, unanswered=True)
    with pytest.raises(Refused, match="nothing is left to take over"):
        escalate_to_vendor(ticket, Vendor("Google"), HAND_OVER, by=town.ana, waits=False)
