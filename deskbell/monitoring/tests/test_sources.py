"""Sources as people set them up; what came in; silences, symptoms and what lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from deskbell.lib import clock
from deskbell.monitoring import alerts, lasting, watched
from deskbell.monitoring.alerting import testing
from deskbell.monitoring.intake import taking
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Body, Component, Maintenance, Silence, Source
from deskbell.monitoring.sources import address, ensure_default_source
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock_at() -> Iterator[Callable[[datetime], None]]:
    """Lets the desk's clock stand still at an instant, and then at another."""
    with ExitStack() as moved:

        def move(instant: datetime) -> None:
            moved.close()
            moved.enter_context(clock.moved_to(instant))

        yield move


def say(key: str, component: Component | None = None, **changes: Any) -> Alert:
    reported = {
        "key": key,
        "title": f"{key} is down",
        "text": "It does not answer.",
        "severity": "",
        "labels": {},
        "started": clock.now(),
        "ended": None,
        **changes,
    }
    said = alerts.Said(ensure_default_source(), clock.now(), component=component)
    alerts.take_said(Reported(**reported), said)
    return Alert.objects.filter(key=key).latest("id")


class TestSources:
    @pytest.mark.parametrize(
        "kind", ["alertmanager", "grafana", "kuma", "sns", "pagerduty", "json", "mail"]
    )
    def test_an_administrator_adds_one_and_gets_what_to_paste(
        self, town: Town, client: Client, kind: str
    ) -> None:
        client.force_login(town.ada.person)
        form = {"kind": kind, "name": "Ours", "place-title": "title"}
        page = client.post("/alerts/sources", form, follow=True)
        made = Source.objects.get(name="Ours")
        assert page.status_code == 200
        assert address(made) in page.text

    def test_what_is_wrong_is_said_and_the_form_stays(self, town: Town, client: Client) -> None:
        client.force_login(town.ada.person)
        client.post("/alerts/sources", {"kind": "sns", "name": "Amazon"})
        made = Source.objects.get(name="Amazon")
        form = {"name": "Amazon", "impact": "high", "topics": "everything"}
        page = client.post(f"/alerts/sources/{made.pk}", form)
        assert page.status_code == 422
        assert "“everything” is no topic" in page.text
        form["topics"] = "arn:aws:sns:us-east-1:123456789012:alarms"
        assert client.post(f"/alerts/sources/{made.pk}", form).status_code == 302
        made.refresh_from_db()
        assert made.settings == {"topics": [form["topics"]]}
        assert made.impact == "high"

    def test_a_signing_secret_is_sealed_and_never_shown(self, town: Town, client: Client) -> None:
        client.force_login(town.ada.person)
        client.post("/alerts/sources", {"kind": "grafana", "name": "Grafana"})
        made = Source.objects.get(name="Grafana")
        page = client.post(
            f"/alerts/sources/{made.pk}", {"name": "Grafana", "secret": "hunter2"}, follow=True
        )
        made.refresh_from_db()
        assert "hunter2" not in made.sealed
        assert "hunter2" not in page.text

    def test_another_address_ends_the_old_one(self, town: Town, client: Client) -> None:
        source = ensure_default_source()
        before = source.token
        client.force_login(town.ada.person)
        client.post(f"/alerts/sources/{source.pk}/renewal")
        path = f"/alerts/alertmanager/{before}"
        assert client.post(path, "{}", content_type="application/json").status_code == 404

    @pytest.mark.parametrize("kind", ["alertmanager", "grafana", "kuma", "pagerduty", "mail"])
    def test_a_test_is_taken_and_opens_nothing(self, town: Town, client: Client, kind: str) -> None:
        source = Source.objects.create(name="Ours", kind=kind, token="1f3a")
        path = address(source).partition("://")[2].partition("/")[2]
        if kind == Source.Kind.MAIL:
            testing.send(source)
        else:
            headers = {"X-Deskbell-Test": "1"}
            sample = testing.sample(source)
            client.post(f"/{path}", sample, content_type="application/json", headers=headers)
        assert taking.take_next()
        body = Body.objects.get()
        assert (body.state, body.is_test) == ("taken", True)
        assert not Ticket.objects.exists()

    def test_a_test_that_fires_or_cannot_be_read_pages_nobody(
        self, town: Town, client: Client
    ) -> None:
        settings = {"mapping": {"title": "name"}, "sample": '{"name": "Disk full"}'}
        Source.objects.create(name="Any", kind="json", token="any", settings=settings)
        amazon = Source.objects.create(name="Amazon", kind="sns", token="sns")
        headers = {"X-Deskbell-Test": "1"}
        for path, body in (
            ("json/any", {"name": "Disk full"}),
            ("sns/sns", testing.sample(amazon)),
        ):
            client.post(f"/alerts/{path}", body, "application/json", headers=headers)
        while taking.take_next():
            pass
        assert Body.objects.get(source=amazon).result.startswith("Its topic is “test”")
        assert Body.objects.exclude(source=amazon).get().result == "1 alert read"
        assert not Alert.objects.exists()

    def test_a_body_in_quarantine_is_read_again(self, town: Town, client: Client) -> None:
        source = Source.objects.create(name="Ours", kind="json", token="t", settings={})
        client.post("/alerts/json/t", {"name": "Disk full"}, content_type="application/json")
        assert taking.take_next()
        body = Body.objects.get()
        assert body.state == "quarantined"
        source.settings = {"mapping": {"title": "name"}}
        source.save()
        client.force_login(town.ana.person)
        client.post(f"/alerts/bodies/{body.pk}/retry")
        assert taking.take_next()
        body.refresh_from_db()
        assert (body.state, body.result) == ("taken", "1 raised")
        assert [each.title for each in Alert.objects.open()] == ["Disk full"]


