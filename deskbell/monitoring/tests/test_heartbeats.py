"""Door 8 of the alerts' rules: heartbeats, with the URL habits of Healthchecks and of Uptime Kuma.

The addresses, methods and answers follow docs of healthchecks.io ("Pinging API", "Measuring script run
time", "Attaching logs") and the `/api/push/` router of Uptime Kuma (`server/routers/api-router.js`).
"""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.monitoring.heartbeats import editing, overdue, telling
from deskbell.monitoring.heartbeats.due import NOT_DUE, expected_at, overdue_at
from deskbell.monitoring.models import Alert, Check, Component, Ping
from deskbell.tickets.models import Ticket
from tests.town import Town, at

FORM = {"name": "Roster import", "new_component": "Rostering", "every": "1 h", "grace": "5 min"}


@pytest.fixture
def job(town: Town) -> Check:
    """An hourly job with five minutes of grace."""
    with moved_to(at("2026-11-24 08:00")):
        return editing.save(FORM)


def call(job: Check, path: str = "", when: str = "2026-11-24 09:00", **more: object) -> str:
    """Ping as a job would, at that wall-clock time; returns status and text."""
    with moved_to(at(when)):
        answer = Client(enforce_csrf_checks=True).post(f"/ping/{job.token}{path}", **more)  # type: ignore[arg-type]
    job.refresh_from_db()
    return f"{answer.status_code} {answer.content.decode()}"


def look(job: Check, when: str) -> None:
    """Let the worker look at that time."""
    with moved_to(at(when)):
        overdue.step()
    job.refresh_from_db()


def test_head_get_and_post_are_answered_ok_and_kept(job: Check) -> None:
    visitor = Client(enforce_csrf_checks=True)
    for method in (visitor.head, visitor.get, visitor.post):
        answer = method(f"/ping/{job.token}")
        assert answer.status_code == 200
        assert answer["Ping-Body-Limit"] == "10000"
        assert "Set-Cookie" not in answer
    assert visitor.get(f"/ping/{job.token}").content == b"OK"
    assert visitor.put(f"/ping/{job.token}").status_code == 405
    assert Ping.objects.filter(of=job, kind="success").count() == 4


def test_a_wrong_address_is_404_and_keeps_nothing(job: Check) -> None:
    assert Client().get(f"/ping/{uuid4()}").status_code == 404
    assert Client().get("/ping/wrong").status_code == 404
    assert not Ping.objects.exists()


def test_the_first_ten_kilobytes_of_a_body_are_kept(job: Check) -> None:
    call(job, data=b"x" * 30_000, content_type="text/plain")
    assert bytes(Ping.objects.get().body) == b"x" * 10_000


def test_a_body_that_is_no_text_is_kept_and_shown(job: Check, town: Town) -> None:
    call(job, data=b"\xff\x00<b>dark</b>", content_type="application/octet-stream")
    browser = Client()
    browser.force_login(town.ana.person)
    page = browser.get(f"/heartbeats/{job.pk}").content.decode()
    assert "&lt;b&gt;dark" in page and "<b>dark" not in page
    raw = browser.get(f"/heartbeats/{job.pk}/pings/{Ping.objects.get().pk}")
    assert (raw.content, raw["Content-Type"]) == (
        b"\xff\x00<b>dark</b>",
        "text/plain; charset=utf-8",
    )


def test_it_is_down_exactly_when_its_grace_is_over_and_one_ticket_opens(job: Check) -> None:
    call(job, when="2026-11-24 09:00")
    assert job.next_at == at("2026-11-24 10:05")
    look(job, "2026-11-24 10:04")
    assert job.state == "up" and not Alert.objects.exists()
    look(job, "2026-11-24 10:06")
    assert (job.state, job.state_since, job.next_at) == ("down", at("2026-11-24 10:05"), NOT_DUE)
    look(job, "2026-11-24 12:00")
    alert = Alert.objects.get()
    assert (alert.is_open, alert.component, alert.impact) == (True, job.component, "urgent")
    assert Ticket.objects.get().subject == "Roster import: no heartbeat"


def test_when_it_comes_again_the_alert_ends_and_the_component_is_well(job: Check) -> None:
    call(job, when="2026-11-24 09:00")
    look(job, "2026-11-24 10:06")
    assert Component.objects.get().state == "major_outage"
    call(job, when="2026-11-24 10:30")
    alert = Alert.objects.get()
    assert (alert.state, alert.ended_at) == ("resolved", at("2026-11-24 10:30"))
    assert Component.objects.get().state == "operational"
    assert [c.state for c in job.changes.order_by("id")] == ["up", "down", "up"]


