"""What a browser hears: all of it, once, and nothing that is not for it."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import F

from deskbell.postgres.cluster import Cluster
from deskbell.realtime import audience, hub, listener, topics
from deskbell.realtime.audience import heard_among
from deskbell.realtime.hub import Hub
from deskbell.realtime.listening import parameters
from deskbell.realtime.models import Audience
from deskbell.realtime.publish import publish, revoke
from deskbell.realtime.stream import Stream
from deskbell.realtime.tests.listening import (
    Browser,
    SlowTransaction,
    eventually,
    off_the_loop,
    run,
    running,
    tell,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_event_reaches_those_who_may_hear_it_and_nobody_else() -> None:
    async def story() -> None:
        ours, theirs = await off_the_loop(_tokens, ["inbox", "ticket:1"], ["ticket:2"])
        async with (
            running() as stream,
            Browser(stream, ours) as we,
            Browser(stream, theirs) as they,
        ):
            await off_the_loop(tell, "ticket:1", "<li>one\nline two</li>")
            await off_the_loop(tell, "ticket:2", "two")
            await eventually(lambda: bool(we.events and they.events))
            assert we.events == [("row", "<li>one\nline two</li>")]
            assert they.events == [("row", "two")]

    run(story)


def test_what_happens_between_drawing_the_page_and_opening_the_stream_is_told() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        await off_the_loop(tell, "inbox", "meanwhile")
        async with running() as stream, Browser(stream, token) as browser:
            await eventually(lambda: browser.named("row") == ["meanwhile"])

    run(story)


def test_whoever_would_draw_knows_to_which_pages_someone_listens() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox", "ticket:1"])
        asked = ["ticket:1", "ticket:2", "inbox"]
        assert await off_the_loop(heard_among, asked) == set()
        async with running() as stream, Browser(stream, token):
            assert await off_the_loop(heard_among, asked) == {"ticket:1"}
        await off_the_loop(_let_pass, audience.LEASE)
        assert await off_the_loop(heard_among, asked) == set()
        assert await off_the_loop(audience.forget_the_gone) == 1

    run(story)


def test_a_page_that_stays_open_stays_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "RENEWED", timedelta(0))

    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["ticket:1"])
        async with running() as stream, Browser(stream, token) as browser:
            await off_the_loop(_let_pass, audience.LEASE)
            await off_the_loop(tell, "ticket:1", "<li>one</li>")  # the hub looks
            await eventually(lambda: browser.named("row") == ["<li>one</li>"])
            await off_the_loop(tell, "ticket:1", "<li>two</li>")
            await eventually(lambda: len(browser.named("row")) == 2)
            assert await off_the_loop(heard_among, ["ticket:1"]) == {"ticket:1"}

    run(story)


def _let_pass(span: timedelta) -> None:
    Audience.objects.update(until=F("until") - span)


def test_what_is_rolled_back_is_never_told() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream, Browser(stream, token) as browser:
            await off_the_loop(_publish_and_roll_back)
            await off_the_loop(tell, "inbox", "after")
            await eventually(lambda: bool(browser.events))
            assert browser.named("row") == ["after"]

    run(story)


def test_an_event_with_a_lower_id_that_commits_later_is_not_lost_while_listening() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream, Browser(stream, token) as browser:
            slow = await off_the_loop(SlowTransaction, "inbox", "slow")
            await off_the_loop(tell, "inbox", "quick")
            await eventually(lambda: browser.named("row") == ["quick"])
            await off_the_loop(slow.commit)
            await eventually(lambda: browser.named("row") == ["quick", "slow"])

    run(story)


def test_an_event_with_a_lower_id_that_commits_while_nobody_listens_is_told_on_return() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream:
            async with Browser(stream, token) as browser:
                slow = await off_the_loop(SlowTransaction, "inbox", "slow")
                await off_the_loop(tell, "inbox", "quick")
                await eventually(lambda: browser.named("row") == ["quick"])
            await off_the_loop(slow.commit)
            async with Browser(stream, token, last=browser.last) as returned:
                await eventually(lambda: "slow" in returned.named("row"))
                again = set(returned.ids) & set(browser.ids)
                assert returned.ids.count(browser.ids[0]) == len(again) <= 1

    run(story)


def test_a_browser_that_returns_hears_what_it_missed_once() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream:
            async with Browser(stream, token) as browser:
                await off_the_loop(tell, "inbox", "first")
                await eventually(lambda: bool(browser.events))
            await off_the_loop(tell, "inbox", "missed")
            async with Browser(stream, token, last=browser.last) as returned:
                await off_the_loop(tell, "inbox", "live")
                await eventually(lambda: "live" in returned.named("row"))
                assert returned.named("row") == ["missed", "live"]

    run(story)


def test_nothing_is_lost_or_told_twice_when_the_listening_connection_is_cut() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream, Browser(stream, token) as browser:
            await off_the_loop(tell, "inbox", "before")
            await eventually(lambda: bool(browser.events))
            for number in range(20):
                if number % 5 == 0:
                    await off_the_loop(_cut_the_listeners)
                await off_the_loop(tell, "inbox", str(number))
            await eventually(lambda: len(browser.events) >= 21)
            assert sorted(browser.named("row")) == sorted(["before", *map(str, range(20))])

    run(story)


def test_nothing_is_lost_or_told_twice_when_postgresql_is_restarted() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream, Browser(stream, token) as browser:
            await off_the_loop(_tell_durably, "inbox", "before")
            await eventually(lambda: bool(browser.events))
            await asyncio.to_thread(_restart_postgres)
            await off_the_loop(_tell_durably, "inbox", "after")
            await eventually(lambda: "after" in browser.named("row"))
            await off_the_loop(_tell_durably, "inbox", "later")
            await eventually(lambda: "later" in browser.named("row"))
            assert browser.named("row") == ["before", "after", "later"]

    run(story)


def test_while_the_database_is_away_a_newcomer_is_told_to_come_back() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        stream = Stream()
        stream.hub = Hub()  # it has not connected
        async with Browser(stream, token) as browser:
            assert browser.status == 503

    run(story)


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-1] + "x", lambda token: "", lambda t: "a.b"]
)
def test_a_token_that_the_desk_did_not_sign_is_refused(spoil) -> None:  # type: ignore[no-untyped-def]
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream, Browser(stream, spoil(token)) as browser:
            assert browser.status == 403

    run(story)


def test_an_expired_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        monkeypatch.setattr(topics, "VALID_SECONDS", -1)
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream, Browser(stream, token) as browser:
            assert browser.status == 403

    run(story)


def test_losing_the_right_ends_the_stream_and_refuses_the_old_token() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox", "agent:7"])
        async with running() as stream:
            async with Browser(stream, token) as browser:
                await off_the_loop(_revoke, "agent:7")
                await eventually(browser.task.done)
                assert browser.named("revoke") == [""]
            async with Browser(stream, token, last=browser.last) as returned:
                assert returned.status == 403
            (fresh,) = await off_the_loop(_tokens, ["inbox"])
            async with Browser(stream, fresh) as allowed:
                assert allowed.status == 200

    run(story)


def test_a_reader_that_is_too_slow_is_cut_off_and_hears_all_when_it_returns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listener, "MOST_WAITING", 5)

    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream, Browser(stream, token) as attentive:
            async with Browser(stream, token) as asleep:
                asleep.stop_reading()
                for number in range(12):
                    await off_the_loop(tell, "inbox", str(number))
                    await eventually(lambda n=number: len(attentive.events) > n)  # type: ignore[misc]
                await eventually(asleep.task.done)
            assert stream.hub is not None and stream.hub.count == 1
            monkeypatch.setattr(listener, "MOST_WAITING", 100)
            async with Browser(stream, token, last=asleep.last) as returned:
                await eventually(lambda: len(returned.events) >= 12)
                assert returned.named("row") == [str(number) for number in range(12)]

    run(story)


@pytest.mark.parametrize("last", ["1.1000000000.5", "9223372036854775000.1.0"])
def test_a_browser_from_too_long_ago_or_another_database_must_draw_its_page_anew(last: str) -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream, Browser(stream, token, last=last) as browser:
            await eventually(lambda: browser.named("resync") == [""])

    run(story)


def test_silence_is_broken_by_a_heartbeat_that_moves_the_cursor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 0.2)

    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["ticket:1"])
        async with running() as stream, Browser(stream, token) as browser:
            await eventually(lambda: browser.last != "")
            before = browser.last
            await off_the_loop(tell, "ticket:2", "moves the horizon on")
            await eventually(lambda: browser.last != before)
            assert browser.events == []

    run(story)


def test_a_browser_that_leaves_is_forgotten() -> None:
    async def story() -> None:
        (token,) = await off_the_loop(_tokens, ["inbox"])
        async with running() as stream:
            assert stream.hub is not None
            async with Browser(stream, token):
                assert stream.hub.count == 1
            assert stream.hub.count == 0

    run(story)


def _tokens(*lists: list[str]) -> list[str]:
    return [topics.sign(names) for names in lists]


def _revoke(topic: str) -> None:
    with transaction.atomic():
        revoke(topic)


def _publish_and_roll_back() -> None:
    with transaction.atomic():
        publish("inbox", "row", "never")
        transaction.set_rollback(True)


def _cut_the_listeners() -> None:
    with psycopg.connect(**parameters(), autocommit=True) as cutting:
        cutting.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query ILIKE 'LISTEN deskbell_live%' AND pid <> pg_backend_pid()"
        )


def _tell_durably(topic: str, data: str) -> None:
    """The test server forgets its last commits when it is killed; one in earnest does not."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = on")
        publish(topic, "row", data)


def _restart_postgres() -> None:
    cluster = Cluster(Path(os.environ["DESKBELL_DATA"]), durable=False)
    cluster.stop("immediate")
    cluster.ensure_running()


@pytest.fixture(autouse=True)
def _forget_the_connection_that_a_restart_cut() -> None:
    connection.close()
