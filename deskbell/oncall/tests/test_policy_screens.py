"""Editing escalation policies, and who answers for which impact."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.test import Client

from deskbell.oncall.answering import answering_of, ensure_default_policy
from deskbell.oncall.models import EscalationPolicy, Schedule
from tests.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def max_(town: Town, client: Client) -> Client:
    client.force_login(town.max.person)
    return client


def saved(client: Client, policy: EscalationPolicy, **form: object) -> int:
    sent: Mapping[str, object] = {"name": "Nights", "repeats": "1", **form}
    return client.post(f"/oncall/policies/{policy.pk}", sent).status_code


def test_steps_are_saved_in_order_and_empty_ones_left_out(town: Town, max_: Client) -> None:
    policy = ensure_default_policy()
    steps = {
        "waits-0": "3",
        "schedules-0": [Schedule.objects.get().pk],
        "waits-1": "5",
        "waits-2": "10",
        "agents-2": [town.ana.pk, town.ben.pk],
    }
    assert saved(max_, policy, **steps) == 302
    policy.refresh_from_db()
    assert policy.document()["steps"] == [
        {"waits": 3, "agents": [], "teams": [], "schedules": [Schedule.objects.get().pk]},
        {"waits": 10, "agents": [town.ana.pk, town.ben.pk], "teams": [], "schedules": []},
    ]
    page = max_.get("/oncall/policies").text
    assert "Ana Alvarez, Ben Baker" in page
    assert "Repeated 1 time, then the managers." in page
    assert max_.get(f"/oncall/policies/{policy.pk}").status_code == 200


def test_a_first_policy_with_another_name_answers_still(town: Town, max_: Client) -> None:
    """It was found by its name: renamed, another of the old name was made and answered instead."""
    policy = ensure_default_policy()
    assert saved(max_, policy, **{"waits-0": "3", "agents-0": [town.ana.pk]}) == 302
    assert answering_of("urgent").policy == policy
    assert EscalationPolicy.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"waits-0": "5"}, "at least one step"),
        ({"waits-0": "0", "agents-0": "first"}, "1 minute to 24 hours"),
        ({"waits-0": "soon", "agents-0": "first"}, "as a number"),
        ({"waits-0": "5", "agents-0": "first", "repeats": "99"}, "0 to 20 times"),
        ({"waits-0": "5", "agents-0": "first", "name": " "}, "a name"),
    ],
)
def test_a_policy_that_calls_nobody_is_refused_with_what_to_change(
    town: Town, max_: Client, form: dict[str, str], sentence: str
) -> None:
    policy = ensure_default_policy()
    sent = {"name": "Nights", "repeats": "0", **form}
    if sent.get("agents-0"):
        sent["agents-0"] = str(town.ana.pk)
    answer = max_.post(f"/oncall/policies/{policy.pk}", sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert EscalationPolicy.objects.get().name == "Standard"


def test_a_policy_in_use_and_the_last_one_stay(town: Town, max_: Client) -> None:
    policy = ensure_default_policy()
    removal = f"/oncall/policies/{policy.pk}/removal"
    assert "one escalation policy" in max_.post(removal).text
    max_.post("/oncall/policies", {"name": "Nights"})
    answer = {"policy": policy.pk, "opened_outside": "hold", "at_boundary": "keep", "repage": "90"}
    assert max_.post("/oncall/answering/high", answer).status_code == 302
    assert answering_of("high").repage_after.total_seconds() == 90 * 60
    assert "High" in (told := max_.post(removal).text) and "let another policy do that" in told
    other = EscalationPolicy.objects.get(name="Nights")
    assert max_.post(f"/oncall/policies/{other.pk}/removal").status_code == 302


def test_agents_read_policies_and_change_nothing(town: Town, client: Client) -> None:
    client.force_login(town.ana.person)
    page = client.get("/oncall/policies").text
    assert "schedule Primary" in page
    assert "Add it" not in page
