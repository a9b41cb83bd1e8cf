"""Which sites may embed the bubble: those the operator named, and the desk itself."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from deskbell.realtime import topics
from deskbell.realtime.stream import _readable_by
from tests.town import Town

PORTAL, STRANGER = "https://portal.school.example", "https://elsewhere.example"


@pytest.fixture(autouse=True)
def named(settings: Settings) -> None:
    settings.BUBBLE_ORIGINS = [PORTAL]


def asked(origin: str, method: str = "get") -> HttpResponse:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"} if origin else {}
    answer: HttpResponse = getattr(Client(), method)("/bubble/welcome", headers=headers)
    return answer


def test_a_named_portal_may_read_the_answer(town: Town) -> None:
    answer = asked(PORTAL)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == PORTAL


def test_nobody_is_allowed_cookies(town: Town) -> None:
    assert "Access-Control-Allow-Credentials" not in asked(PORTAL, "options")


def test_a_named_portal_may_send_its_token(town: Town) -> None:
    answer = asked(PORTAL, "options")
    assert answer.status_code == 204
    assert "authorization" in answer["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    "origin", [STRANGER, "null", "https://portal.school.example.evil.example", "http://portal.school.example"]
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "options"])
def test_any_other_site_is_refused(town: Town, origin: str, method: str) -> None:
    answer = asked(origin, method)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize("origin", ["", "http://testserver"])
def test_the_desks_own_pages_may(town: Town, origin: str) -> None:
    assert asked(origin).status_code == 200


@pytest.mark.parametrize(("origin", "allowed"), [(PORTAL, True), (STRANGER, False), ("", False)])
def test_the_stream_may_be_read_on_the_page_for_which_its_pass_was_signed_alone(
    db: None, origin: str, allowed: bool
) -> None:
    query = f"topics={topics.sign(['trouble'], origin=PORTAL)}".encode()
    scope = {"headers": [(b"origin", origin.encode())], "query_string": query}
    headers = dict(_readable_by(scope))
    assert headers.get(b"access-control-allow-origin") == (origin.encode() if allowed else None)
    assert headers[b"vary"] == b"Origin"
