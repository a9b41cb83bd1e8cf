"""Watching the watcher (E8): what is left alone is found, what is looked after is not; and who is told."""

from __future__ import annotations

import email
import email.policy
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.monitoring.models import Alert, Body, Maintenance, Silence
from deskbell.monitoring.sources import ensure_default_source
from deskbell.monitoring.watched import make_component
from deskbell.oncall import replies
from deskbell.oncall.models import Call, Page, Watch
from deskbell.oncall.tests.conftest import NIGHT
from deskbell.oncall.watching import faults, rounds
from deskbell.realtime.beating import beat
from deskbell.realtime.models import Beat
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
NOW = at(NIGHT) + timedelta(minutes=20)


@pytest.fixture(autouse=True)
def later(db: None) -> Iterator[None]:
    """Twenty minutes after the night's alarm; all parts of the desk have just come round."""
    with moved_to(NOW):
        for name in faults.LOOPS:
            Beat.objects.create(name=name, at=NOW, within=180)
        yield


@pytest.fixture
def ringing(town: Town, rota: Callable[..., None], alarm: Callable[..., Ticket]) -> Call:
    """An alert for which the desk calls, by the plan."""
    rota(town.ana)
    alarm()
    Page.objects.update(state="sent")
    Body.objects.update(state="taken")
    Call.objects.update(next_at=NOW + timedelta(minutes=2))
    return Call.objects.get()


def reasons() -> list[str]:
    return [fault.reason for fault in faults.find()]


def stop(call: Call, **changes: Any) -> None:
    Call.objects.filter(pk=call.pk).update(**({"next_at": None} | changes))


def test_an_alert_whose_call_has_a_next_step_is_looked_after_e8(ringing: Call) -> None:
    assert reasons() == []


def test_an_alert_for_which_nobody_is_called_any_more_is_found_e8(ringing: Call) -> None:
    stop(ringing, state="over")
    (fault,) = faults.find()
    assert fault == (
        "alerts",
        "Nobody has these alerts, and nobody is called: Streaming is down.",
    )
    Call.objects.all().delete()
    assert reasons() == ["alerts"]


def test_an_alert_whose_next_step_was_due_long_ago_is_found_twice_e8(ringing: Call) -> None:
    stop(ringing, next_at=NOW - timedelta(minutes=2))
    assert reasons() == ["alerts", "calls"]
    stop(ringing, next_at=NOW - timedelta(minutes=1))  # the sweeper may be a little late
    assert reasons() == []


def test_a_held_call_with_its_wake_up_is_looked_after_e8(ringing: Call) -> None:
    stop(ringing, state="held", next_at=NOW + timedelta(hours=5))
    assert reasons() == []


def test_an_acknowledged_alert_is_in_hand_e8(town: Town, ringing: Call) -> None:
    replies.acknowledge(ringing.ticket, by=town.ana)
    assert reasons() == []
    Call.objects.all().delete()  # the event alone says it too
    assert reasons() == []


def test_an_answered_call_that_should_have_paged_again_is_found_e8(
    town: Town, ringing: Call
) -> None:
    replies.acknowledge(ringing.ticket, by=town.ana)
    Call.objects.update(checks_at=NOW + timedelta(minutes=9))
    assert reasons() == []
    Call.objects.update(checks_at=NOW - timedelta(minutes=9))
    assert reasons() == ["alerts", "calls"]


def test_an_answer_of_yesterday_is_none_for_an_alert_of_today_e8(ringing: Call) -> None:
    stop(ringing, state="answered", ended_at=NOW - timedelta(days=1))
    assert reasons() == ["alerts"]


def test_silenced_and_hidden_alerts_are_quiet_until_that_ends_e8(ringing: Call) -> None:
    stop(ringing, state="over")
    silence = Silence.objects.create(reason="Known", ends_at=NOW + timedelta(hours=1))
    Alert.objects.update(silence=silence)
    assert reasons() == []
    with moved_to(NOW + timedelta(hours=2)):
        Beat.objects.update(at=clock.now())
        assert reasons() == ["alerts"]
    alert = Alert.objects.get()
    cause = _alert("cause", state="open", silence=silence)
    Alert.objects.filter(pk=alert.pk).update(silence=None, hidden_by=cause)
    assert reasons() == []
    Alert.objects.filter(pk=cause.pk).update(state="resolved")
    assert reasons() == ["alerts"]


