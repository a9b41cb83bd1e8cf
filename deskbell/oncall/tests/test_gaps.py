"""Promises against the rota (G1, G2): gaps are found, kept, shown, and opened only with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.lib.clock import moved_to
from deskbell.mail.models import OutboundMail
from deskbell.oncall import gaps, schedules, swapping
from deskbell.oncall.answering import ensure_default_policy
from deskbell.oncall.gaps import finding, keeping
from deskbell.oncall.gaps.holes import Hole
from deskbell.oncall.models import (
    Answering,
    EscalationPolicy,
    Gap,
    GapAccepted,
    Method,
    Override,
    Schedule,
)
from deskbell.people.models import Absence, Agent, Notice
from deskbell.sla.policies import current_version
from deskbell.sla.versions import make
from tests.town import Town, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("provider")]
NOW = "2026-11-24 10:00"  # a Tuesday
Seat = Callable[..., None]


@pytest.fixture(autouse=True)
def today(db: None) -> Iterator[None]:
    with moved_to(at(NOW)):
        yield


@pytest.fixture
def reachable(town: Town) -> Callable[..., None]:
    """reachable(ana, tested="2026-11-20 10:00"): they have a method that was tested then."""

    def give(*agents: Agent, tested: str | None = "2026-11-20 10:00") -> None:
        for agent in agents:
            tested_at = at(tested) if tested else None
            Method.objects.create(
                agent=agent, way="ntfy", verified_at=at("2026-09-01 10:00"), tested_at=tested_at
            )

    return give


@pytest.fixture
def settled(town: Town) -> None:
    """The desk is older than thirty days: no more exceptions."""
    for agent in Agent.objects.select_related("person"):
        agent.person.created_at = at("2026-08-01 10:00")
        agent.person.save(update_fields=["created_at"])


def spans(impact: str = "urgent", *, warnings: bool = False) -> list[tuple[datetime, datetime]]:
    found = finding.find(impact)
    return [(hole.start, hole.end) for hole in found if hole.warning == warnings]


def only(impact: str = "urgent") -> Hole:
    (found,) = finding.find(impact)
    return found


def off(agent: Agent, start: str, end: str) -> Override:
    return Override.objects.create(
        schedule=schedules.ensure_default_schedule(),
        kind="remove",
        agent=agent,
        starts_at=at(start),
        ends_at=at(end),
    )


@pytest.mark.usefixtures("settled")
class TestFinding:
    def test_a_rota_that_is_always_reached_has_no_gap_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana, town.ben)
        reachable(town.ana, town.ben)
        assert finding.find() == []

    def test_nobody_on_call_is_a_gap_but_not_in_the_teams_hours_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        off(town.ana, "2026-12-02 12:00", "2026-12-03 12:00")  # from a Wednesday to Thursday
        assert spans() == [(at("2026-12-02 19:00"), at("2026-12-03 08:00"))]
        assert finding.find("normal") == []  # promises business hours alone
        assert only().why == "Nobody is on call in Primary."

    def test_24_5_has_no_gap_at_the_weekend_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        off(town.ana, "2026-12-04 20:00", "2026-12-07 02:00")  # Friday to Monday
        assert spans("high") == [
            (at("2026-12-04 20:00"), at("2026-12-05 00:00")),
            (at("2026-12-07 00:00"), at("2026-12-07 02:00")),
        ]
        assert spans("urgent") == [(at("2026-12-04 20:00"), at("2026-12-07 02:00"))]

    def test_leave_opens_a_gap_and_says_whose_g2(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        Absence.objects.create(
            agent=town.ana, starts_at=at("2026-11-28 00:00"), ends_at=at("2026-11-29 00:00")
        )
        hole = only()
        assert (hole.start, hole.end) == (at("2026-11-28 00:00"), at("2026-11-29 00:00"))
        assert (hole.kind, hole.why) == ("leave", "Ana Alvarez is on leave.")

    def test_a_team_on_leave_as_a_whole_fills_no_hours_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        everyone = list(Agent.objects.filter(teams__name="Support"))
        for agent in everyone:
            Absence.objects.create(
                agent=agent, starts_at=at("2026-12-01 08:00"), ends_at=at("2026-12-01 12:00")
            )
        assert len(everyone) > 2
        assert spans("low") == [(at("2026-12-01 08:00"), at("2026-12-01 12:00"))]
        assert "Everyone of Support is on leave." in only("low").why
        Absence.objects.filter(agent=everyone[-1]).delete()
        assert finding.find("low") == []

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"verified_at": None}, "has no contact method that works"),
            ({"disabled_at": at(NOW)}, "has no contact method that works"),
            ({"tested_at": at("2026-10-20 10:00")}, "tested in the last 30 days"),
            ({"tested_at": None}, "tested in the last 30 days"),
        ],
    )
    def test_only_a_verified_tested_method_in_use_reaches_g2(
        self, town: Town, rota: Seat, reachable: Seat, changes: dict[str, Any], why: str
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        Method.objects.update(**changes)
        found = finding.find("urgent")
        assert len(found) > 30  # every night and weekend of ninety days
        assert all(why in hole.why and hole.kind == "unreachable" for hole in found)
        reachable(town.ana)  # one that works is enough
        assert finding.find("urgent") == []

    def test_whoever_has_left_reaches_nobody_g2(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        town.ana.person.is_active = False
        town.ana.person.save()
        assert "has left the team" in finding.find("urgent")[0].why

    def test_an_impact_is_answered_by_its_own_policy_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana, town.eve, town.max)
        ensure_default_policy()  # which the other impacts keep
        policy = EscalationPolicy.objects.create(name="Nights")
        first = policy.steps.create(place=1)
        first.schedules.add(Schedule.objects.create(name="Empty"))
        policy.steps.create(place=2).agents.add(town.max)  # a last resort hides no gap
        Answering.objects.create(impact="urgent", policy=policy)
        assert {hole.why for hole in finding.find("urgent")} == {"Nobody is on call in Empty."}
        assert finding.find("high") == []
        first.agents.add(town.eve)
        assert finding.find("urgent") == []


def test_a_new_desk_is_warned_and_has_no_gap_g2(town: Town, rota: Seat, reachable: Seat) -> None:
    reachable(town.ben)
    Agent.objects.get(pk=town.ana.pk).person.save()
    rota(town.ana)
    for agent in Agent.objects.select_related("person"):
        agent.person.created_at = at("2026-11-01 10:00")
        agent.person.save(update_fields=["created_at"])
    assert spans() == []
    assert len(spans(warnings=True)) > 30
    with moved_to(at("2026-12-02 10:00")):
        assert len(spans()) > 30
        assert spans(warnings=True) == []


@pytest.mark.usefixtures("settled")
def test_where_nobody_has_a_method_pages_go_by_mail_and_that_is_a_warning_g2(
    town: Town, rota: Seat
) -> None:
    rota(town.ana)
    assert spans() == []
    assert len(spans(warnings=True)) > 30


@pytest.mark.usefixtures("settled")
class TestKeeping:
    def test_gaps_are_kept_and_remember_when_they_were_found_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        off(town.ana, "2026-12-02 20:00", "2026-12-02 22:00")
        assert len(gaps.recompute()) == 2  # Urgent and High
        with moved_to(at(NOW) + timedelta(hours=2)):
            assert gaps.recompute() == []
        assert {gap.found_at for gap in Gap.objects.all()} == {at(NOW)}
        Override.objects.all().delete()
        gaps.recompute()
        assert not Gap.objects.exists()

    def test_a_change_that_opens_a_gap_is_undone_without_a_managers_reason_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana)

        def change() -> Override:
            return off(town.ana, "2026-12-02 20:00", "2026-12-02 22:00")

        for by, reason in ((town.max, " "), (town.ana, "I am away")):
            with pytest.raises(gaps.OpensGaps, match="Urgent on Wed, Dec 2, 8:00 pm to 10:00 pm"):
                gaps.opened_by(change, what="an override", by=by, reason=reason)
        assert not Override.objects.exists()
        made = gaps.opened_by(change, what="an override", by=town.max, reason="Nobody works then")
        assert Override.objects.get() == made
        accepted = GapAccepted.objects.get()
        assert (accepted.by, accepted.reason) == (town.max, "Nobody works then")
        assert [gap["impact"] for gap in accepted.gaps] == ["urgent", "high"]

    def test_a_change_beside_gaps_that_were_there_needs_no_reason_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        there = off(town.ana, "2026-12-02 20:00", "2026-12-02 22:00")
        gaps.opened_by(lambda: there.save(), what="nothing", by=town.ana)
        gaps.opened_by(lambda: there.delete(), what="an override", by=town.ana)
        assert not GapAccepted.objects.exists()

    def test_the_night_tells_the_managers_once_what_has_opened_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana, tested="2026-10-26 10:00")
        gaps.recompute()
        for hours in (0, 24, 48, 72):  # the test of her method grows too old in these nights
            with moved_to(at(NOW) + timedelta(hours=hours)):
                keeping.look_again()
        (notice,) = Notice.objects.all()
        assert notice.recipient == town.max
        assert notice.path == "/oncall/gaps"
        assert "Ana Alvarez has no contact method" in notice.text


@pytest.mark.usefixtures("settled")
class TestScreens:
    def test_a_rota_that_opens_gaps_comes_back_with_the_question_why_g1(
        self, town: Town, rota: Seat, reachable: Seat, client: Client
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        client.force_login(town.max.person)
        schedule = schedules.ensure_default_schedule()
        form = {
            "kind": "replace",
            "agent": str(town.ana.pk),
            "by": str(town.ben.pk),  # whom nothing reaches
            "from": "2026-12-02T20:00",
            "to": "2026-12-02T22:00",
        }
        address = f"/oncall/schedules/{schedule.pk}/overrides"
        answer = client.post(address, form)
        assert answer.status_code == 422
        assert "Why is that right?" in answer.text
        assert 'name="from" value="2026-12-02T20:00"' in answer.text
        assert not Override.objects.exists()
        assert client.post(address, form | {"gap_reason": ""}).status_code == 422
        answer = client.post(address, form | {"gap_reason": "Ben sets up his phone today"})
        assert answer.status_code == 302
        assert Override.objects.get().by == town.ben
        assert GapAccepted.objects.get().what == "an override"

    def test_an_agent_is_sent_to_a_manager_g1(
        self, town: Town, rota: Seat, reachable: Seat, client: Client
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        client.force_login(town.ana.person)
        form = {"kind": "replace", "agent": str(town.ana.pk), "by": str(town.ben.pk)}
        form |= {"from": "2026-12-02T20:00", "to": "2026-12-02T22:00", "gap_reason": "I must"}
        address = f"/oncall/schedules/{schedules.ensure_default_schedule().pk}/overrides"
        answer = client.post(address, form)
        assert answer.status_code == 422
        assert "Only a manager can accept that." in answer.text
        assert not Override.objects.exists()

    def test_leave_is_leave_and_what_it_opens_is_told_to_the_managers_g1(
        self, town: Town, rota: Seat, reachable: Seat, client: Client
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        gaps.recompute()
        client.force_login(town.ana.person)
        client.post("/oncall/absences", {"from": "2026-12-05T00:00", "to": "2026-12-06T00:00"})
        assert Absence.objects.exists()
        assert "Ana Alvarez is on leave." in Notice.objects.get(recipient=town.max).text

    def test_a_swap_by_link_opens_none_either_g1(
        self, town: Town, rota: Seat, reachable: Seat, client: Client
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        primary = schedules.ensure_default_schedule()
        span = (at("2026-12-02 20:00"), at("2026-12-02 22:00"))
        made = swapping.ask(primary, swapping.Ask(span, town.ben), by=town.ana)
        (link,) = re.findall(r"/swap/\S+", OutboundMail.objects.get(subject__contains="swap").text)
        answer = client.post(link, {"answer": "take"})
        made.refresh_from_db()
        assert answer.status_code == 422 and made.state == "asked"
        assert "A manager can save it with a reason" in answer.text
        reachable(town.ben)
        assert client.post(link, {"answer": "take"}).status_code == 302

    def test_an_escalation_policy_that_calls_who_can_not_be_reached_asks_why_g1(
        self, town: Town, rota: Seat, reachable: Seat, client: Client
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        client.force_login(town.max.person)
        policy = ensure_default_policy()
        form = {"name": "Nights", "repeats": "1", "waits-0": "5", "agents-0": str(town.ben.pk)}
        answer = client.post(f"/oncall/policies/{policy.pk}", form)
        assert answer.status_code == 422 and "Ben Baker" in answer.text
        policy.refresh_from_db()
        assert policy.name != "Nights"
        form["gap_reason"] = "His phone comes tomorrow"
        assert client.post(f"/oncall/policies/{policy.pk}", form).status_code == 302
        assert GapAccepted.objects.get().reason == "His phone comes tomorrow"

    def test_what_a_new_promise_opens_is_told_to_the_managers_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        off(town.ana, "2026-12-02 20:00", "2026-12-02 22:00")
        gaps.recompute()
        assert not Gap.objects.filter(impact="normal").exists()
        version = current_version()
        promise = {"first_reply": {"target": 14_400, "coverage": "always"}}
        targets = {**version.document["targets"], "normal": promise}
        said = {**version.document, "targets": targets}
        make(version.policy, said, ladder=version.ladder, reason="Nights too", by=town.max.person)
        assert Gap.objects.filter(impact="normal").exists()
        assert Notice.objects.filter(recipient=town.max, text__contains="Normal on").exists()

    def test_the_list_says_why_and_what_closes_it_g1(
        self,
        town: Town,
        rota: Seat,
        reachable: Seat,
        client: Client,
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        for week in range(3):
            off(town.ana, f"2026-12-{2 + week:02} 20:00", f"2026-12-{2 + week:02} 22:00")
        client.force_login(town.ana.person)
        client.post("/oncall/gaps")
        page = client.get("/oncall/gaps").text
        assert "Nobody is on call in Primary." in page
        assert "and 2 more until Fri, Dec 4" in page
        assert 'aria-label="Urgent, the next 90 days: 6 h without anyone"' in page
        assert "Promises without anyone" in client.get("/oncall").text

    def test_finding_asks_the_database_as_often_for_many_people_as_for_one_g1(
        self, town: Town, rota: Seat, reachable: Seat
    ) -> None:
        rota(town.ana)
        reachable(town.ana)
        finding.find()
        with CaptureQueriesContext(connection) as one:
            finding.find()
        others = (town.ben, town.eve, town.max, town.ada)
        rota(town.ana, *others)
        reachable(*others)
        for agent in others:
            Absence.objects.create(
                agent=agent, starts_at=at("2026-12-01 08:00"), ends_at=at("2026-12-01 12:00")
            )
        with CaptureQueriesContext(connection) as five:
            finding.find()
        assert len(five) == len(one) < 25
