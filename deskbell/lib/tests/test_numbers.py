"""What is no number, or is one of thousands of digits, is none, and raises nothing."""

from __future__ import annotations

import pytest

from deskbell.lib.numbers import LARGEST, primary_key, whole


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("07", 7), ("12", 12), (str(LARGEST), LARGEST)]
    + [(each, None) for each in ("", "-1", "1.5", " 1", "²", "one", "1" * 19, "1" * 5000)],
)
def test_a_text_is_a_whole_number_or_none(text: str, number: int | None) -> None:
    assert whole(text) == number
    assert primary_key(text) == (number or 0)


@pytest.mark.parametrize(("text", "number"), [("0", None), ("1", 1), ("60", 60), ("61", None)])
def test_it_lies_within_its_bounds(text: str, number: int | None) -> None:
    assert whole(text, 1, 60) == number
