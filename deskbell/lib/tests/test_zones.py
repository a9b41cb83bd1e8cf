"""Time zones are named as they are named today (T4)."""

from __future__ import annotations

import pytest

from deskbell.lib.errors import Refused
from deskbell.lib.zones import checked_zone, zones_in_use


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("US/Eastern", "deprecated: write America/New_York"),
        ("Asia/Calcutta", "deprecated: write Asia/Kolkata"),
        ("Eastern", "no time zone: write it like America/New_York"),
        ("../etc/passwd", "no time zone"),
        ("", "no time zone"),
    ],
)
def test_a_zone_that_nobody_should_write_is_refused_with_the_one_to_write_t4(
    name: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        checked_zone(name)


def test_the_zones_of_the_districts_are_in_use() -> None:
    wanted = {
        "America/New_York",
        "America/Indiana/Indianapolis",
        "Pacific/Honolulu",
        "Asia/Kolkata",
    }
    assert {checked_zone(name) for name in wanted} == wanted
    assert "US/Eastern" not in zones_in_use()
