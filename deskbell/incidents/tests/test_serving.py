"""The status page is served from its files alone: no database, no way out of the folder, no half files."""

from __future__ import annotations

import gzip
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from deskbell.incidents.models import PrivatePage
from deskbell.incidents.status_page import shelf, signature
from deskbell.incidents.status_page.bucket import Bucket
from deskbell.incidents.status_page.copying import Copy
from deskbell.incidents.status_page.folder import Folder
from deskbell.incidents.status_page.loop import Renderer
from deskbell.incidents.status_page.serving import StatusPage
from deskbell.incidents.tests.status_pages import ask, rendered
from deskbell.incidents.tests.test_updating import streaming
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.monitoring.models import Maintenance
from tests import s3
from tests.town import Town, at

PAGE = (
    b'<!doctype html><html lang="en"><body><!--stale America/New_York--><h1>Well</h1>'
    + b"<p>word</p>" * 100
)


@pytest.fixture
def page(tmp_path: Path) -> StatusPage:
    """A folder with a page; no test that uses it has a database."""
    folder = Folder(tmp_path / "status")
    folder.write("index.html", PAGE)
    folder.write("es/index.html", PAGE.replace(b'"en"', b'"es"'))
    folder.write("history/2026-11.html", b"November")
    folder.write("404.html", b"Nothing here")
    folder.write("es/404.html", b"Nothing here")
    folder.write("api/v2/summary.json", b"{}")
    folder.write("assets/status.0123.css", b"a{}")
    folder.write("heartbeat.json", b"{}")
    (tmp_path / "secret_key").write_text("the key")
    (tmp_path / "status" / ".hidden.html").write_text("hidden")
    return StatusPage(tmp_path / "status")


def stop_the_heart(page: StatusPage, seconds: float = 3600) -> None:
    beat = clock.now().timestamp() - seconds
    os.utime(page.shelf.root / "heartbeat.json", (beat, beat))


def test_pages_are_found_by_their_addresses(page: StatusPage) -> None:
    for path in ("/status", "/status/", "/status/es", "/status/history/2026-11"):
        answer = ask(page, path)
        assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "stale-if-error" in ask(page, "/status").headers["cache-control"]
    assert "immutable" in ask(page, "/status/assets/status.0123.css").headers["cache-control"]


def test_who_takes_gzip_gets_it(page: StatusPage) -> None:
    packed = ask(page, "/status", accept_encoding="br, gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == PAGE == ask(page, "/status").body
    assert packed.headers["vary"] == ask(page, "/status").headers["vary"] == "accept-encoding"


def test_a_twin_that_is_not_of_these_bytes_is_not_sent(page: StatusPage) -> None:
    twin = page.shelf.root / "index.html.gz"
    twin.write_bytes(gzip.compress(PAGE.replace(b"Well", b"Down")))
    assert gzip.decompress(ask(page, "/status", accept_encoding="gzip").body) == PAGE


def test_who_has_it_is_told_so(page: StatusPage) -> None:
    for encoding in ("", "gzip"):
        etag = ask(page, "/status", accept_encoding=encoding).headers["etag"]
        again = ask(page, "/status", accept_encoding=encoding, if_none_match=f'"x", W/{etag}')
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert ask(page, "/status", if_none_match='"other"').status == 200


def test_head_says_the_same_without_the_body(page: StatusPage) -> None:
    asked, head = ask(page, "/status"), ask(page, "/status", "HEAD")
    assert (head.status, head.headers, head.body) == (200, asked.headers, b"")


def test_a_page_can_only_be_read(page: StatusPage) -> None:
    answer = ask(page, "/status", "POST")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/status/../secret_key",
        "/status/es/../../secret_key",
        "/status//secret_key",
        "/status/..",
        "/status/.hidden",
        "/status/.hidden.html",
        "/status/index.html.gz",
        "/status/private/x",
        "/status/d/../../secret_key",
        "/status/d/short",
        "/status/%2e%2e/secret_key",
        "/status/es\0/x",
        "/status/history/2026-11\n",
        "/status/" + "a" * 5000,
        "/status/nothing",
    ],
)
def test_nothing_else_is_found(page: StatusPage, path: str) -> None:
    answer = ask(page, path)
    assert (answer.status, answer.body) == (404, b"Nothing here")


