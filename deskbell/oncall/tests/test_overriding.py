"""Overrides of a schedule: made, warned about, taken back; the past stays (S1, S5, S7)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.oncall import duties, overriding, schedules
from deskbell.oncall.models import Duty, Override, Schedule
from deskbell.oncall.overriding import Wish, override
from deskbell.oncall.tests.conftest import names
from deskbell.people.models import Absence, Agent, Notice
from tests.town import Town, at

pytestmark = pytest.mark.django_db
NOON, EVENING, MIDNIGHT = "2026-11-24 12:00", "2026-11-24 18:00", "2026-11-25 00:00"


@pytest.fixture
def primary(town: Town, rota: Callable[..., None]) -> Schedule:
    """Ana has this week from Monday 09:00, Ben the next."""
    rota(town.ana, town.ben)
    return schedules.ensure_default_schedule()


def make(
    primary: Schedule,
    kind: str,
    agent: Agent | None,
    by: Agent | None,
    made_by: Agent,
    start: str = EVENING,
) -> Override:
    return override(primary, Wish(kind, at(start), at(MIDNIGHT), agent, by), made_by=made_by)


def on_call(primary: Schedule, when: str) -> list[str]:
    return names(schedules.on_call(primary, at(when)))


def test_one_gives_away_a_turn_and_takes_it_back_s1(town: Town, primary: Schedule) -> None:
    with moved_to(at(NOON)):
        made = make(primary, "replace", town.ana, town.ben, town.ana)
        assert on_call(primary, "2026-11-24 18:00") == ["Ben"]
        assert on_call(primary, "2026-11-25 00:00") == ["Ana"]
        assert Notice.objects.filter(recipient=town.ben, text__contains="takes over").exists()
        overriding.undo(made, by=town.ben)
        assert on_call(primary, "2026-11-24 18:00") == ["Ana"]
        with pytest.raises(Refused, match="taken back already"):
            overriding.undo(made, by=town.ana)


@pytest.mark.parametrize(
    ("kind", "agent", "by", "who", "may"),
    [
        ("replace", "ana", "ben", "ana", True),  # their own turn
        ("replace", "ana", "ben", "ben", True),  # taken over
        ("replace", "ana", "ben", "eve", False),
        ("replace", "ana", "ben", "max", True),  # a manager
        ("add", "eve", None, "eve", True),
        ("add", "eve", None, "ana", False),
        ("remove", "ana", None, "ana", False),  # it would leave a hole
        ("remove", "ana", None, "max", True),
    ],
)
def test_who_may_override_what(
    town: Town, primary: Schedule, kind: str, agent: str, by: str | None, who: str, may: bool
) -> None:
    with moved_to(at(NOON)):
        told = [getattr(town, agent), getattr(town, by) if by else None, getattr(town, who)]
        if may:
            make(primary, kind, *told)
            return
        with pytest.raises(Refused, match="managers do the rest"):
            make(primary, kind, *told)


def test_what_is_past_stays_and_an_override_begins_now_at_the_earliest_s7(
    town: Town, primary: Schedule
) -> None:
    with moved_to(at("2026-11-24 20:00")):
        made = make(primary, "replace", town.ana, town.ben, town.max)
        assert made.starts_at == at("2026-11-24 20:00")
    with moved_to(at("2026-11-25 09:00")):
        assert on_call(primary, "2026-11-24 19:59") == ["Ana"]
        assert on_call(primary, "2026-11-24 20:00") == ["Ben"]
        with pytest.raises(Refused, match="That time is over"):
            make(primary, "replace", town.ana, town.ben, town.max)


def test_who_was_on_call_is_recorded_at_each_boundary_and_no_edit_changes_it_s7(
    town: Town, primary: Schedule, rota: Callable[..., None]
) -> None:
    with moved_to(at("2026-11-24 12:00")):
        duties.step()
        make(primary, "replace", town.ana, town.ben, town.max)
    with moved_to(at("2026-12-07 12:00")):  # no worker ran in between
        duties.step()
        assert [
            (f"{duty.starts_at:%m-%d %H:%M}", names(list(duty.agents.all())))
            for duty in Duty.objects.order_by("starts_at")
        ] == [
            ("11-24 17:00", ["Ana"]),  # UTC
            ("11-24 23:00", ["Ben"]),
            ("11-25 05:00", ["Ana"]),
            ("11-30 14:00", ["Ben"]),
            ("12-07 14:00", ["Ana"]),
        ]
        rota_of_eve_alone(primary, town)
        assert on_call(primary, "2026-11-24 20:00") == ["Ben"]
        assert on_call(primary, "2026-11-29 12:00") == ["Ana"]
        assert on_call(primary, "2026-12-08 12:00") == ["Eve"]
        past = schedules.spans(primary, at("2026-11-24 12:00"), at("2026-12-01 00:00"))
        assert [len(span.agents) for span in past] == [1, 1, 1, 1]


def rota_of_eve_alone(primary: Schedule, town: Town) -> None:
    with duties.changing(primary) as locked:
        schedules.seat(locked.layers.get(), [town.eve])


def test_each_edit_begins_a_new_duty_so_that_the_old_one_stays_as_it_was_s7(
    town: Town, primary: Schedule
) -> None:
    with moved_to(at(NOON)):
        duties.step()
    with moved_to(at(EVENING)):
        rota_of_eve_alone(primary, town)
        rota_of_eve_alone(primary, town)  # a second time in the same instant
    found = [
        (d.starts_at, d.ends_at, names(list(d.agents.all()))) for d in Duty.objects.order_by("id")
    ]
    assert found == [(at(NOON), at(EVENING), ["Ana"]), (at(EVENING), None, ["Eve"])]


def test_conflicts_are_told_when_it_is_made_s5(town: Town, primary: Schedule) -> None:
    with moved_to(at(NOON)):
        make(primary, "replace", town.ana, town.ben, town.max)
        Absence.objects.create(agent=town.eve, starts_at=at(EVENING), ends_at=at(MIDNIGHT))
        wish = Wish("replace", at(EVENING), at(MIDNIGHT), town.max, town.eve)
        told = " ".join(overriding.conflicts(primary, wish))
        assert (
            "“Ben Baker takes over from Ana Alvarez”" in told and "the one made last counts" in told
        )
        assert "Max Meyer isn’t on call in that time (Ben Baker): this changes nothing." in told
        assert "Eve Engström is away then" in told
        joins = Wish("add", at(NOON), at(EVENING), town.ana)
        assert overriding.conflicts(primary, joins) == ["Ana Alvarez is on call then anyway."]


def test_the_form_makes_it_shows_it_and_offers_the_way_back(
    town: Town, client: Client, primary: Schedule
) -> None:
    client.force_login(town.ana.person)
    address = f"/oncall/schedules/{primary.pk}"
    sent = {
        "kind": "replace",
        "agent": str(town.ana.pk),
        "by": str(town.ben.pk),
        "from": "2026-11-24T18:00",
        "to": "2026-11-25T00:00",
    }
    with moved_to(at(NOON)):
        form = client.get(
            f"{address}/overrides?from=2026-11-24T23:00:00Z&to=2026-11-25T05:00:00Z"
        ).text
        assert 'value="2026-11-24T18:00"' in form and 'value="2026-11-25T00:00"' in form
        assert "conflicts" not in client.post(f"{address}/conflicts", sent).text
        page = client.post(f"{address}/overrides", sent, follow=True).text
        assert "<strong>Ben Baker takes over from Ana Alvarez</strong>" in page
        made = Override.objects.get()
        page = client.post(f"/oncall/overrides/{made.pk}/undo", follow=True).text
        assert "Taken back: Ben Baker takes over from Ana Alvarez" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "swap"}, "take over, join or be off"),
        ({"by": ""}, "Choose the person"),
        ({"by": "999999"}, "somebody of the team"),
        ({"to": ""}, "from when and until when"),
        ({"to": "2026-11-24T17:00"}, "must end after it starts"),
        ({"to": "2036-11-24T17:00"}, "a year at most"),
        ({"from": "noon"}, "write a time like"),
        ({"by": "agent"}, "choose somebody else"),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_to_change(
    town: Town, client: Client, primary: Schedule, change: dict[str, str], sentence: str
) -> None:
    client.force_login(town.max.person)
    sent = {"kind": "replace", "agent": str(town.ana.pk), "by": str(town.ben.pk)}
    sent |= {"from": "2026-11-24T18:00", "to": "2026-11-25T00:00"}
    change = {key: str(town.ana.pk) if value == "agent" else value for key, value in change.items()}
    with moved_to(at(NOON)):
        answer = client.post(f"/oncall/schedules/{primary.pk}/overrides", sent | change)
    assert answer.status_code == 422 and sentence in answer.text