def test_a_second_silence_is_a_second_episode(job: Check) -> None:
    call(job, when="2026-11-24 09:00")
    look(job, "2026-11-24 10:06")
    call(job, when="2026-11-24 10:30")
    look(job, "2026-11-24 12:00")
    assert [a.is_open for a in Alert.objects.order_by("id")] == [False, True]


def test_a_failure_is_down_at_once_with_what_it_said(job: Check) -> None:
    call(job, "/fail", data=b"Disk full\nmore", content_type="text/plain")
    assert (job.state, job.last_said) == ("down", "Disk full")
    ticket = Ticket.objects.get()
    assert ticket.subject == "Roster import: it failed"
    assert "more" in ticket.messages.get().text


@pytest.mark.parametrize(("status", "state"), [(0, "up"), (1, "down"), (255, "down")])
def test_an_exit_status_says_whether_it_went_well(job: Check, status: int, state: str) -> None:
    assert call(job, f"/{status}") == "200 OK"
    assert (job.state, Ping.objects.get().exit_status) == (state, status)


def test_an_exit_status_over_255_is_refused(job: Check) -> None:
    assert call(job, "/256").startswith("400")


def test_log_changes_nothing_and_is_kept(job: Check) -> None:
    call(job, "/log", data=b"half done", content_type="text/plain")
    assert (job.state, Ping.objects.get().kind) == ("new", "log")


def test_a_run_that_began_must_end_within_the_grace(job: Check) -> None:
    call(job, when="2026-11-24 09:00")
    call(job, "/start", when="2026-11-24 09:10")
    assert job.next_at == at("2026-11-24 09:15")
    look(job, "2026-11-24 09:16")
    assert job.state == "down" and "has not ended" in job.last_said


def test_a_first_run_that_never_ends_is_down_too(job: Check) -> None:
    call(job, "/start", when="2026-11-24 09:00")
    look(job, "2026-11-24 09:06")
    assert job.state == "down"


def test_runs_with_names_are_measured_apart(job: Check) -> None:
    one, two = uuid4(), uuid4()
    call(job, f"/start?rid={one}", when="2026-11-24 09:00")
    call(job, f"/start?rid={two}", when="2026-11-24 09:01")
    call(job, f"?rid={one}", when="2026-11-24 09:03")
    call(job, f"?rid={two}", when="2026-11-24 09:03")
    took = list(Ping.objects.filter(kind="success").order_by("id").values_list("took", flat=True))
    assert took == [timedelta(minutes=3), timedelta(minutes=2)]


def test_a_name_of_a_run_that_cannot_be_read_does_not_lose_the_ping(job: Check) -> None:
    assert call(job, "?rid=nonsense") == "200 OK"
    assert job.state == "up" and Ping.objects.get().run is None


def test_one_that_has_never_come_is_new_and_calls_nobody(job: Check) -> None:
    look(job, "2027-01-01 00:00")
    assert job.state == "new" and not Alert.objects.exists()


def test_a_schedule_goes_by_the_wall_clock_over_a_change_of_the_clocks(job: Check) -> None:
    """T1: 03:00 Eastern is 08:00Z before 2026-03-08 and 07:00Z after it."""
    job.asks = {"cron": "0 3 * * *", "zone": "America/New_York"}
    assert expected_at(job, at("2026-03-06 03:01")).isoformat() == "2026-03-07T08:00:00+00:00"
    assert expected_at(job, at("2026-03-07 03:01")).isoformat() == "2026-03-08T07:00:00+00:00"
    assert expected_at(job, at("2026-10-31 03:01")).isoformat() == "2026-11-01T08:00:00+00:00"


def test_a_schedule_and_its_grace_say_when_it_is_overdue(job: Check, town: Town) -> None:
    form = FORM | {"cron": "0 3 * * *", "zone": "America/New_York"}
    editing.save(form, job)
    call(job, when="2026-11-24 03:02")
    assert job.next_at == at("2026-11-25 03:05")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"every": "soon"},
        {"grace": "1 s"},
        {"cron": "61 3 * * *", "zone": "America/New_York"},
        {"cron": "0 3 * * *", "zone": "US/Eastern"},
        {"new_component": "", "component": "none"},
    ],
    ids=str,
)
def test_a_form_that_cannot_be_kept_is_refused_in_a_sentence(
    town: Town, wrong: dict[str, str]
) -> None:
    with pytest.raises(Refused, match=r"[.]$"):
        editing.save(FORM | wrong)
    assert not Check.objects.exists()


