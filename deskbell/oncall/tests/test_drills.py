"""Drills (E9): through the public door to a real person, marked everywhere, measured and kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.mail.models import OutboundMail
from deskbell.monitoring.intake import taking
from deskbell.monitoring.models import Alert
from deskbell.oncall import escalating, replies
from deskbell.oncall.drills import drawing, planning, running
from deskbell.oncall.models import Call, Drill, DrillRun
from deskbell.people.models import Agent, Notice
from deskbell.tickets.models import Ticket
from tests.town import Town, at

MORNING = "2026-11-24 09:00"
Seat = Callable[..., None]


def planned(by: Agent, every: str = "7", when: str = "10:30") -> Drill:
    return planning.add("Weekly", every, when, "urgent", by=by)


@pytest.mark.django_db(transaction=True)
class TestThroughTheDoor:
    @pytest.fixture(autouse=True)
    def door(self, live_server: LiveServer, settings: Settings) -> None:
        settings.DESK_URL = live_server.url

    def test_it_comes_in_by_http_and_pages_a_person_marked_as_a_drill_e9(
        self, town: Town, rota: Seat
    ) -> None:
        rota(town.ana)
        run = planning.begin(planned(town.max))
        assert running.send(run)
        assert taking.take_next()
        alert = Alert.objects.get()
        run.refresh_from_db()
        assert alert.is_drill and run.alert == alert
        assert alert.ticket and alert.ticket.subject == "DRILL: Weekly"
        call = Call.objects.get()
        assert call.reason == "Alert from Drills (Urgent)"
        mail = OutboundMail.objects.get(page__isnull=False)
        assert mail.to_address == "ana@desk.example"
        assert "DRILL: Weekly" in mail.subject and "DRILL: Weekly" in mail.text

    def test_the_acknowledgement_is_measured_kept_and_ends_it_e9(
        self, town: Town, rota: Seat
    ) -> None:
        rota(town.ana)
        run = planning.begin(planned(town.max))
        running.send(run)
        taking.take_next()
        alert = Alert.objects.get()
        assert alert.ticket
        with moved_to(run.began_at + timedelta(seconds=74)):
            replies.acknowledge(alert.ticket, by=town.ana)
            run.refresh_from_db()
            assert run.acknowledged_by == town.ana
            assert run.acknowledged_at == run.began_at + timedelta(seconds=74)
            running.end(DrillRun.objects.get())
        assert taking.take_next()
        assert Alert.objects.get().state == Alert.State.RESOLVED
        assert Ticket.objects.get().state == "solved"
        (shown,) = drawing.drills()
        assert shown.median == timedelta(seconds=74)
        assert [(went.kind, went.rounds) for went in shown.runs] == [("met", 1)]

    def test_one_that_nobody_answers_goes_on_as_a_real_one_does_e9(
        self, town: Town, rota: Seat
    ) -> None:
        rota(town.ana)
        running.send(planning.begin(planned(town.max)))
        taking.take_next()
        called = {page.agent for page in Call.objects.get().pages.all()}
        assert called == {town.ana}
        with moved_to(clock.now() + timedelta(minutes=6)):
            escalating.ring_what_is_due()
        assert Call.objects.get().pages.filter(agent=town.max).exists()

    def test_a_door_that_takes_nothing_is_told_to_the_managers_e9(
        self, town: Town, settings: Settings
    ) -> None:
        settings.DESK_URL += "/elsewhere"
        run = planning.begin(planned(town.max))
        assert not running.send(run)
        run.refresh_from_db()
        assert run.said == "It answered 404."
        notice = Notice.objects.get(recipient=town.max)
        assert notice.text == "DRILL: the desk's own door took no alert. It answered 404."
        (shown,) = drawing.drills()
        assert shown.runs[0].kind == "lost"


@pytest.mark.django_db
class TestPlanning:
    def test_a_drill_runs_at_its_wall_clock_time_over_a_change_e9(self, town: Town) -> None:
        with moved_to(at("2026-10-30 09:00")):
            drill = planned(town.max)
        assert drill.next_at == at("2026-10-30 10:30")
        with moved_to(at("2026-10-30 10:31")):
            assert planning.begin_due() == 1
            assert planning.begin_due() == 0
        drill.refresh_from_db()
        assert drill.next_at == at("2026-11-06 10:30")  # an hour more than seven times 24

    def test_one_that_was_missed_runs_once_e9(self, town: Town) -> None:
        with moved_to(at("2026-10-30 09:00")):
            drill = planned(town.max)
        with moved_to(at("2026-11-20 12:00")):
            assert planning.begin_due() == 1
        drill.refresh_from_db()
        assert drill.next_at == at("2026-11-27 10:30")
        assert DrillRun.objects.count() == 1

    def test_a_paused_drill_rests_until_it_goes_on_e9(self, town: Town) -> None:
        with moved_to(at(MORNING)):
            drill = planned(town.max)
            planning.pause(drill, paused=True)
        with moved_to(at("2026-12-20 12:00")):
            assert planning.begin_due() == 0
            planning.pause(drill, paused=False)
        assert drill.next_at == at("2026-12-21 10:30")

    def test_pressing_twice_is_one_drill_e9(self, town: Town) -> None:
        drill = planned(town.max)
        planning.begin(drill)
        with pytest.raises(Refused, match="just begun"):
            planning.begin(drill)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"name": " "}, "name"),
            ({"every": "0"}, "1 to 366"),
            ({"every": "x"}, "1 to 366"),
            ({"at": "25:00"}, "no time of day"),
            ({"impact": "awful"}, "impact"),
        ],
    )
    def test_what_cannot_be_planned_is_said_e9(
        self, town: Town, changes: dict[str, str], sentence: str
    ) -> None:
        form = {"name": "Weekly", "every": "7", "at": "10:30", "impact": "urgent"} | changes
        with pytest.raises(Refused, match=sentence):
            planning.add(**form, by=town.max)

    def test_an_alert_that_only_calls_itself_a_drill_is_a_real_one_e9(
        self, town: Town, rota: Seat, alarm: Callable[..., Ticket]
    ) -> None:
        rota(town.ana)
        run = planning.begin(planned(town.max))
        alarm(key=f"drill-{run.pk}")
        assert not Alert.objects.get().is_drill

    def test_the_screen_plans_runs_and_shows_them_e9(self, town: Town, client: Client) -> None:
        client.force_login(town.max.person)
        form = {"name": "Weekly", "every": "7", "at": "10:30", "impact": "high"}
        client.post("/oncall/drills/plan", form)
        drill = Drill.objects.get()
        client.post(f"/oncall/drills/{drill.pk}/runs")
        run = drill.runs.get()
        run.acknowledged_by, run.acknowledged_at = town.ana, run.began_at + timedelta(seconds=95)
        run.save()
        page = client.get("/oncall/drills").text
        assert "Acknowledged after 1 min 35 s" in page
        assert "every 7 days at 10:30" in page
        client.force_login(town.ana.person)
        assert client.post(f"/oncall/drills/{drill.pk}/runs").status_code == 403
