"""A page that waits for a stranger leaves the other thread of the web process to everybody else."""

from __future__ import annotations

import threading

import pytest

from deskbell.lib import outside
from deskbell.lib.errors import Refused
from deskbell.lib.outside import asking_outside


def test_one_page_at_a_time_waits_for_a_stranger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "PATIENCE", 0.05)
    answers, asks = threading.Event(), threading.Event()

    def slow() -> None:
        with asking_outside():
            asks.set()
            answers.wait(30)

    thread = threading.Thread(target=slow)
    thread.start()
    asks.wait(30)
    with pytest.raises(Refused, match="Try again in a few seconds"), asking_outside():
        pass
    answers.set()
    thread.join()
    with asking_outside():
        pass
