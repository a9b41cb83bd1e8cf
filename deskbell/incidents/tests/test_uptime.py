"""Uptime by its rule (U1 to U6), in vectors that anyone can check with pencil and paper."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from deskbell.incidents import uptime
from deskbell.incidents.declaring import declare
from deskbell.incidents.models import Severity
from deskbell.incidents.tests.test_updating import draft, streaming
from deskbell.incidents.updating import publish, reopen
from deskbell.incidents.uptime import Span, State, Tally, tallies
from deskbell.lib.clock import moved_to
from deskbell.monitoring.models import Component, ComponentChange
from tests.town import Town, at

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 1, tzinfo=UTC)


def spans(*lengths: tuple[str, float]) -> list[Span]:
    found, now = [], START
    for state, hours in lengths:
        found.append(Span(now, now + hours * HOUR, state))
        now += hours * HOUR
    return found


@pytest.mark.parametrize(
    ("rule", "lengths", "percent"),
    [
        ("U2 a major outage in full", [("operational", 99), ("major_outage", 1)], "99"),
        ("U2 a partial outage by 3/10", [("operational", 99), ("partial_outage", 1)], "99.7"),
        ("U2 slowness not at all", [("operational", 99), ("degraded", 1)], "100"),
        (
            "U3 maintenance is left out",
            [("operational", 49), ("major_outage", 1), ("maintenance", 50)],
            "98",
        ),
        (
            "U4 what was not known is left out",
            [("operational", 49), ("major_outage", 1), ("unknown", 50)],
            "98",
        ),
        (
            "U4 what nothing watches counts as up",
            [("not_watched", 99), ("major_outage", 1)],
            "99",
        ),
        ("U6 never rounded up", [("operational", 299_999), ("major_outage", 1)], "99.999"),
        ("nothing known at all", [("unknown", 5)], None),
    ],
)
def test_the_rule(rule: str, lengths: list[tuple[str, float]], percent: str | None) -> None:
    found = spans(*lengths)
    (tally,) = tallies(found, [START, found[-1].end])
    assert tally.percent == (None if percent is None else Decimal(percent)), rule


def test_u3_a_contract_may_count_maintenance() -> None:
    found = spans(("operational", 99), ("maintenance", 1))
    (tally,) = tallies(found, [START, found[-1].end], maintenance_counts=True)
    assert tally.percent == 99


def test_a_target_is_met_by_the_exact_share_not_by_the_rounded_one() -> None:
    year = timedelta(hours=100_000)
    assert Tally(year, year / 1000).meets(Decimal("99.9"))
    assert not Tally(year, year / 1000 + timedelta(seconds=1)).meets(Decimal("99.9"))


def test_u5_days_are_23_and_25_hours_long_where_the_clocks_change() -> None:
    spring = uptime.day_edges("America/New_York", date(2026, 3, 8), 1)
    autumn = uptime.day_edges("America/New_York", date(2026, 11, 1), 1)
    assert spring[1] - spring[0] == timedelta(hours=23)
    assert autumn[1] - autumn[0] == timedelta(hours=25)
    (tally,) = tallies([Span(autumn[0], autumn[1], State.MAJOR_OUTAGE)], autumn)
    assert tally.down == timedelta(hours=25)


def test_u5_months_are_those_of_the_zone() -> None:
    edges = uptime.month_edges("America/New_York", date(2027, 1, 15), 2)
    assert edges == [at("2026-12-01 00:00"), at("2027-01-01 00:00"), at("2027-02-01 00:00")]


def component(began: datetime, *moves: tuple[datetime, str]) -> Component:
    made = streaming()
    Component.objects.filter(pk=made.pk).update(created_at=began)
    for instant, state in moves:
        ComponentChange.objects.create(component=made, at=instant, state=state)
    return Component.objects.get(pk=made.pk)


def told(of: Component, since: str, until: str) -> list[tuple[str, float]]:
    """Each state with its hours."""
    found = uptime.timelines([of], at(since), at(until))[of.pk]
    return [(each.state, (each.end - each.start) / HOUR) for each in found]


@pytest.mark.django_db
def test_u5_a_component_counts_from_when_it_began() -> None:
    made = component(at("2026-11-16 00:00"), (at("2026-11-16 12:00"), "operational"))
    assert told(made, "2026-11-01 00:00", "2026-11-17 00:00") == [
        ("not_watched", 12),
        ("operational", 12),
    ]


@pytest.mark.django_db
def test_what_began_before_the_time_goes_on_into_it() -> None:
    made = component(
        at("2026-01-01 00:00"),
        (at("2026-10-30 00:00"), "operational"),
        (at("2026-10-31 00:00"), "major_outage"),
        (at("2026-11-01 05:00"), "operational"),
    )
    found = told(made, "2026-11-01 00:00", "2026-11-02 00:00")
    assert found == [("major_outage", 6), ("operational", 19)]  # 25 hours: the clocks change


def test_u1_an_incident_counts_from_its_start_and_the_worse_state_holds(town: Town) -> None:
    made = component(at("2026-11-01 00:00"), (at("2026-11-10 00:00"), "operational"))
    with moved_to(at("2026-11-10 03:00")):
        incident = declare(
            "Down",
            severity=Severity.CRITICAL,
            by=town.ana,
            components={made: "major_outage"},
            started_at=at("2026-11-10 02:00"),
        )
        assert told(made, "2026-11-10 00:00", "2026-11-10 04:00") == [("operational", 4)]  # untold
        publish(incident, draft(key="1"), by=town.ana)
    with moved_to(at("2026-11-10 05:00")):
        publish(incident, draft(key="2", components={made: "degraded"}), by=town.ana)
    with moved_to(at("2026-11-10 06:00")):
        publish(incident, draft(key="3", phase="resolved"), by=town.ana)
    ComponentChange.objects.create(
        component=made, at=at("2026-11-10 04:00"), state="partial_outage"
    )

    assert told(made, "2026-11-10 00:00", "2026-11-10 07:00") == [
        ("operational", 2),
        ("major_outage", 2),
        ("major_outage", 1),  # monitoring's partial outage is the lesser
        ("partial_outage", 1),  # the incident's slowness is the lesser
        ("partial_outage", 1),
    ]


def test_u1_between_its_end_and_being_reopened_it_was_well(town: Town) -> None:
    made = component(at("2026-11-01 00:00"), (at("2026-11-10 00:00"), "operational"))
    with moved_to(at("2026-11-10 01:00")):
        incident = declare(
            "Down", severity=Severity.CRITICAL, by=town.ana, components={made: "major_outage"}
        )
        publish(incident, draft(key="1"), by=town.ana)
    with moved_to(at("2026-11-10 02:00")):
        publish(incident, draft(key="2", phase="resolved"), by=town.ana)
    with moved_to(at("2026-11-10 04:00")):
        reopen(incident, by=town.ana)
        publish(incident, draft(key="3", components={made: "major_outage"}), by=town.ana)

    found = told(made, "2026-11-10 00:00", "2026-11-10 05:00")
    assert found == [
        ("operational", 1),
        ("major_outage", 1),
        ("operational", 2),
        ("major_outage", 1),
    ]


def test_u6_of_several_their_downtime_out_of_their_time() -> None:
    total = uptime.share({1: Tally(10 * HOUR, HOUR), 2: Tally(30 * HOUR)})
    assert total.percent == Decimal("97.5")


@pytest.mark.django_db
def test_timelines_ask_as_often_for_one_as_for_twenty(django_assert_num_queries: object) -> None:
    service = streaming().service
    for number in range(19):
        Component.objects.create(service=service, name=f"{number}", key=f"c{number}")
    for some in (Component.objects.all()[:1], Component.objects.all()):
        rows = list(some)
        with django_assert_num_queries(4):  # type: ignore[operator]
            uptime.timelines(rows, at("2026-11-01 00:00"), at("2026-11-02 00:00"))