def test_a_paused_one_keeps_its_pings_and_calls_nobody(job: Check) -> None:
    call(job, when="2026-11-24 09:00")
    editing.pause(job, on=True)
    call(job, "/fail", when="2026-11-24 09:30")
    look(job, "2026-11-24 12:00")
    assert (job.state, Ping.objects.count(), Alert.objects.count()) == ("paused", 2, 0)
    with moved_to(at("2026-11-24 13:00")):
        editing.pause(job, on=False)
    job.refresh_from_db()
    assert (job.state, job.next_at) == ("up", at("2026-11-24 14:05"))


def test_pausing_ends_an_open_alert(job: Check) -> None:
    call(job, "/fail")
    editing.pause(job, on=True)
    assert not Alert.objects.open().exists()


def test_one_that_moves_leaves_its_old_component_not_watched(job: Check) -> None:
    editing.save(FORM | {"new_component": "Backups"}, job)
    assert {c.name: c.state for c in Component.objects.all()} == {
        "Rostering": "not_watched",
        "Backups": "unknown",
    }


def test_removing_takes_its_pings_along_and_ends_its_alert(job: Check) -> None:
    call(job, "/fail")
    editing.remove(job)
    assert not Ping.objects.exists() and not Alert.objects.open().exists()
    assert Component.objects.get().state == "not_watched"


def test_a_fault_in_telling_does_not_lose_the_ping_and_is_made_good(
    job: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = telling.changed

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(telling, "changed", broken)
    assert call(job, "/fail") == "200 OK"
    assert job.state == "down" and not Alert.objects.exists()
    monkeypatch.setattr(telling, "changed", told)
    look(job, "2026-11-24 09:01")
    assert Alert.objects.open().count() == 1 and overdue_at(job) == job.next_at


def test_only_the_last_hundred_pings_are_kept(job: Check) -> None:
    Ping.objects.bulk_create(Ping(of=job, kind="success") for _ in range(130))
    assert overdue.trim() == 30
    assert overdue.trim() == 0 and Ping.objects.count() == 100


def test_a_push_of_uptime_kuma_is_a_ping(job: Check) -> None:
    answer = Client().get(f"/api/push/{job.token.hex}?status=up&msg=OK&ping=12.5")
    job.refresh_from_db()
    assert answer.json() == {"ok": True}
    assert (job.state, job.last_ms, job.last_said) == ("up", 12.5, "OK")
    Client().get(f"/api/push/{job.token}?status=down&msg=No+answer&ping=")
    job.refresh_from_db()
    assert (job.state, job.last_said) == ("down", "No answer")


def test_a_push_with_a_wrong_token_is_404(job: Check) -> None:
    for token in ("wrong", uuid4().hex):
        assert Client().get(f"/api/push/{token}").status_code == 404


def test_only_managers_see_the_secret_address(job: Check, town: Town) -> None:
    seen = {}
    for agent in (town.ana, town.max):
        browser = Client()
        browser.force_login(agent.person)
        page = browser.get(f"/heartbeats/{job.pk}").content.decode()
        seen[agent] = str(job.token) in page or job.token.hex in page
    assert seen == {town.ana: False, town.max: True}


def test_a_ping_that_changes_nothing_takes_few_statements(
    job: Check, django_assert_max_num_queries: object
) -> None:
    call(job)
    # The row locked, the ping, the heartbeat; a savepoint here; the test's own look at the end.
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        call(job, when="2026-11-24 09:01")


def test_the_list_asks_no_question_for_each_row(town: Town) -> None:
    browser = Client()
    browser.force_login(town.ana.person)
    with moved_to(at("2026-11-24 08:00")):
        editing.save(FORM)
        browser.get("/heartbeats")
        with connection.execute_wrapper(counted := _Counted()):
            browser.get("/heartbeats")
        for number in range(5):
            editing.save(FORM | {"name": f"Job {number}"})
        with connection.execute_wrapper(more := _Counted()):
            browser.get("/heartbeats")
    assert counted.count == more.count


@pytest.mark.django_db(transaction=True)
def test_pings_at_the_same_moment_are_all_kept(town: Town) -> None:
    job, start = editing.save(FORM), Barrier(6)
    answers: list[int] = []

    def ping() -> None:
        start.wait()
        answers.append(Client().post(f"/ping/{job.token}").status_code)
        connection.close()

    threads = [Thread(target=ping) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 6
    assert Ping.objects.count() == 6 and job.changes.count() == 1


class _Counted:
    """Counts the statements that pass."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: object, *args: object) -> object:
        self.count += 1
        return execute(*args)  # type: ignore[operator]