class TestPreview:
    MAPPING = {"place-list": "events", "place-title": "name", "place-state": "state"}
    SAMPLE = (
        '{"events": [{"name": "Disk full", "state": "bad"}, {"name": "<b>Web</b>", "state": "ok"}]}'
    )

    def shown(self, client: Client, **form: str) -> str:
        source, _ = Source.objects.get_or_create(
            name="Any", kind="json", token="any", defaults={"settings": {}}
        )
        answer = client.post(f"/alerts/sources/{source.pk}/preview", self.MAPPING | form)
        assert answer.status_code == 200
        source.refresh_from_db()
        assert source.settings == {}  # nothing is saved
        return answer.text

    def test_it_shows_what_the_mapping_reads_of_a_pasted_body(
        self, town: Town, client: Client
    ) -> None:
        client.force_login(town.ada.person)
        page = self.shown(client, sample=self.SAMPLE)
        assert "2 alerts" in page
        assert page.index("Disk full") < page.index("Open") < page.index("Over")
        assert "<b>Web" not in page

    def test_it_reads_a_body_that_came_in(self, town: Town, client: Client) -> None:
        client.force_login(town.ada.person)
        self.shown(client)
        content = self.SAMPLE.replace("Disk", "Queue")
        client.post("/alerts/json/any", content, content_type="application/json")
        assert "Queue full" in self.shown(client, body=str(Body.objects.get().pk))

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({"sample": "{"}, "It is not JSON"),
            ({"sample": "{}"}, "There is no list at “events”"),
            ({"sample": ""}, "Paste a sample"),
            ({"sample": "{}", "place-title": ""}, "Say where the title"),
            ({"body": "9999999"}, "no longer kept"),
            ({"sample": '{"events": [{}]}'}, "Alert 1 of 1: there is no title"),
        ],
    )
    def test_what_does_not_work_is_said(
        self, town: Town, client: Client, form: dict[str, str], said: str
    ) -> None:
        client.force_login(town.ada.person)
        assert said in self.shown(client, **form)


class TestGroups:
    def test_alerts_of_a_component_share_its_ticket_and_its_impact(self, town: Town) -> None:
        roster = watched.make_component("Rostering")
        roster.impact = "high"
        roster.save()
        first, second = say("one", roster), say("two", roster)
        assert first.ticket == second.ticket
        assert Ticket.objects.get().impact == "high"

    def test_a_label_names_the_component(self, town: Town, client: Client) -> None:
        watched.make_component("Streaming")
        source = Source.objects.create(
            name="Any",
            kind="json",
            token="t",
            settings={"mapping": {"title": "a", "component": "c"}},
        )
        client.post("/alerts/json/t", {"a": "Down", "c": "streaming"}, "application/json")
        assert taking.take_next()
        assert str(Alert.objects.get(source=source).component) == "Streaming"

    def test_a_storm_without_groups_shares_a_ticket_in_the_end(self, town: Town) -> None:
        for number in range(15):
            say(f"host {number}")
        assert Alert.objects.count() == 15
        assert Ticket.objects.count() == 11
        assert not Alert.objects.filter(ticket=None).exists()

    def test_a_solved_ticket_is_not_joined(self, town: Town) -> None:
        roster = watched.make_component("Rostering")
        first = say("one", roster)
        Ticket.objects.filter(alerts=first).update(state="solved")
        assert say("two", roster).ticket != first.ticket