def test_what_has_changed_is_sent_at_once(
    page: StatusPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "LOOK_AGAIN", 0.0)
    before = ask(page, "/status")
    Folder(page.shelf.root).write("index.html", PAGE.replace(b"Well", b"Down"))
    after = ask(page, "/status")
    assert b"Down" in after.body and after.headers["etag"] != before.headers["etag"]
    (page.shelf.root / "index.html").unlink()
    assert ask(page, "/status").status == 503


class TestStale:
    """A page that is no longer renewed says since when, also to those who have no script."""

    def test_it_says_so_in_its_language(self, page: StatusPage) -> None:
        assert "not been renewed" not in ask(page, "/status").text
        stop_the_heart(page)
        fresh = StatusPage(page.shelf.root)
        english = ask(fresh, "/status", accept_encoding="gzip")
        said = gzip.decompress(english.body).decode()
        assert "This page has not been renewed since <time" in said and "Eastern" in said
        assert "Esta página no se renueva desde el <time" in ask(fresh, "/status/es").text

    def test_browsers_that_had_it_fresh_hear_of_it(self, page: StatusPage) -> None:
        etag = ask(page, "/status").headers["etag"]
        stop_the_heart(page)
        assert ask(StatusPage(page.shelf.root), "/status", if_none_match=etag).status == 200

    def test_data_stays_data(self, page: StatusPage) -> None:
        stop_the_heart(page)
        assert ask(StatusPage(page.shelf.root), "/status/api/v2/summary.json").text == "{}"

    def test_a_short_pause_is_nothing(self, page: StatusPage) -> None:
        stop_the_heart(page, 60)
        assert "not been renewed" not in ask(StatusPage(page.shelf.root), "/status").text


def test_before_the_first_page_there_is_a_kind_word(tmp_path: Path) -> None:
    page = StatusPage(tmp_path / "nowhere")
    answer = ask(page, "/status")
    assert (answer.status, answer.headers["retry-after"]) == (503, "3")
    assert "It is there in a moment" in answer.text and "en un momento" in answer.text
    assert ask(page, "/status/x").status == 404


def test_data_may_be_read_by_every_site_and_pages_by_none(page: StatusPage) -> None:
    summary = ask(page, "/status/api/v2/summary.json")
    assert summary.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in ask(page, "/status").headers
    assert "frame-ancestors 'none'" in ask(page, "/status").headers["content-security-policy"]


def test_what_django_answers_is_left_to_it(page: StatusPage) -> None:
    assert page.takes("/status") and page.takes("/status/x") and not page.takes("/statuses")
    assert not page.takes("/inbox") and not page.takes("/status/subscribe")


