"""Whose request it is, behind a web server on the desk's own machine."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from deskbell.lib.callers import caller_of


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("::1", "198.51.100.1, 2001:db8::7", "2001:db8::7"),  # the first is what the asker wrote
        ("::ffff:127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7, made up", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # anybody can write the field
        ("", "198.51.100.1", ""),
    ],
)
def test_the_web_server_before_the_desk_says_whom_it_answers(
    peer: str, forwarded: str, caller: str
) -> None:
    request = RequestFactory(REMOTE_ADDR=peer).get("/", headers={"X-Forwarded-For": forwarded})
    assert caller_of(request) == caller
