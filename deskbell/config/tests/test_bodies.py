"""Requests to pages are read before a thread is taken, so nobody who is slow holds the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from deskbell.config import bodies
from deskbell.config.bodies import Bodies, Slow, TooLarge
from deskbell.lib.holding import Full
from deskbell.realtime.stream import Scope

CHUNKED = [(b"transfer-encoding", b"chunked")]


def scope_of(headers: Sequence[tuple[bytes, bytes]] = CHUNKED) -> Scope:
    return {"type": "http", "method": "POST", "path": "/inbox", "headers": list(headers)}


def read(*chunks: bytes, stalls: bool = False, within: Bodies | None = None) -> bytes:
    """What a page gets to read of a body that comes in these chunks."""

    async def all_of_it() -> bytes:
        coming = list(chunks)
        receive = _coming(coming, stalls=stalls)
        found = b""
        async with (within or Bodies()).read(scope_of(), receive) as again:
            assert not coming  # all of it has come before anything is read
            more = True
            while more:
                message = await again()
                found += message["body"]
                more = message["more_body"]
            assert (await again())["type"] == "http.disconnect"
        return found

    return asyncio.run(all_of_it())


def _coming(chunks: list[bytes], *, stalls: bool) -> Any:
    state = {"left": len(chunks)}

    async def receive() -> dict[str, Any]:
        if not chunks:
            if stalls:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}
        state["left"] -= 1
        return {
            "type": "http.request",
            "body": chunks.pop(0),
            "more_body": stalls or state["left"] > 0,
        }

    return receive


@pytest.mark.parametrize(
    "chunks", [[b""], [b"a"], [b"a" * 10, b"", b"b"], [b"x" * 700_000, b"y" * 700_000]]
)
def test_a_body_is_given_again_as_it_came(chunks: list[bytes]) -> None:
    assert read(*chunks) == b"".join(chunks)


def test_one_who_stops_sending_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENT_FOR", 0.05)
    with pytest.raises(Slow):
        read(b"a", stalls=True)


def test_one_who_sends_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "WITHIN", 0.05)
    with pytest.raises(Slow):
        read(b"a", stalls=True)


def test_a_body_that_no_page_takes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST", 100)
    with pytest.raises(TooLarge):
        read(b"a" * 60, b"b" * 60)


def test_what_all_hold_together_has_a_limit_and_is_given_back() -> None:
    held = Bodies()
    held._others.free = 100
    with pytest.raises(Full):
        read(b"a" * 60, b"b" * 60, within=held)
    assert read(b"a" * 60, within=held) == b"a" * 60
    assert held._others.free == 100


def test_a_request_without_a_body_is_not_waited_for() -> None:
    async def story() -> None:
        async def receive() -> Any:
            raise AssertionError("It was asked for a body.")

        async with Bodies().read(scope_of([(b"content-length", b"0")]), receive):
            pass
        async with Bodies().read(scope_of([]), receive):
            pass

    asyncio.run(story())


@pytest.mark.parametrize("body", [b"", b"x", b"x" * (2 * bodies.PIECE + 1)])
def test_a_body_that_was_read_whole_can_be_read_once_more(body: bytes) -> None:
    async def twice() -> bytes:
        receive = _coming([body[:10], body[10:]], stalls=False)
        async with Bodies().read(scope_of(), receive) as received:
            first = await bodies.whole(received)
            assert first == body
            again = bodies.once_more(first, receive)
            second = await bodies.whole(again)
            assert (await again())["type"] == "http.disconnect"
            return second

    assert asyncio.run(twice()) == body
