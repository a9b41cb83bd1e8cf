"""The quick door for visitors' words: the same answers as the page gives, after the commit, or none."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from deskbell.lib.plans import ASKED_BEFORE
from deskbell.messenger.quick_door import QuickDoor
from deskbell.messenger.tests.conftest import PORTAL, Bubble, Portal
from deskbell.tickets.models import Message
from tests.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
Answered = tuple[int, dict[str, str], dict[str, Any]]
OWN = {"host": "localhost"}


def through_the_door(*requests: tuple[Any, dict[str, str]]) -> list[Answered | None]:
    """What these requests, each a body and headers, are answered when they come at once; None: by no one."""

    async def story() -> list[Answered | None]:
        door = QuickDoor()
        await door.start()
        try:
            return await asyncio.gather(*(_ask(door, *each) for each in requests))
        finally:
            await door.stop()

    return asyncio.run(story())


async def _ask(door: QuickDoor, said: Any, headers: dict[str, str]) -> Answered | None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/bubble/messages",
        "query_string": b"",
        "scheme": "http",
        "client": ("127.0.0.1", 4000),
        "headers": [(n.encode(), v.encode()) for n, v in {**OWN, **headers}.items()],
    }
    assert door.takes(scope)
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    if not await door.take(scope, body, send):
        assert sent == []
        return None
    start, content = sent
    named = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], named, json.loads(content["body"])


def says(bubble: Bubble, text: str, name: str = "second-message", **more: Any) -> tuple[Any, Any]:
    return {"id": name, "text": text, **more}, {"authorization": f"Bearer {bubble.token}"}


@pytest.fixture
def two(new_bubble: Callable[[], Bubble]) -> Sequence[Bubble]:
    """Tabs of two visitors who have said one thing."""
    tabs = [new_bubble().begin(), new_bubble().begin()]
    for tab in tabs:
        tab.say("My screen is black")
    return tabs


def test_words_that_come_at_once_are_each_answered_and_stand_in_their_own_conversation(
    two: Sequence[Bubble],
) -> None:
    one, other = through_the_door(says(two[0], "Still black"), says(two[1], "Mine is blue"))
    assert one and other
    assert (one[0], one[2]["message"]["text"], one[2]["message"]["client"]) == (
        200,
        "Still black",
        "second-message",
    )
    assert other[2]["message"]["text"] == "Mine is blue"
    assert two[0].texts() == ["My screen is black", "Still black"]
    assert two[1].texts() == ["My screen is black", "Mine is blue"]


def test_the_answer_is_the_one_that_the_page_gives(two: Sequence[Bubble]) -> None:
    said, headers = says(two[0], "Still black")
    (quick,) = through_the_door((said, headers))
    assert quick
    again = Client().post(
        "/bubble/messages", said, content_type="application/json", headers=headers
    )
    assert (quick[0], quick[2]) == (again.status_code, again.json())
    page = {name: value for name, value in again.headers.items() if name != "Content-Length"}
    assert {name: value for name, value in quick[1].items() if name != "Content-Length"} == page


def test_a_portal_may_read_its_answer_and_no_other_site(portal: Portal) -> None:
    tab = portal.tab()
    tab.say("My screen is black")
    said, headers = says(tab, "Still black")
    (answer,) = through_the_door((said, {**headers, "origin": PORTAL}))
    assert answer and answer[1]["Access-Control-Allow-Origin"] == PORTAL
    elsewhere = {**headers, "origin": "https://elsewhere.example"}
    said = {**said, "id": "third-message"}
    assert through_the_door((said, elsewhere)) == [None]
    assert not Message.objects.filter(sent__client_id="third-message").exists()


@pytest.mark.parametrize(
    "said",
    [
        b"no json",
        b"[1]",
        b'"\xff"',
        {"id": "second-message", "text": 5},
        {"id": "second-message", "text": "Look", "files": ["a-key"]},
        {"id": "second-message", "text": "x" * 70_000},
        {"id": "second-message"},
    ],
)
def test_what_is_none_of_its_business_goes_to_the_page_and_stops_nothing(
    two: Sequence[Bubble], said: Any
) -> None:
    headers = says(two[0], "")[1]
    odd, fine = through_the_door((said, headers), says(two[1], "Mine is blue"))
    assert odd is None
    assert fine and fine[0] == 200
    assert two[0].texts() == ["My screen is black"]


def test_a_strange_host_goes_to_the_page(two: Sequence[Bubble]) -> None:
    said, headers = says(two[0], "Still black")
    strange = {**headers, "host": "evil.example", "origin": PORTAL}
    assert through_the_door((said, strange)) == [None]


def test_where_the_database_fails_all_go_to_the_page(
    two: Sequence[Bubble], caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE chat_sent RENAME TO gone")
    try:
        with caplog.at_level(logging.CRITICAL):
            assert through_the_door(says(two[0], "a"), says(two[1], "b")) == [None, None]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE gone RENAME TO chat_sent")
    assert two[0].texts() == ["My screen is black"]


def test_a_fault_of_the_door_itself_leaves_nobody_waiting(
    two: Sequence[Bubble], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise RuntimeError("not the visitors' fault")

    monkeypatch.setattr("deskbell.messenger.quick_door.close_old_connections", fails)
    assert through_the_door(says(two[0], "a"), says(two[1], "b")) == [None, None]


def test_words_go_on_when_postgresql_keeps_the_plans(two: Sequence[Bubble]) -> None:
    for number in range(ASKED_BEFORE + 3):
        name = f"message-number-{number}"
        told = through_the_door(says(two[0], f"{number}", name), says(two[1], f"{number}", name))
        assert None not in told
    assert len(two[0].texts()) == ASKED_BEFORE + 4


def test_nobody_speaks_for_another(two: Sequence[Bubble], town: Town) -> None:
    said, _ = says(two[0], "I am you")
    assert through_the_door((said, {"authorization": "Bearer guessed"}), (said, {})) == [None, None]
    assert not Message.objects.filter(text="I am you").exists()
