"""The quick door before Django: what it answers, and that the answer comes after the commit."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from django.db import connection

from deskbell.lib import sealing
from deskbell.monitoring.intake import addresses, taking
from deskbell.monitoring.intake import door as doors
from deskbell.monitoring.intake.batches import NotStored, Waiting
from deskbell.monitoring.intake.door import Door
from deskbell.monitoring.intake.linking import NAME
from deskbell.monitoring.intake.receiving import LARGEST
from deskbell.monitoring.models import Alert, Body, Source
from deskbell.monitoring.tests.payloads import alert, body
from tests.town import Town

pytestmark = pytest.mark.django_db(transaction=True)
Sent = tuple[int, dict[str, Any]]
HERE = "/alerts/alertmanager/secret"
Then = Callable[[Door], Awaitable[Any]]


@pytest.fixture
def storm(town: Town) -> Source:
    return Source.objects.create(name="Storm", kind="alertmanager", token="secret")


class Sender:
    """Knocks at a door, and remembers whether its body was asked for."""

    def __init__(self, door: Door, *, cut_off: bool = False, stalls: bool = False) -> None:
        self.door, self.cut_off, self.stalls = door, cut_off, stalls
        self.was_read = False

    async def send(
        self,
        *chunks: bytes,
        path: str = HERE,
        headers: Sequence[tuple[bytes, bytes]] = (),
        method: str = "POST",
    ) -> Sent | None:
        """Status and JSON, if it is answered."""
        last = len(chunks) - 1
        coming = [
            {
                "type": "http.request",
                "body": chunk,
                "more_body": self.cut_off or self.stalls or place < last,
            }
            for place, chunk in enumerate(chunks)
        ]
        answered: list[Any] = []

        async def receive() -> Any:
            self.was_read = True
            if not coming and self.stalls:
                await asyncio.Event().wait()
            return coming.pop(0) if coming else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            answered.append(message)

        scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
        assert self.door.takes(scope)
        await self.door.take(scope, receive, send)
        return (answered[0]["status"], json.loads(answered[1]["body"])) if answered else None


def with_a_door(story: Then) -> Any:
    """Tell a story with one door that is open."""

    async def told() -> Any:
        door = Door()
        await door.start()
        try:
            return await story(door)
        finally:
            await door.stop()

    return asyncio.run(told())


def knock(*bodies: Sequence[bytes], cut_off: bool = False, **more: Any) -> list[Sent]:
    """Send each body in its chunks, all at once; answers status and JSON of each that was answered."""

    async def story(door: Door) -> list[Sent]:
        senders = (Sender(door, cut_off=cut_off).send(*chunks, **more) for chunks in bodies)
        return [found for found in await asyncio.gather(*senders) if found]

    found: list[Sent] = with_a_door(story)
    return found


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


def test_a_wrong_secret_is_answered_before_its_body_is_read(storm: Source) -> None:
    async def story(door: Door) -> None:
        stranger = Sender(door)
        answered = await stranger.send(b"x" * 100, path="/alerts/alertmanager/guessed")
        assert answered == (404, {"error": "No source has this address."})
        assert not stranger.was_read

    with_a_door(story)


def test_a_body_that_comes_too_slowly_is_given_up_and_may_come_again(
    storm: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "READ_WITHIN", 0.05)

    async def story(door: Door) -> None:
        before = door._room.free
        assert await Sender(door, stalls=True).send(b'{"alerts"') == (503, {"error": doors.AGAIN})
        assert door._room.free == before

    with_a_door(story)
    assert not Body.objects.exists()


def test_what_is_held_in_memory_has_a_limit_and_beyond_it_is_sent_again(storm: Source) -> None:
    async def story(door: Door) -> None:
        door._room.free = 100
        first = Sender(door, stalls=True)
        slow = asyncio.create_task(first.send(b"x" * 80))
        while door._room.free > 20:
            await asyncio.sleep(0)
        assert await Sender(door).send(b"y" * 30) == (503, {"error": doors.AGAIN})
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        answered = await Sender(door).send(b"y" * 30)
        assert answered and answered[0] == 200

    with_a_door(story)


def test_a_flood_of_wrong_secrets_costs_a_query_now_and_then_and_delays_nobody(
    storm: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "KNOWN_FOR", 60.0)  # the right one is known for the whole test

    async def story(door: Door) -> list[Any]:
        read, readings, may_read_on = door.addresses._read, [], asyncio.Event()

        async def counted() -> None:
            readings.append(True)
            if readings[1:]:
                await may_read_on.wait()
            await read()

        door.addresses._read = counted  # type: ignore[method-assign]
        await Sender(door).send(b"{}")
        wrong = [
            Sender(door).send(b"{}", path=f"/alerts/alertmanager/guess{number}")
            for number in range(500)
        ]
        flood = asyncio.gather(*wrong)
        right = await Sender(door).send(b"{}")
        assert right and right[0] == 200
        assert not flood.done()  # the right one has not waited for them
        may_read_on.set()
        answers = await flood
        assert {answer[0] for answer in answers if answer} == {404}
        return readings

    assert len(with_a_door(story)) <= 3


def test_a_source_that_was_added_a_moment_ago_is_known(storm: Source) -> None:
    async def story(door: Door) -> None:
        await Sender(door).send(b"{}")
        await asyncio.to_thread(make)
        answered = await Sender(door).send(b"{}", path="/alerts/kuma/new")
        assert answered and answered[0] == 200

    def make() -> None:
        Source.objects.create(name="New", kind="kuma", token="new")
        connection.close()

    with_a_door(story)


def test_one_that_cannot_be_stored_is_sent_away_alone(storm: Source) -> None:
    """Its source is removed while it comes; what others sent in the same transaction is kept."""
    gone = Source.objects.create(name="Gone", kind="kuma", token="gone")

    async def story(door: Door) -> list[Any]:
        await Sender(door).send(b"{}", path="/alerts/kuma/gone")
        await asyncio.to_thread(remove)
        return await asyncio.gather(
            *(Sender(door).send(f"{number}".encode()) for number in range(9)),
            Sender(door).send(b"{}", path="/alerts/kuma/gone"),
            *(Sender(door).send(f"{number}".encode()) for number in range(9)),
        )

    def remove() -> None:
        gone.delete()
        connection.close()

    answers = with_a_door(story)
    assert [status for status, _ in answers] == [200] * 9 + [404] + [200] * 9
    assert Body.objects.filter(source=storm).count() == 18


def test_a_row_that_the_database_refuses_stands_alone(storm: Source) -> None:
    async def story(door: Door) -> list[Any]:
        waiting = [Waiting(storm.pk, b"{}", 2, {}, False) for _ in range(7)]
        waiting[4].size = 2**70
        return await asyncio.gather(
            *(door.batches.store(each) for each in waiting), return_exceptions=True
        )

    found = with_a_door(story)
    assert [isinstance(each, int) for each in found] == [True] * 4 + [False] + [True] * 2
    assert isinstance(found[4], NotStored)


def test_a_connection_that_was_lost_is_503_and_the_next_one_is_stored(storm: Source) -> None:
    """What PostgreSQL's restart leaves behind: a connection that looks alive and is not."""

    async def story(door: Door) -> list[Any]:
        before = await Sender(door).send(b"{}")
        await asyncio.to_thread(end_its_connections)
        return [before, await Sender(door).send(b"{}"), await Sender(door).send(b"{}")]

    def end_its_connections() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE application_name = %s",
                [NAME],
            )
        connection.close()

    assert [status for status, _ in with_a_door(story)] == [200, 503, 200]
    assert Body.objects.count() == 2