def test_an_alert_of_what_is_away_on_purpose_needs_nobody_until_that_ends_e8(ringing: Call) -> None:
    portal = make_component("Portal")
    hour = timedelta(hours=1)
    window = Maintenance.objects.create(title="Upgrade", starts_at=NOW - hour, ends_at=NOW + hour)
    window.components.add(portal)
    _alert("away", component=portal)
    assert reasons() == []
    Maintenance.objects.update(ended_at=NOW)
    assert reasons() == ["alerts"]


def test_a_solved_ticket_and_a_closed_alert_need_nobody_e8(ringing: Call) -> None:
    stop(ringing, state="over")
    Ticket.objects.update(state="solved")
    assert reasons() == []
    Ticket.objects.update(state="open")
    Alert.objects.update(state="resolved")
    assert reasons() == []


def test_a_page_that_does_not_leave_is_found_e8(ringing: Call) -> None:
    Page.objects.update(state="queued", due_at=NOW - timedelta(minutes=2))
    assert reasons() == []
    Page.objects.update(due_at=NOW - timedelta(minutes=4))
    (fault,) = faults.find()
    assert fault.sentence == "Pages wait and do not leave, the oldest for 4 min."


def test_a_page_that_its_provider_does_not_take_is_found_although_it_is_tried_again_e8(
    ringing: Call,
) -> None:
    Page.objects.update(state="queued", due_at=NOW + timedelta(minutes=1), attempts=4)
    assert reasons() == []
    Page.objects.update(attempts=5)
    (fault,) = faults.find()
    assert fault.sentence == "Pages wait and do not leave, the oldest for 20 min."


def test_a_body_that_became_nothing_is_found_e8(ringing: Call) -> None:
    Body.objects.update(state="waiting", received_at=NOW - timedelta(minutes=5))
    assert reasons() == ["bodies"]
    Body.objects.update(state="quarantined")
    assert reasons() == []


def test_a_loop_that_hangs_or_never_began_is_found_e8(ringing: Call) -> None:
    Beat.objects.filter(name="calls").update(at=NOW - timedelta(minutes=4))
    Beat.objects.filter(name="jobs").delete()
    (fault,) = faults.find()
    assert fault.sentence == (
        "Parts of the desk have not been heard of: "
        "“calls” for 4 min, “jobs” since the desk was set up."
    )


def test_a_loop_beats_at_most_every_quarter_of_a_minute_e8(ringing: Call) -> None:
    with CaptureQueriesContext(connection) as asked:
        for _ in range(50):
            beat("only in this test")
    assert len(asked) == 1
    assert Beat.objects.get(name="only in this test").within == 180


def test_it_reads_what_is_open_and_not_what_has_been_e8(ringing: Call) -> None:
    """A hundred thousand old alerts, and the same questions by their indexes (OnCall #724)."""
    _fill(100_000)
    stop(ringing, state="over")
    with CaptureQueriesContext(connection) as asked:
        assert reasons() == ["alerts"]
    assert len(asked) == 5
    with connection.cursor() as cursor:  # else it reads the four events of the tests as they lie
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = faults.left_alone(NOW).explain(analyze=True)
    assert "alert_open" in plan
    assert "Seq Scan on monitoring_alert" not in plan
    assert "Seq Scan on tickets_ticketevent" not in plan
    assert "rows=100000" not in plan and "Rows Removed by Filter: 100" not in plan