class TestQuiet:
    def test_a_silence_keeps_pages_back_until_its_end(
        self, town: Town, client: Client, clock_at: Any
    ) -> None:
        clock_at(at("2026-11-25 10:00"))
        first = say("disk")
        client.force_login(town.ana.person)
        client.post(f"/alerts/{first.pk}/silence", {"hours": "1", "reason": "Replacing it"})
        say("disk", ended=clock.now() + timedelta(seconds=1))
        again = say("disk", started=clock.now() + timedelta(minutes=6))
        assert again.ticket is None
        assert "Replacing it" in client.get("/alerts/silences").text
        lasting.step()
        again.refresh_from_db()
        assert again.ticket is None
        clock_at(at("2026-11-25 11:01"))
        lasting.step()
        again.refresh_from_db()
        assert again.ticket is not None

    def test_a_silence_ended_by_hand_tells_what_lasts(self, town: Town, client: Client) -> None:
        silence = Silence.objects.create(
            fits=[["key", "~", "DISK"]], reason="x", ends_at=clock.now() + timedelta(hours=1)
        )
        quiet = say("a disk")
        assert quiet.ticket is None
        client.force_login(town.ana.person)
        client.post(f"/alerts/silences/{silence.pk}/end")
        lasting.step()
        quiet.refresh_from_db()
        assert quiet.ticket is not None

    def test_a_silence_that_names_nothing_silences_nothing(self, town: Town) -> None:
        Silence.objects.create(fits=[], reason="x", ends_at=clock.now() + timedelta(hours=1))
        assert say("disk").ticket is not None

    def test_the_failure_of_what_it_depends_on_hides_a_symptom(self, town: Town) -> None:
        network, portal = watched.make_component("Network"), watched.make_component("Portal")
        portal.depends_on.add(network)
        cause = say("network", network)
        symptom = say("portal", portal)
        assert (symptom.ticket, symptom.hidden_by) == (None, cause)
        lasting.step()
        symptom.refresh_from_db()
        assert symptom.ticket is None
        say("network", network, started=cause.started_at, ended=clock.now())
        lasting.step()
        symptom.refresh_from_db()
        assert symptom.ticket is not None

    @pytest.mark.parametrize(
        "explains_nothing",
        [
            {"stale_since": clock.now()},
            {"impact": "high"},
            {"is_drill": True},
            {"state": "resolved"},
        ],
    )
    def test_a_cause_that_may_be_over_or_calls_nobody_as_fast_hides_nothing(
        self, town: Town, explains_nothing: dict[str, Any]
    ) -> None:
        network, portal = watched.make_component("Network"), watched.make_component("Portal")
        portal.depends_on.add(network)
        cause = say("network", network)
        Alert.objects.filter(pk=cause.pk).update(**explains_nothing)
        symptom = say("portal", portal)
        assert symptom.hidden_by is None
        assert symptom.ticket is not None

    def test_a_cause_that_goes_stale_lets_go_of_its_symptom(self, town: Town) -> None:
        network, portal = watched.make_component("Network"), watched.make_component("Portal")
        portal.depends_on.add(network)
        cause, symptom = say("network", network), say("portal", portal)
        assert symptom.hidden_by == cause
        Alert.objects.filter(pk=cause.pk).update(stale_since=clock.now())
        lasting.step()
        symptom.refresh_from_db()
        assert symptom.hidden_by_id is None
        assert symptom.ticket is not None

    def test_maintenance_pages_nobody_and_what_outlasts_it_does(
        self, town: Town, clock_at: Any
    ) -> None:
        clock_at(at("2026-11-25 10:00"))
        portal = watched.make_component("Portal")
        window = Maintenance.objects.create(
            title="Upgrade",
            starts_at=clock.now() - timedelta(minutes=5),
            ends_at=clock.now() + timedelta(minutes=30),
        )
        window.components.add(portal)
        down = say("portal", portal)
        assert down.ticket is None
        clock_at(at("2026-11-25 10:31"))
        lasting.step()
        down.refresh_from_db()
        assert down.ticket is not None


class TestLasting:
    def test_what_is_not_repeated_for_twice_the_interval_is_stale_and_not_resolved(
        self, town: Town, clock_at: Any
    ) -> None:
        clock_at(at("2026-11-25 10:00"))
        source = ensure_default_source()
        source.repeats_every = timedelta(hours=4)
        source.save()
        alert = say("disk")
        clock_at(at("2026-11-25 17:59"))
        lasting.step()
        alert.refresh_from_db()
        assert alert.stale_since is None
        clock_at(at("2026-11-25 18:01"))
        lasting.step()
        alert.refresh_from_db()
        assert alert.is_open
        assert alert.stale_since == clock.now()
        assert say("disk", started=alert.started_at).stale_since is None

    def test_a_source_gone_silent_is_an_alert_until_it_speaks(
        self, town: Town, client: Client, clock_at: Any
    ) -> None:
        clock_at(at("2026-11-25 10:00"))
        source = ensure_default_source()
        source.speaks_every, source.created_at = timedelta(hours=1), clock.now()
        source.save()
        lasting.step()
        assert not Alert.objects.exists()
        clock_at(at("2026-11-25 11:01"))
        lasting.step()
        lasting.step()
        alert = Alert.objects.get()
        assert alert.title == "Alertmanager has gone silent"
        assert alert.ticket is not None
        clock_at(at("2026-11-25 11:05"))
        client.post(f"/alerts/alertmanager/{source.token}", "{}", content_type="application/json")
        lasting.step()
        alert.refresh_from_db()
        assert alert.state == "resolved"
