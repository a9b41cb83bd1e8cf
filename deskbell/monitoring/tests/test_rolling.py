"""Timings rolled up and trimmed, and the share of minutes that were watched (P1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.monitoring.checks import rolling
from deskbell.monitoring.components import checking, shares
from deskbell.monitoring.models import Check, Component, Timing
from deskbell.monitoring.watched import make_component
from tests.town import Town, at

pytestmark = pytest.mark.django_db
NOON = at("2026-11-24 12:00")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HTTP = {"kind": "http", "name": "Front page", "url": "https://portal.example.org/"}


@pytest.fixture
def portal(town: Town) -> Component:
    return make_component("Portal")


def checked(portal: Component, since: datetime, **more: str) -> Check:
    with moved_to(since):
        made = checking.save_check(HTTP | more, portal)
    Check.objects.filter(pk=made.pk).update(created_at=since)
    return made


def heard(check: Check, first: datetime, count: int, *, failed: int = 0, **more: float) -> None:
    """A verdict a minute from `first` on; the last `failed` of them were failures."""
    Timing.objects.bulk_create(
        Timing(
            of=check,
            span="minute",
            at=first + n * MINUTE,
            **{"verdicts": 1, "minutes": 1, "failures": int(n >= count - failed)}
            | ({} if n >= count - failed else {"total_ms": 20, "least_ms": 10, "most_ms": 40})
            | more,
        )
        for n in range(count)
    )


def test_minutes_become_hours_and_hours_days(portal: Component) -> None:
    check = checked(portal, NOON - 2 * DAY)
    heard(check, NOON - timedelta(minutes=90), 90, failed=3)
    with moved_to(NOON):
        rolling.roll_up()
    hours = Timing.objects.filter(span="hour").order_by("at")
    assert [(each.minutes, each.verdicts, each.failures) for each in hours] == [
        (30, 30, 0),
        (60, 60, 3),
    ]
    day = Timing.objects.get(span="day")
    assert (day.minutes, day.failures, day.least_ms, day.most_ms) == (90, 3, 10, 40)
    assert day.total_ms == 87 * 20


def test_rolling_twice_or_late_changes_nothing(portal: Component) -> None:
    check = checked(portal, NOON - 2 * DAY)
    heard(check, NOON - timedelta(minutes=90), 60)
    with moved_to(NOON):
        rolling.roll_up()
        heard(
            check, NOON - timedelta(minutes=30), 30
        )  # the next minutes of an hour that was rolled
        rolling.roll_up()
        once = list(Timing.objects.filter(span__in=["hour", "day"]).order_by("at").values())
        rolling.roll_up()
    assert list(Timing.objects.filter(span__in=["hour", "day"]).order_by("at").values()) == once
    assert Timing.objects.get(span="day").minutes == 90


def test_what_is_kept_stays_bounded_and_its_days_stay_for_ever(portal: Component) -> None:
    check = checked(portal, NOON - 400 * DAY)
    heard(check, NOON - 200 * DAY, 60)
    heard(check, NOON - 20 * DAY, 60)
    heard(check, NOON - MINUTE, 1)
    with moved_to(NOON):
        rolling.roll_up()
    kept = {span: Timing.objects.filter(span=span).count() for span in ("minute", "hour", "day")}
    assert kept == {"minute": 1, "hour": 2, "day": 3}


def test_nothing_goes_before_it_stands_in_a_roll_up(portal: Component) -> None:
    heard(checked(portal, NOON - 400 * DAY), NOON - 200 * DAY, 60)
    with moved_to(NOON):
        assert rolling.trim() == 0
    assert Timing.objects.count() == 60


def test_a_clock_that_was_ahead_once_does_not_stop_the_rolling(portal: Component) -> None:
    check = checked(portal, NOON - DAY)
    heard(check, NOON + 300 * DAY, 1)
    with moved_to(NOON + 301 * DAY):
        rolling.roll_up()
    heard(check, NOON - timedelta(hours=2), 60)
    with moved_to(NOON):
        rolling.roll_up()
        assert rolling.minutes_heard([check.pk], NOON - DAY)[check.pk] == 60


def test_watched_is_minutes_with_a_verdict_out_of_minutes_promised(portal: Component) -> None:
    check = checked(portal, NOON - timedelta(minutes=101))
    heard(check, NOON - timedelta(minutes=80), 75)
    with moved_to(NOON):
        assert shares.watched_of(portal.pk) == 75.0
        rolling.roll_up()
        assert shares.watched_of(portal.pk) == 75.0


def test_thirty_days_are_counted_from_days_hours_and_minutes_alike(portal: Component) -> None:
    """An outage of the desk itself for a day out of thirty: its minutes are unwatched."""
    check = checked(portal, NOON - 60 * DAY)
    heard(check, NOON - 31 * DAY, 31 * 1440)
    Timing.objects.filter(at__gte=NOON - 10 * DAY, at__lt=NOON - 9 * DAY).delete()
    with moved_to(NOON + timedelta(minutes=20)):
        heard(check, NOON, 20)
        before = shares.watched_of(portal.pk)
        rolling.roll_up()
        assert Timing.objects.filter(span="minute").count() <= 3 * 1440 + 60 + 20
        assert shares.watched_of(portal.pk) == before == 96.67


def test_a_pause_promises_nothing_and_is_not_counted_as_unwatched(portal: Component) -> None:
    check = checked(portal, NOON - timedelta(minutes=101))
    heard(check, NOON - timedelta(minutes=101), 50)
    for on, when in ((True, 51), (False, 1)):
        with moved_to(NOON - timedelta(minutes=when)):
            checking.pause(check, on=on)
    with moved_to(NOON):
        assert shares.watched_of(portal.pk) == 100.0


def test_a_second_verdict_in_an_interval_makes_up_for_no_gap(portal: Component) -> None:
    check = checked(portal, NOON - 2 * DAY, every="3600")
    heard(check, NOON - timedelta(hours=1), 3, minutes=60)
    with moved_to(NOON):
        rolling.roll_up()
    assert Timing.objects.get(span="hour").minutes == 60


def test_the_share_stands_on_the_list_and_on_the_page(portal: Component, town: Town) -> None:
    check = checked(portal, clock.now() - timedelta(minutes=101))
    now = clock.now().replace(second=0, microsecond=0)
    heard(check, now - timedelta(minutes=75), 75)
    browser = Client()
    browser.force_login(town.ana.person)
    whole = shares.watched()[0]
    assert whole is not None and 74 <= whole <= 75.1
    for page in ("/components", f"/components/{portal.pk}"):
        assert "% of the last 30 days" in browser.get(page).text
    assert browser.get(f"/checks/{check.pk}").status_code == 200
