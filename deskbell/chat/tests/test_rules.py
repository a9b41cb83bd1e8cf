"""The rules of the queue stay within bounds, and say what is wrong."""

from __future__ import annotations

import pytest

from deskbell.chat.models import QueueRules
from deskbell.chat.rules import set_rules, the_rules
from deskbell.lib.errors import Refused

GOOD: dict[str, int | None] = {
    "passed_on_after": 30,
    "team_rings_after": 60,
    "lead_rings_after": 90,
}


def test_a_desk_that_has_set_none_has_some(db: None) -> None:
    assert the_rules().most_at_once == 3
    assert not QueueRules.objects.exists()


def test_they_hold_from_then_on(db: None) -> None:
    set_rules(automatic=False, most_at_once=5, **GOOD)
    set_rules(automatic=False, most_at_once=6, **GOOD)
    assert (the_rules().automatic, the_rules().most_at_once) == (False, 6)
    assert the_rules().lead_rings_after.total_seconds() == 90


@pytest.mark.parametrize(
    ("most", "changed", "says"),
    [
        (0, {}, "from 1 to 20"),
        (None, {}, "from 1 to 20"),
        (21, {}, "from 1 to 20"),
        (3, {"passed_on_after": 9}, "from 10 to 300"),
        (3, {"team_rings_after": None}, "from 15 to 1,800"),
        (3, {"lead_rings_after": 60}, "The lead is rung after the team"),
    ],
)
def test_what_makes_no_sense_is_refused(
    db: None, most: int | None, changed: dict[str, int | None], says: str
) -> None:
    with pytest.raises(Refused, match=says):
        set_rules(automatic=True, most_at_once=most, **(GOOD | changed))
    assert not QueueRules.objects.exists()