def test_a_signed_body_is_taken_if_its_signature_fits(town: Town) -> None:
    Source.objects.create(
        name="Grafana", kind="grafana", token="secret", sealed=sealing.seal("hunter2")
    )
    good = hmac.new(b"hunter2", b"{}", "sha256").hexdigest().encode()
    for signature, status in ((good, 200), (b"wrong", 403)):
        answers = knock(
            [b"{}"],
            path="/alerts/grafana/secret",
            headers=[(b"X-Grafana-Alerting-Signature", signature)],
            method="PUT",
        )
        assert answers[0][0] == status
    assert Body.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "secret", "key", "status"),
    [
        ("/v2/enqueue", "routing_key", "dedup_key", 202),
        ("/generic/2010-04-15/create_event.json", "service_key", "incident_key", 200),
    ],
)
def test_events_of_pagerduty_are_answered_as_pagerduty_does(
    town: Town, path: str, secret: str, key: str, status: int
) -> None:
    Source.objects.create(name="PD", kind="pagerduty", token="1f3a")
    event = {secret: "1f3a", key: "disk"}
    thanks = {"status": "success", "message": "Event processed", key: "disk"}
    assert knock([json.dumps(event).encode()], path=path) == [(status, thanks)]
    wrong = knock([json.dumps(event | {secret: "guess"}).encode()], path=path)
    assert (wrong[0][0], wrong[0][1]["errors"]) == (400, [secret])
    assert Body.objects.count() == 1


def test_pages_and_other_methods_go_to_django(storm: Source) -> None:
    for path in ("/alerts/sources", "/alerts", "/alerts/checks/secret", "/alerts/3/silence"):
        assert not Door().takes({"method": "POST", "path": path})
    assert not Door().takes({"method": "GET", "path": HERE})
