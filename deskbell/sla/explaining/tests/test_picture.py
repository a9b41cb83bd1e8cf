"""The bar of a clock: its pieces fill it, in order, and each instant lies where it belongs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from deskbell.lib.clock import moved_to
from deskbell.sla.explaining import Drawn, drawn, one_of
from deskbell.sla.explaining.tests.conftest import Opened, account_at
from deskbell.tickets.replying import reply
from deskbell.tickets.words import Words
from tests.town import Town, at


def test_what_has_counted_what_is_closed_and_what_is_ahead_are_pieces(opened: Opened) -> None:
    shown = _first(opened, "2026-11-24 08:30")
    assert [(piece.kind, piece.label) for piece in shown.picture.pieces] == [
        ("counted", "2 h 10 min"),
        ("closed", "closed"),
        ("counted", ""),  # too narrow for its words
        ("ahead", "1 h 20 min"),
    ]
    assert [tick.kind for tick in shown.picture.ticks] == ["start", "due", "now"]
    assert _x(shown, "due") == 100
    assert _x(shown, "now") == shown.picture.pieces[3].x


def test_counted_time_is_drawn_to_scale_and_closed_time_shorter_than_it_is(
    opened: Opened,
) -> None:
    first, closed, second, _ = _first(opened, "2026-11-24 08:30").picture.pieces
    assert first.width / second.width == pytest.approx(130 / 30, rel=0.01)
    assert closed.width < first.width  # thirteen hours beside two


def test_what_is_late_goes_on_after_the_due_instant(opened: Opened, town: Town) -> None:
    shown = _first(opened, "2026-11-24 12:00")
    assert [piece.kind for piece in shown.picture.pieces][-1] == "late"
    assert _x(shown, "due") == shown.picture.pieces[-1].x
    assert _x(shown, "now") == 100


def test_an_early_reply_shows_what_was_not_used(opened: Opened, town: Town) -> None:
    ticket = opened("2026-11-23 16:50")
    with moved_to(at("2026-11-23 18:00")):
        reply(ticket, Words("On it"), by=town.ana)
    shown = drawn(one_of(account_at("2026-11-24 12:00", ticket), "first_reply", 1))
    assert [piece.kind for piece in shown.picture.pieces] == ["counted", "spared"]
    assert _x(shown, "stop") == shown.picture.pieces[1].x
    assert _x(shown, "due") == 100


@pytest.mark.parametrize("now", ["2026-11-23 17:00", "2026-11-24 09:51", "2027-02-01 12:00"])
def test_the_pieces_fill_the_bar_without_a_gap(opened: Opened, town: Town, now: str) -> None:
    ticket = opened("2026-11-23 16:50")
    for shown in map(drawn, account_at(now, ticket).clocks):
        _fills(shown)
    with moved_to(at(now)):
        reply(ticket, Words("On it"), by=town.ana)
    for shown in map(drawn, account_at(now, ticket).clocks):
        _fills(shown)


def _fills(shown: Drawn) -> None:
    pieces, ticks = shown.picture.pieces, shown.picture.ticks
    assert pieces[0].x == 0
    assert pieces[-1].x + pieces[-1].width == pytest.approx(100, abs=0.05)
    for one, other in pairwise(pieces):
        assert one.x + one.width == pytest.approx(other.x, abs=0.05)
    assert all(piece.width > 0 for piece in pieces)
    assert all(0 <= tick.x <= 100 for tick in ticks)


def _first(opened: Opened, now: str) -> Drawn:
    (clock,) = account_at(now, opened("2026-11-23 16:50")).clocks
    return drawn(clock)


def _x(shown: Drawn, kind: str) -> float:
    (tick,) = [tick for tick in shown.picture.ticks if tick.kind == kind]
    return tick.x
