"""Waiting longer each time, and never too long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.lib.backoff import backoff


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 5), (1, 5), (2, 15), (3, 45), (9, 900), (10**9, 900)]
)
def test_it_waits_three_times_as_long_after_each_failure_up_to_a_limit(
    attempts: int, seconds: int
) -> None:
    found = backoff(attempts, timedelta(seconds=5), timedelta(minutes=15))
    assert found == timedelta(seconds=seconds)


def test_or_twice_as_long() -> None:
    pauses = [backoff(n, timedelta(seconds=5), timedelta(minutes=2), times=2) for n in range(1, 8)]
    assert [pause.total_seconds() for pause in pauses] == [5, 10, 20, 40, 80, 120, 120]
