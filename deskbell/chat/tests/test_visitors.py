"""A token is the whole of a session: only its digest is kept, and a week of absence ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.chat.models import Visitor
from deskbell.chat.visitors import Unknown, meet, visitor_of
from deskbell.lib import clock
from deskbell.lib.clock import moved_to


def test_the_token_finds_its_visitor_and_is_not_kept(db: None) -> None:
    visitor, token = meet(zone="America/Denver")
    assert visitor_of(token) == visitor
    assert token not in str(Visitor.objects.values().get())
    assert visitor.person.zone == "America/Denver"


def test_a_zone_that_is_none_is_left_out(db: None) -> None:
    assert meet(zone="<b>Mars</b>")[0].person.zone == ""


@pytest.mark.parametrize("forged", ["", "x", "é", "0" * 43])
def test_a_forged_token_finds_nobody(db: None, forged: str) -> None:
    meet()
    with pytest.raises(Unknown):
        visitor_of(forged)


def test_the_digest_is_no_token(db: None) -> None:
    visitor, _ = meet()
    with pytest.raises(Unknown):
        visitor_of(visitor.token_digest)


def test_a_session_ends_a_week_after_it_was_last_seen(db: None) -> None:
    _, token = meet()
    with moved_to(clock.now() + timedelta(days=7, seconds=1)), pytest.raises(Unknown):
        visitor_of(token)