class TestTelling:
    """What the watch does with what it sees."""

    @pytest.fixture(autouse=True)
    def quiet_desk(self, town: Town, settings: Settings, tmp_path: Path) -> None:
        settings.OUTBOX, settings.EMAIL_RELAY = tmp_path / "outbox", None
        settings.DEADMAN_URL = ""

    def mails(self, settings: Settings) -> list[str]:
        raw = [file.read_bytes() for file in settings.OUTBOX.glob("*.eml")]
        parsed = [email.message_from_bytes(each, policy=email.policy.default) for each in raw]
        return sorted(f"To: {mail['To']}\n{mail['Subject']}\n{text_of(mail)}" for mail in parsed)

    def test_it_pings_only_while_all_is_well_e8(self, settings: Settings, tmp_path: Path) -> None:
        with deadman() as (address, pings):
            settings.DEADMAN_URL = address
            watcher = rounds.Watcher(tmp_path / "watch.json")
            assert watcher.look() == []
            assert pings == ["/ping/secret"]
            Beat.objects.all().delete()
            assert watcher.look()
            assert pings == ["/ping/secret"]
        seen = Watch.objects.get()
        assert seen.pinged_at == NOW
        assert [fault["reason"] for fault in seen.faults] == ["loops"]

    def test_managers_are_written_to_once_an_hour_for_each_reason_e8(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        def look(minutes: int) -> None:
            with moved_to(NOW + timedelta(minutes=minutes)):
                Beat.objects.update(at=clock.now())
                rounds.Watcher(tmp_path / "watch.json").look()  # a new process: it remembers

        Beat.objects.filter(name="calls").delete()
        for minute in range(5):
            look(minute)
        first = self.mails(settings)
        assert [mail.partition("\n")[0] for mail in first] == [
            "To: ada@desk.example",
            "To: max@desk.example",
        ]
        assert all("“calls”" in mail and "/oncall/watch" in mail for mail in first)
        Body.objects.create(
            source=ensure_default_source(), content=b"", sha256="", size=0, received_at=at(NIGHT)
        )
        look(5)
        assert len(self.mails(settings)) == 4  # another reason
        look(61)
        assert len(self.mails(settings)) == 6

    def test_that_all_is_well_again_is_told_once_e8(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        watcher = rounds.Watcher(tmp_path / "watch.json")
        Beat.objects.filter(name="calls").delete()
        watcher.look()
        Beat.objects.create(name="calls", at=NOW, within=180)
        watcher.look()
        watcher.look()
        told = [mail for mail in self.mails(settings) if "well again" in mail]
        assert len(told) == 2

    def test_a_database_that_stays_away_is_a_fault_it_writes_about_e8(
        self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with deadman() as (address, pings):
            settings.DEADMAN_URL = address
            watcher = rounds.Watcher(tmp_path / "watch.json")
            watcher.look()
            gone, find = [True], faults.find
            monkeypatch.setattr(faults, "find", lambda: _away() if gone[0] else find())
            assert watcher.look() == []  # a restart is no fault
            monkeypatch.setattr(rounds, "AWAY_FOR", 0.0)
            assert [fault.reason for fault in watcher.look()] == ["database"]
            assert len(self.mails(settings)) == 2  # whom to write to was remembered
            assert len(pings) == 1
            gone[0] = False
            assert watcher.look() == []
            assert len(pings) == 2

    def test_a_relay_that_is_down_is_tried_again_at_the_next_look_e8(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        settings.OUTBOX = tmp_path / "a file"
        settings.OUTBOX.write_text("in the way")
        watcher = rounds.Watcher(tmp_path / "watch.json")
        Beat.objects.all().delete()
        watcher.look()
        assert json.loads((tmp_path / "watch.json").read_text())["told"] == {}
        settings.OUTBOX.unlink()
        watcher.look()
        assert len(self.mails(settings)) == 2

    def test_an_address_that_fails_is_said_and_its_secret_is_not_e8(
        self, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        with deadman(answer=500) as (address, _):
            settings.DEADMAN_URL = address
            rounds.Watcher(tmp_path / "watch.json").look()
        assert Watch.objects.get().ping_said == "It answered 500."
        assert "secret" not in caplog.text

    def test_the_screen_says_whether_the_desk_is_well_e8(
        self, town: Town, client: Client, tmp_path: Path
    ) -> None:
        client.force_login(town.ana.person)
        assert "Nobody watches over the desk." in client.get("/oncall/watch").text
        rounds.Watcher(tmp_path / "watch.json").look()
        assert "All is well." in client.get("/oncall/watch").text
        Beat.objects.filter(name="calls").delete()
        page = client.get("/oncall/watch").text
        assert "Something is wrong with the desk itself." in page and "“calls”" in page


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content())


def _away() -> list[faults.Fault]:
    raise OperationalError("the connection was refused")


def _alert(key: str, **more: Any) -> Alert:
    return Alert.objects.create(
        source=ensure_default_source(),
        key=key,
        title=key,
        started_at=NOW,
        received_at=NOW,
        last_seen_at=NOW,
        **more,
    )


def _fill(count: int) -> None:
    """Alerts that are over, with their tickets' calls and events."""
    now: datetime = NOW - timedelta(days=3)
    source = ensure_default_source()
    ticket = Ticket.objects.get()
    Alert.objects.bulk_create(
        (
            Alert(
                source=source,
                key=f"old {number}",
                title="Old",
                state="resolved",
                started_at=now,
                received_at=now,
                last_seen_at=now,
                ticket=ticket if number % 1000 == 0 else None,
            )
            for number in range(count)
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE monitoring_alert")


@contextmanager
def deadman(answer: int = 200) -> Iterator[tuple[str, list[str]]]:
    """A service outside that waits for pings: its address, and the paths that were asked for."""
    pings: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pings.append(self.path)
            self.send_response(answer)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Answering)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ping/secret", pings
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
