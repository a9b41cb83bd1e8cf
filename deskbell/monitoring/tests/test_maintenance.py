"""Maintenance windows: planned, changed and ended; nobody is paged for what failed only inside."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.monitoring import lasting, watched
from deskbell.monitoring.checks import judging, turning
from deskbell.monitoring.checks.common import Verdict
from deskbell.monitoring.checks.keeping import Outcome
from deskbell.monitoring.checks.leasing import Leased
from deskbell.monitoring.heartbeats import editing as heartbeats
from deskbell.monitoring.heartbeats import overdue, receiving
from deskbell.monitoring.heartbeats.due import overdue_at
from deskbell.monitoring.maintenance import edges, planning
from deskbell.monitoring.models import Alert, Check, Component, Maintenance, Ping
from deskbell.tickets.models import Ticket
from tests.town import Town, at

pytestmark = pytest.mark.django_db
START, END = at("2026-11-24 22:00"), at("2026-11-24 23:00")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
FORM = {"title": "Upgrade", "starts": "2026-11-24T22:00", "ends": "2026-11-24T23:00"}
HERE = "America/New_York"


@pytest.fixture
def portal(town: Town) -> Component:
    return watched.make_component("Portal")


@pytest.fixture
def max_(town: Town, client: Client) -> Client:
    client.force_login(town.max.person)
    return client


@pytest.fixture
def check(portal: Component) -> Check:
    return Check.objects.create(component=portal, name="Page", kind="tcp", state="up", retries=1)


def plan(town: Town, *components: Component, **more: str) -> Maintenance:
    keys = [str(each.pk) for each in components]
    with moved_to(at("2026-11-24 12:00")):
        return planning.save(FORM | more, keys, by=town.max, here=HERE)


def let_be(when: datetime) -> None:
    """The worker looks at that time."""
    with moved_to(when):
        edges.step()
        lasting.step()


def hear(check: Check, when: datetime, *, ok: bool, begun: datetime | None = None) -> bool:
    """A verdict of the process, written with the lease that the check had when it was asked."""
    check.asks = {"host": "db.example.org", "port": 5432}
    check.leased_until = (begun or when) + timedelta(seconds=30)
    check.save(update_fields=["asks", "leased_until"])
    return answer(check, when, ok=ok)


def answer(check: Check, when: datetime, *, ok: bool) -> bool:
    names = {
        field: getattr(check, field) for field in Leased.__dataclass_fields__ if field != "lease"
    }
    leased = Leased(**names, lease=check.leased_until)  # type: ignore[arg-type]
    verdict = Verdict(ok, when, 1.0, "Well." if ok else "Refused.")
    after = judging.follow(leased.standing, verdict, lost=False)
    with moved_to(when):
        done = turning.turn(Outcome(leased, verdict, after))
    check.refresh_from_db()
    return done


def state(thing: Check | Component) -> str:
    thing.refresh_from_db()
    return thing.state


def test_components_come_into_maintenance_at_its_beginning_and_out_at_its_end(
    town: Town, portal: Component, check: Check
) -> None:
    plan(town, portal)
    let_be(START - SECOND)
    assert state(portal) == "not_watched"  # it was never settled
    let_be(START)
    assert state(portal) == "maintenance"
    let_be(END)
    assert state(portal) == "operational"
    whys = [each.why for each in portal.changes.order_by("id")]
    assert whys == ["Maintenance: Upgrade", "The maintenance is over: Upgrade"]


def test_what_failed_only_inside_raises_no_alarm(
    town: Town, portal: Component, check: Check
) -> None:
    plan(town, portal)
    let_be(START)
    for minute in (1, 2):
        hear(check, START + minute * MINUTE, ok=False)
    assert state(check) == "down"
    let_be(END + SECOND)
    assert state(check) == "new"
    hear(check, END + 2 * SECOND, ok=True)
    let_be(END + 30 * MINUTE)
    assert (state(check), state(portal)) == ("up", "operational")
    assert not Ticket.objects.exists()
    assert not Alert.objects.open().exists()


def test_the_first_verdict_after_the_end_counts_without_retries(
    town: Town, portal: Component, check: Check
) -> None:
    plan(town, portal)
    let_be(START)
    for minute in (1, 2):
        hear(check, START + minute * MINUTE, ok=False)
    let_be(END + SECOND)
    assert not Ticket.objects.exists()
    check.refresh_from_db()
    assert check.next_at == END + SECOND  # asked at once, not when its turn would come
    hear(check, END + 3 * SECOND, ok=False)
    assert state(check) == "down"
    assert Ticket.objects.count() == 1
    assert Alert.objects.open().get().started_at == END + 3 * SECOND


def test_between_its_end_and_the_worker_nobody_is_called(
    town: Town, portal: Component, check: Check
) -> None:
    plan(town, portal)
    let_be(START)
    for minute in (1, 2):
        hear(check, START + minute * MINUTE, ok=False)
    with moved_to(END + SECOND):
        lasting.step()  # of the loops of the worker this one was first
    assert not Ticket.objects.exists()


def test_an_answer_to_a_question_from_inside_counts_no_more(
    town: Town, portal: Component, check: Check
) -> None:
    plan(town, portal)
    let_be(START)
    check.asks, check.leased_until = {"host": "db.example.org", "port": 5432}, END + 20 * SECOND
    check.failures = 1
    check.save()
    let_be(END + SECOND)
    assert not answer(check, END + 2 * SECOND, ok=False)
    assert state(check) == "up"


def test_what_was_down_before_it_began_stays_down(
    town: Town, portal: Component, check: Check
) -> None:
    plan(town, portal)
    for second in (20, 10):
        hear(check, START - second * SECOND, ok=False)
    let_be(START)
    let_be(END + SECOND)
    assert state(check) == "down"
    assert Ticket.objects.count() == 1
    assert Alert.objects.open().count() == 1


def test_another_window_goes_on_after_the_first(
    town: Town, portal: Component, check: Check
) -> None:
    plan(town, portal)
    plan(town, portal, starts="2026-11-24T22:30", ends="2026-11-24T23:30")
    let_be(START + 31 * MINUTE)
    let_be(END + SECOND)
    assert state(portal) == "maintenance"
    let_be(END + 31 * MINUTE)
    assert state(portal) == "operational"


def test_a_heartbeat_that_was_expected_inside_has_one_more_period(
    town: Town, portal: Component
) -> None:
    form = {"name": "Job", "component": portal.key, "every": "1 h", "grace": "5 min"}
    with moved_to(at("2026-11-24 20:00")):
        job = heartbeats.save(form)
    with moved_to(at("2026-11-24 21:30")):
        receiving.take(job.token, receiving.Told(Ping.Kind.SUCCESS))
    plan(town, portal)
    let_be(START)
    with moved_to(at("2026-11-24 22:36")):
        overdue.step()
    assert state(job) == "down"
    let_be(END)
    assert state(job) == "unknown"
    job.refresh_from_db()
    assert overdue_at(job) == job.next_at == END + timedelta(minutes=65)
    with moved_to(job.next_at - SECOND):
        overdue.step()
        lasting.step()
    assert not Ticket.objects.exists()
    with moved_to(job.next_at):
        overdue.step()
    assert (state(job), Ticket.objects.count()) == ("down", 1)


@pytest.mark.parametrize(
    ("zone", "first", "second"),
    [
        # The clocks go back on November 1, 2026 in New York: the wall clock holds, the instant moves.
        (HERE, "2026-10-26T02:00:00+00:00", "2026-11-02T03:00:00+00:00"),
        ("America/Phoenix", "2026-10-26T05:00:00+00:00", "2026-11-02T05:00:00+00:00"),
    ],
)
def test_a_weekly_window_comes_again_by_the_wall_clock(
    town: Town, portal: Component, zone: str, first: str, second: str
) -> None:
    form = FORM | {"starts": "2026-10-25T22:00", "ends": "2026-10-25T23:00", "weekly": "yes"}
    with moved_to(at("2026-10-20 12:00")):
        window = planning.save(form, [str(portal.pk)], by=town.max, here=zone)
    assert window.starts_at == datetime.fromisoformat(first)
    let_be(window.starts_at)
    following = Maintenance.objects.get(follows=window)
    assert following.starts_at == datetime.fromisoformat(second)
    assert list(following.components.all()) == [portal]
    let_be(window.starts_at + MINUTE)
    assert Maintenance.objects.count() == 2


def test_a_weekly_window_that_nobody_could_see_to_goes_on_with_the_next_to_come(
    town: Town, portal: Component
) -> None:
    plan(town, portal, weekly="yes")
    let_be(at("2026-12-20 12:00"))
    windows = list(Maintenance.objects.order_by("starts_at"))
    assert [each.starts_at for each in windows] == [START, at("2026-12-22 22:00")]


def test_a_weekly_window_has_a_last_one(town: Town, portal: Component) -> None:
    window = plan(town, portal, weekly="yes", last_on="2026-12-01")
    assert window.last_on == date(2026, 12, 1)
    let_be(START)
    let_be(at("2026-12-01 22:00"))
    assert Maintenance.objects.count() == 2


def test_ended_now_and_taken_back(town: Town, portal: Component, check: Check) -> None:
    window = plan(town, portal)
    let_be(START)
    for minute in (1, 2):
        hear(check, START + minute * MINUTE, ok=False)
    with moved_to(START + 10 * MINUTE):
        planning.end_now(window.pk, on=True)
    assert (state(check), state(portal)) == ("new", "unknown")
    with moved_to(START + 11 * MINUTE):
        planning.end_now(window.pk, on=False)
    assert state(portal) == "maintenance"
    let_be(END)
    assert state(portal) == "unknown"
    with moved_to(END + MINUTE), pytest.raises(Refused, match="not open"):
        planning.end_now(window.pk, on=True)


def test_cancelled_and_taken_back(town: Town, portal: Component, check: Check) -> None:
    window = plan(town, portal, weekly="yes")
    with moved_to(START - MINUTE):
        planning.cancel(window.pk, on=True)
    assert Maintenance.objects.get(follows=window).starts_at == START + timedelta(days=7)
    let_be(START + SECOND)
    assert state(portal) != "maintenance"
    with moved_to(START + MINUTE):
        planning.cancel(window.pk, on=False)
    assert state(portal) == "maintenance"
    assert Maintenance.objects.count() == 2
    with moved_to(START + MINUTE), pytest.raises(Refused, match="end it now instead"):
        planning.cancel(window.pk, on=True)


def test_an_open_window_is_changed(town: Town, portal: Component, check: Check) -> None:
    network = watched.make_component("Network")
    window = plan(town, portal, weekly="yes")
    let_be(START)
    with moved_to(START + MINUTE):
        planning.save(
            FORM | {"starts": "2026-11-24T20:00", "ends": "2026-11-24T23:30"},
            [str(network.pk)],
            by=town.max,
            here=HERE,
            found=window,
        )
    window.refresh_from_db()
    assert (window.starts_at, window.ends_at) == (START, END + 30 * MINUTE)
    assert (state(portal), state(network)) == ("operational", "maintenance")
    assert Maintenance.objects.get(follows=window).cancelled_at is not None  # weekly no more


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"title": " "}, "Give it a title"),
        ({"starts": ""}, "It begins when?"),
        ({"ends": "soon"}, "It ends when?"),
        ({"ends": "2026-11-24T21:00"}, "It ends before it begins."),
        ({"starts": "2020-01-01T00:00", "ends": "2020-01-01T01:00"}, "over already"),
        ({"ends": "2027-11-24T23:00"}, "30 days at most"),
        ({"starts": "2199-01-01T00:00", "ends": "2199-01-01T01:00"}, "next two years"),
        ({"weekly": "yes", "ends": "2026-12-02T23:00"}, "can’t be repeated weekly"),
        ({"weekly": "yes", "last_on": "Christmas"}, "is no day"),
        ({"components": ""}, "Choose what may be away"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_that_was_written_is_lost(
    max_: Client, portal: Component, more: dict[str, str], told: str
) -> None:
    form = FORM | {"components": str(portal.pk), "text": "Kept words"} | more
    with moved_to(at("2026-11-24 12:00")):
        page = max_.post("/maintenance", form)
    assert page.status_code == 422
    assert told in page.text and "Kept words" in page.text
    assert not Maintenance.objects.exists()


def test_the_screens_show_it_all_the_way(max_: Client, portal: Component) -> None:
    with moved_to(at("2026-11-24 12:00")):
        empty = max_.get(f"/maintenance?component={portal.pk}").text
        assert "Nothing is planned" in empty
        assert f'value="{portal.pk}" checked' in empty
        max_.post("/maintenance", FORM | {"components": str(portal.pk), "weekly": "yes"})
        window = Maintenance.objects.get()
        listed = max_.get("/maintenance").text
        assert "Leave this one out" in listed and "and each week" in listed
        assert "Upgrade" in max_.get(f"/components/{portal.pk}").text
        assert max_.get(f"/maintenance/{window.pk}").status_code == 200
        max_.post(f"/maintenance/{window.pk}/cancellation", {"on": "yes"})
        assert ">Undo<" in max_.get("/maintenance").text
        max_.post(f"/maintenance/{window.pk}/cancellation", {"on": "no"})
    with moved_to(START + MINUTE):
        edges.step()
        assert "End it now" in max_.get("/maintenance").text
        assert "readonly" in max_.get(f"/maintenance/{window.pk}").text
        max_.post(f"/maintenance/{window.pk}/end", {"on": "yes"})
        over = max_.get("/maintenance").text
        assert "Ended early" in over and ">Undo<" in over


def test_the_list_asks_no_question_for_each_row(
    max_: Client, town: Town, portal: Component
) -> None:
    with moved_to(at("2026-11-24 12:00")):
        plan(town, portal)
        max_.get("/maintenance")
        with CaptureQueriesContext(connection) as few:
            max_.get("/maintenance")
        for _ in range(4):
            plan(town, portal, watched.make_component("Network"))
        with CaptureQueriesContext(connection) as many:
            max_.get("/maintenance")
    assert len(many) == len(few)
