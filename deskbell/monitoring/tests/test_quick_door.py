"""The quick door before Django: what it answers, and that the answer comes after the commit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from deskbell.monitoring.intake import taking
from deskbell.monitoring.intake.door import Door
from deskbell.monitoring.intake.receiving import LARGEST
from deskbell.monitoring.models import Alert, Body, Source
from deskbell.monitoring.tests.payloads import alert, body
from tests.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
Sent = tuple[int, dict[str, Any]]


@pytest.fixture
def storm(town: Town) -> Source:
    return Source.objects.create(name="Storm", kind="alertmanager", token="secret")


def knock(
    *bodies: Sequence[bytes],
    path: str = "/alerts/alertmanager/secret",
    cut_off: bool = False,
    headers: Sequence[tuple[bytes, bytes]] = (),
    meanwhile: Callable[[Door], None] | None = None,
) -> list[Sent]:
    """Send each body in its chunks, all at once; answers status and JSON of each that was answered."""

    async def all_of_them() -> list[Sent]:
        door = Door()
        if meanwhile:
            meanwhile(door)
        await door.start()
        try:
            return [
                found
                for found in await asyncio.gather(*(one(door, chunks) for chunks in bodies))
                if found
            ]
        finally:
            await door.stop()

    async def one(door: Door, chunks: Sequence[bytes]) -> Sent | None:
        last = len(chunks) - 1
        coming = [
            {"type": "http.request", "body": chunk, "more_body": cut_off or place < last}
            for place, chunk in enumerate(chunks)
        ]
        coming.append({"type": "http.disconnect"})
        answered: list[Any] = []

        async def receive() -> Any:
            return coming.pop(0)

        async def send(message: Any) -> None:
            answered.append(message)

        scope = {"type": "http", "method": "POST", "path": path, "headers": list(headers)}
        assert door.takes(scope)
        await door.take(scope, receive, send)
        return (answered[0]["status"], json.loads(answered[1]["body"])) if answered else None

    return asyncio.run(all_of_them())


def test_what_comes_together_is_stored_together_and_each_hears_its_number(storm: Source) -> None:
    answers = knock(*([body(alert(f"a{number}"))] for number in range(30)))
    assert [status for status, _ in answers] == [200] * 30
    for number, (_, told) in enumerate(answers):
        assert bytes(Body.objects.get(pk=told["stored"]).content) == body(alert(f"a{number}"))
    while taking.take_next():
        pass
    assert Alert.objects.filter(source=storm).count() == 30


def test_a_body_in_chunks_without_a_length_is_whole(storm: Source) -> None:
    whole = body(alert())
    assert knock([whole[:10], whole[10:200], b"", whole[200:]])[0][0] == 200
    assert bytes(Body.objects.get().content) == whole


def test_a_wrong_secret_is_not_found_and_stores_nothing(storm: Source) -> None:
    assert knock([b"{}"], path="/alerts/alertmanager/wrong")[0][0] == 404
    assert knock([b"{}"], path="/alerts/kuma/secret")[0][0] == 404
    assert not Body.objects.exists()


def test_more_than_a_megabyte_is_kept_in_part(storm: Source) -> None:
    assert knock([b"x" * LARGEST, b"y" * 10])[0][0] == 202
    kept = Body.objects.get()
    assert (kept.size, len(kept.content)) == (LARGEST + 10, LARGEST)


def test_a_sender_that_is_cut_off_is_not_answered_and_nothing_is_kept(storm: Source) -> None:
    assert knock([b'{"alerts": ['], cut_off=True) == []
    assert not Body.objects.exists()


def test_the_headers_that_a_reader_needs_are_kept_and_no_others(storm: Source) -> None:
    knock([b"{}"], headers=[(b"Content-Type", b"application/json"), (b"Cookie", b"secret")])
    assert Body.objects.get().headers == {"content-type": "application/json"}


def test_a_connection_that_was_lost_is_503_and_the_next_one_is_stored(storm: Source) -> None:
    """What PostgreSQL's restart leaves behind: a connection that looks alive and is not."""

    def lose(door: Door) -> None:
        real = door._connected
        lost: list[bool] = []

        async def connected() -> Any:
            connection = await real()
            if not lost and door._known:
                lost.append(True)
                await connection.execute("SELECT set_config('statement_timeout', '1ms', false)")
                await connection.commit()
                await connection.close()
            return connection

        door._connected = connected  # type: ignore[method-assign]

    first = knock([b"{}"], meanwhile=lose)
    assert first[0][0] == 503
    assert not Body.objects.exists()
    assert knock([b"{}"])[0][0] == 200


def test_what_needs_a_signature_goes_by_django(storm: Source) -> None:
    for path in ("/alerts/grafana/secret", "/v2/enqueue", "/alerts/sources", "/alerts"):
        assert not Door().takes({"method": "POST", "path": path})
    assert not Door().takes({"method": "GET", "path": "/alerts/alertmanager/secret"})
