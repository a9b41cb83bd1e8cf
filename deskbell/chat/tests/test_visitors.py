"""A token is the whole of a session: only its digest is kept, and half a day of absence ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.chat.models import Session
from deskbell.chat.visitors import Unknown, meet, set_remembered, sign_out, visitor_of
from deskbell.lib import clock
from deskbell.lib.clock import moved_to


def test_the_token_finds_its_visitor_and_is_not_kept(db: None) -> None:
    visitor, token = meet(zone="America/Denver")
    assert visitor_of(token) == visitor
    assert token not in str(Session.objects.values().get())
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
        visitor_of(visitor.sessions.get().token_digest)


def test_a_laptop_may_sleep_and_a_session_ends_half_a_day_after_it_was_last_seen(db: None) -> None:
    _, token = meet()
    with moved_to(clock.now() + timedelta(hours=11, minutes=59)):
        visitor_of(token)
    with moved_to(clock.now() + timedelta(hours=12, seconds=1)), pytest.raises(Unknown):
        visitor_of(token)


def test_who_asked_to_be_remembered_is_for_30_days(db: None) -> None:
    _, token = meet()
    set_remembered(token, remembered=True)
    with moved_to(clock.now() + timedelta(days=29)):
        visitor_of(token)
    with moved_to(clock.now() + timedelta(days=31)), pytest.raises(Unknown):
        visitor_of(token)
    set_remembered(token, remembered=False)
    with moved_to(clock.now() + timedelta(days=1)), pytest.raises(Unknown):
        visitor_of(token)


def test_a_session_that_was_signed_out_finds_nobody(db: None) -> None:
    _, token = meet()
    _, other = meet()
    sign_out(token)
    with pytest.raises(Unknown):
        visitor_of(token)
    visitor_of(other)
