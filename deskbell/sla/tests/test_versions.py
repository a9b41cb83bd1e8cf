"""Versions are whole and frozen: an edit makes the next one, and what was promised stays (K9)."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deskbell.lib.clock import moved_to
from deskbell.sla import zones
from deskbell.sla.core import BadPolicy, wall
from deskbell.sla.models import Clock, Coverage, DatedException, Policy, PolicyVersion, ZoneData
from deskbell.sla.policies import DEFAULT_LADDER, current_version, policy_numbered, policy_of
from deskbell.sla.verify import differences
from deskbell.sla.versions import make, renew_all
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at

STRICTER: dict[str, Any] = {
    "targets": {"normal": {"first_reply": {"target": 3600, "coverage": "always"}}}
}


def districts_policy(town: Town, changes: dict[str, Any] | None = None) -> PolicyVersion:
    base = Policy.objects.get(name="Standard Support")
    policy = Policy.objects.create(name="North Valley's", base=base, district=town.north_valley)
    return make(policy, changes or STRICTER, ladder=DEFAULT_LADDER, reason="They pay for it")


def opened(town: Town, when: str = "2026-11-19 09:00") -> Ticket:
    with moved_to(at(when)):
        return open_for_customer("Black screen", Words("Dark"), requester=town.tess)


def due(ticket: Ticket) -> datetime | None:
    return Clock.objects.get(ticket=ticket, metric="first_reply").due_at


def test_a_districts_policy_changes_what_it_names_and_keeps_the_rest_k9(town: Town) -> None:
    version = districts_policy(town)
    assert current_version(town.north_valley) == version
    assert current_version(town.south_ridge).policy.name == "Standard Support"
    assert due(opened(town)) == at("2026-11-19 10:00")
    policy = policy_of(version)
    assert (
        policy.targets["normal"]["next_reply"]
        == policy_of(current_version()).targets["normal"]["next_reply"]
    )


def test_a_plan_that_a_contract_names_is_what_its_district_was_promised(town: Town) -> None:
    standard = current_version()
    premium = Policy.objects.create(name="Premium Support")
    made = make(premium, standard.document, ladder=[], reason="A second plan")
    town.south_ridge.contracts.create(plan="Premium Support", starts_on=date(2026, 1, 1))
    assert current_version(town.south_ridge) == made
    assert current_version(town.north_valley) == standard
    assert current_version() == standard


def test_a_new_version_of_the_base_carries_its_variants_along_k9(town: Town) -> None:
    first = districts_policy(town)
    base = current_version()
    promises = {**base.document, "warn_at": 0.5}
    make(base.policy, promises, ladder=base.ladder, reason="Warn earlier")
    newest = current_version(town.north_valley)
    assert (newest.policy, newest.number) == (first.policy, 2)
    assert newest.document["warn_at"] == 0.5
    assert newest.document["targets"]["normal"]["first_reply"]["target"] == 3600


def test_an_edited_coverage_makes_new_versions_and_moves_no_ticket_k9(town: Town) -> None:
    ticket = opened(town)
    promised, first = due(ticket), current_version()
    coverage = Coverage.objects.get(key="business_hours")
    DatedException.objects.create(
        coverage=coverage, first=date(2026, 11, 19), last=date(2026, 11, 19), name="Snow day"
    )
    made = renew_all(reason="Snow", by=town.ada.person)
    assert [(version.number, version.reason) for version in made] == [(2, "Snow")]
    assert renew_all(reason="Again") == []
    assert current_version().number == 2
    assert policy_of(first).document() == first.document
    later = opened(town)
    assert due(ticket) == promised == at("2026-11-19 13:00")
    assert due(later) == at("2026-11-20 12:00")
    assert list(differences()) == []


def test_a_closure_of_weeks_is_one_row_and_every_day_of_it_is_closed(town: Town) -> None:
    coverage = Coverage.objects.get(key="business_hours")
    DatedException.objects.create(
        coverage=coverage, first=date(2026, 6, 15), last=date(2026, 8, 28), name="Summer"
    )
    renew_all(reason="Summer")
    hours = policy_of(current_version()).coverages["business_hours"]
    assert hours.add(at("2026-06-12 18:00"), timedelta(hours=2)) == at("2026-08-31 09:00")


def test_a_promise_in_hours_that_do_not_exist_is_refused(town: Town) -> None:
    changes = {"targets": {"low": {"first_reply": {"target": 60, "coverage": "moonlight"}}}}
    with pytest.raises(BadPolicy, match="moonlight"):
        districts_policy(town, changes)


@pytest.fixture
def newer_zone_data(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """Zone data, once it is called, in which New York has moved west."""
    folder = tmp_path / "America"
    folder.mkdir()
    (folder / "New_York").write_bytes(wall.tzif("America/Chicago"))

    def install() -> None:
        zoneinfo.reset_tzpath([str(tmp_path)])
        forget()

    def forget() -> None:
        ZoneInfo.clear_cache(only_keys=["America/New_York"])
        zones._zone.cache_clear()

    yield install
    zoneinfo.reset_tzpath()
    forget()


def test_zone_data_that_moves_an_instant_makes_a_version_and_old_ones_stay_k9(
    town: Town, newer_zone_data: Callable[[], None]
) -> None:
    ticket, first = opened(town), current_version()
    promised = due(ticket)
    assert set(first.zones) == {"America/New_York"}
    newer_zone_data()
    policy_numbered.cache_clear()  # as after a restart
    made = renew_all(reason="New zone data")
    assert [version.number for version in made] == [2]
    assert ZoneData.objects.filter(zone="America/New_York").count() == 2
    hours = policy_of(first).coverages["business_hours"]
    assert hours.next_opening(at("2026-11-19 06:00")) == at("2026-11-19 08:00")
    assert due(ticket) == promised
    assert list(differences()) == []
    assert due(opened(town, "2026-11-19 08:30")) == at("2026-11-19 13:00")  # opens at 9 Eastern
    assert renew_all(reason="Again") == []