class TestFolder:
    """Each file is replaced as a whole."""

    def test_a_write_that_fails_leaves_what_was(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = Folder(tmp_path)
        folder.write("a.html", b"old")

        def full(*_: object) -> None:
            raise OSError("No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            folder.write("a.html", b"new")
        assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [
            ("a.html", b"old")
        ]

    def test_what_is_no_longer_wanted_goes_and_assets_stay(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path)
        for path in ("a.html", "old/b.html", "assets/c.css"):
            folder.write(path, b"x" * 600)
        folder.keep_only({"a.html"})
        assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.*")) == [
            "a.html",
            "a.html.gz",
            "assets/c.css",
            "assets/c.css.gz",
        ]


class TestRenderer:
    """The worker's step."""

    def test_nothing_is_written_while_nothing_changes(self, town: Town, tmp_path: Path) -> None:
        now, renderer = at("2026-11-20 12:10"), Renderer(tmp_path)
        with moved_to(now - timedelta(days=1)):
            component = streaming(state="operational")
        assert renderer.render(now)
        before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.html")}
        assert not renderer.render(now + timedelta(minutes=5))
        component.description = "Runs what you need"  # nothing that a page shows
        component.save()
        renderer.render(now + timedelta(minutes=6))
        assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.html")} == before

    def test_days_pass_and_windows_begin_without_anyone_saying_so(
        self, town: Town, tmp_path: Path
    ) -> None:
        window = Maintenance.objects.create(
            title="Upgrade", starts_at=at("2026-11-20 22:00"), ends_at=at("2026-11-20 23:00")
        )
        window.components.set([streaming(state="operational")])
        renderer, page = Renderer(tmp_path), StatusPage(tmp_path)
        for moment, said in (
            ("20 21:50", "Planned</strong>"),
            ("20 22:00", "In progress</strong>"),
            ("20 23:00", "Completed</strong>"),
        ):
            with moved_to(at(f"2026-11-{moment}")):
                assert renderer.render(clock.now()), moment
                assert said in ask(StatusPage(tmp_path), "/status").text, moment
        with moved_to(at("2026-11-20 21:59:58")):
            assert signature.next_edge(clock.now()) == window.starts_at
        with moved_to(at("2026-11-21 00:00")):
            assert renderer.render(clock.now())
        assert 'data-day="Sat, Nov 21' in ask(page, "/status").text

    def test_it_says_until_when_it_is_true(self, town: Town, tmp_path: Path) -> None:
        Renderer(tmp_path).step()
        told = json.loads((tmp_path / "heartbeat.json").read_text())["checked_at"]
        assert abs((clock.now() - datetime.fromisoformat(told)).total_seconds()) < 60

    @pytest.mark.parametrize("broken", ["rendering.draw", "badge.badge", "api.documents"])
    def test_what_can_not_be_drawn_stays_as_it_was_and_the_rest_goes_on(
        self, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
    ) -> None:
        component = streaming(state="operational")
        private = PrivatePage.objects.create(district=town.north_valley)
        renderer = Renderer(tmp_path)
        renderer.step()
        names = ("index.html", "badge.svg", "api/v2/status.json", "feed.atom", "404.html")
        old = {name: (tmp_path / name).read_bytes() for name in names}
        (tmp_path / "heartbeat.json").unlink()

        component.state = "major_outage"
        component.save()
        PrivatePage.objects.filter(pk=private.pk).update(revoked_at=clock.now())
        with monkeypatch.context() as patched:
            name = f"deskbell.incidents.status_page.pages.{broken}"
            patched.setattr(name, lambda *_, **__: 1 / 0)
            renderer.step()
        now = {name: (tmp_path / name).read_bytes() for name in names}
        changed = {name for name in names if now[name] != old[name]}
        assert changed >= {"rendering.draw": {"badge.svg"}}.get(broken, {"index.html"})
        assert (tmp_path / "heartbeat.json").exists()
        assert not (tmp_path / "private").exists()  # a revoked page goes at once, whatever fails

        renderer.render(clock.now())
        for name in ("index.html", "badge.svg", "api/v2/status.json"):
            assert (tmp_path / name).read_bytes() != old[name]


@pytest.mark.django_db
def test_a_reader_asks_no_database(town: Town, tmp_path: Path) -> None:
    streaming(state="operational")
    page = rendered(tmp_path)
    with connection.execute_wrapper(lambda *_: pytest.fail("asked the database")):
        assert ask(page, "/status").status == 200
        assert ask(page, "/status/nothing").status == 404


class TestSecondFolder:
    """A web server elsewhere serves what the desk wrote there."""

    def test_the_public_pages_are_there_and_nobodys_own(self, town: Town, tmp_path: Path) -> None:
        PrivatePage.objects.create(district=town.north_valley)
        streaming(state="operational")
        Renderer(tmp_path / "home", tmp_path / "away").step()
        home, away = tmp_path / "home", tmp_path / "away"
        for name in ("index.html", "index.html.gz", "api/v2/summary.json", "heartbeat.json"):
            assert (away / name).read_bytes() == (home / name).read_bytes()
        assert (home / "private").is_dir() and not (away / "private").exists()

    def test_what_goes_here_goes_there_and_others_files_stay(
        self, town: Town, tmp_path: Path
    ) -> None:
        away = tmp_path / "away"
        away.mkdir()
        (away / "robots.txt").write_text("theirs")
        component = streaming(state="operational")
        window = Maintenance.objects.create(
            title="Upgrade", starts_at=clock.now(), ends_at=clock.now() + timedelta(hours=1)
        )
        window.components.set([component])
        renderer = Renderer(tmp_path / "home", away)
        renderer.step()
        assert (away / f"maintenance/{window.pk}.html").exists()
        window.delete()
        renderer.step()
        assert not (away / f"maintenance/{window.pk}.html").exists()
        assert (away / "robots.txt").read_text() == "theirs"

    def test_a_removal_is_not_forgotten_by_a_restart_nor_stopped_by_another(
        self, town: Town, tmp_path: Path
    ) -> None:
        streaming(state="operational")
        home, away = tmp_path / "home", tmp_path / "away"
        Folder(home).write("incidents/7.html", b"x")
        before = Copy(home, Folder(away), "near")
        before.note(["incidents/7.html"])
        before.bring()
        (away / "badge.svg").mkdir()  # in the way of one

        Renderer(home, away).step()
        assert not (away / "incidents/7.html").exists()
        assert (away / "index.html").exists() and not (away / "heartbeat.json").exists()
        (away / "badge.svg").rmdir()
        renderer = Renderer(home, away)
        renderer.step()
        assert (away / "badge.svg").is_file() and (away / "heartbeat.json").exists()

    def test_a_folder_that_can_not_be_written_stops_nothing(
        self, town: Town, tmp_path: Path
    ) -> None:
        away = tmp_path / "away"
        away.write_text("in the way")
        renderer = Renderer(tmp_path / "home", away)
        renderer.step()
        assert ask(StatusPage(tmp_path / "home"), "/status").status == 200
        away.unlink()
        renderer.step()
        assert (away / "index.html").exists()


class TestBucket:
    """The same in a bucket, under the names of the addresses; S3 is a stand-in that checks signatures."""

    def test_pages_go_there_and_go_on_after_it_was_away(
        self, town: Town, tmp_path: Path, settings: Any
    ) -> None:
        settings.MAY_REACH, settings.S3_REGION = ["127.0.0.1"], s3.REGION
        settings.S3_KEY, settings.S3_SECRET = s3.KEY, s3.SECRET
        PrivatePage.objects.create(district=town.north_valley)
        streaming(state="operational")
        renderer = Renderer(tmp_path, bucket="page")
        with s3.standing_in() as store:
            settings.S3_URL, store.down = store.url, 503
            renderer.step()
            renderer.bring_far()
            assert store.objects == {}
            store.down = 0
            renderer.bring_far()
        assert store.objects["page", "status"] == (tmp_path / "index.html").read_bytes()
        assert store.types["page", "status/es"] == "text/html; charset=utf-8"
        assert store.types["page", "status/api/v2/summary.json"].startswith("application/json")
        assert {"status/history", "status/heartbeat.json"} <= {key for _, key in store.objects}
        assert not any("private" in key for _, key in store.objects)

    def test_what_is_gone_here_is_removed_there(self, tmp_path: Path, settings: Any) -> None:
        settings.MAY_REACH, settings.S3_REGION = ["127.0.0.1"], s3.REGION
        settings.S3_KEY, settings.S3_SECRET = s3.KEY, s3.SECRET
        copy = Copy(tmp_path, Bucket("page"), "far")
        with s3.standing_in() as store:
            settings.S3_URL = store.url
            Folder(tmp_path).write("incidents/7.html", b"x")
            copy.note(["incidents/7.html", "private/x.html"])
            copy.bring()
            assert list(store.objects) == [("page", "status/incidents/7")]
            Folder(tmp_path).remove("incidents/7.html")
            copy.note(["incidents/7.html"])
            copy.bring()
            copy.bring()
        assert store.objects == {} and len(store.asked) == 2
