"""P2 from end to end: Debian's Prometheus sees a target fall silent, and its Alertmanager tells the desk, by
webhook and as a client of PagerDuty's. Someone is paged; all is over when the target answers again."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from deskbell.postgres.cluster import Cluster
from tests.journeys.conftest import ADMINISTRATOR, ALL_LOOKS, keep_picture
from tests.journeys.running_desk import RunningDesk, free_port, wait_for
from tests.journeys.test_doors import add_sources, contents

PROMETHEUS = shutil.which("prometheus")
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
PATIENCE = 60  # seconds: scraped and judged every second, on a busy machine
SUMMARY = "The streaming server does not answer"
RULES = f"""
groups:
  - name: streaming
    rules:
      - alert: StreamingDown
        expr: up{{job="streaming"}} == 0
        labels: {{severity: critical}}
        annotations: {{summary: "{SUMMARY}"}}
"""
SCRAPING = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}"]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["127.0.0.1:{alertmanager}"]}}]}}]}}
scrape_configs: [{{job_name: streaming, static_configs: [{{targets: ["127.0.0.1:{target}"]}}]}}]
"""
ROUTING = """
route: {{receiver: deskbell, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 4h}}
receivers:
  - name: deskbell
    webhook_configs:
      - {{url: "{desk}/alerts/alertmanager/s3cret-alertmanager", send_resolved: true}}
    pagerduty_configs:
      - {{url: "{desk}/v2/enqueue", routing_key: s3cret-pagerduty, send_resolved: true}}
"""


class Metrics(BaseHTTPRequestHandler):
    """What Prometheus reads of the streaming server."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"streams_running 12\n")

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Target:
    """The streaming server: it can fall silent, and come back at the same address."""

    def __init__(self) -> None:
        self.port = free_port()
        self.server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Metrics)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def target(desk: RunningDesk, tmp_path: Path) -> Iterator[Target]:
    """It is watched by a Prometheus, which tells an Alertmanager, which tells the desk."""
    add_sources(desk, ["alertmanager", "pagerduty"], impact="urgent")
    found = Target()
    found.start()
    listening = free_port()
    (tmp_path / "rules.yml").write_text(RULES)
    (tmp_path / "prometheus.yml").write_text(
        SCRAPING.format(rules=tmp_path / "rules.yml", alertmanager=listening, target=found.port)
    )
    (tmp_path / "alertmanager.yml").write_text(ROUTING.format(desk=desk.url))
    with (
        started(
            str(ALERTMANAGER),
            listening,
            f"--config.file={tmp_path / 'alertmanager.yml'}",
            f"--storage.path={tmp_path / 'alertmanager'}",
            "--cluster.listen-address=",
        ),
        started(
            str(PROMETHEUS),
            port := free_port(),
            f"--config.file={tmp_path / 'prometheus.yml'}",
            f"--storage.tsdb.path={tmp_path / 'prometheus'}",
        ),
    ):
        wait_for(lambda: sees(port, up=True), "Prometheus to see the target", seconds=PATIENCE)
        yield found
    found.stop()


@contextmanager
def started(program: str, port: int, *options: str) -> Iterator[None]:
    address = f"--web.listen-address=127.0.0.1:{port}"
    process = subprocess.Popen(
        [program, address, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def sees(port: int, *, up: bool) -> bool | None:
    try:
        url = f"http://127.0.0.1:{port}/api/v1/query?query=up"
        with urllib.request.urlopen(url, timeout=5) as answer:
            found = json.load(answer)["data"]["result"]
    except OSError:
        return None
    return (bool(found) and found[0]["value"][1] == str(int(up))) or None


@pytest.mark.parametrize("look", ALL_LOOKS[:1], indirect=True)
def test_a_target_that_falls_silent_pages_by_both_ways_and_is_over_when_it_answers(
    desk: RunningDesk, target: Target, ada: Page
) -> None:
    target.stop()
    wait_for(lambda: states(desk) == ["open", "open"] or None, "both alerts", seconds=PATIENCE)
    paged = desk.relay.mail_to(ADMINISTRATOR[0], saying=SUMMARY)
    assert str(paged["Subject"]).startswith("[Urgent]")
    numbers = tickets(desk)
    assert len(numbers) == 2
    for number in numbers:
        ada.goto(f"{desk.url}/tickets/{number}")
        expect(ada.get_by_text("StreamingDown").first).to_be_visible()

    target.start()
    wait_for(lambda: states(desk) == ["resolved"] * 2 or None, "the ends", seconds=PATIENCE)
    events = [content for content in contents(desk) if b'"event_action":"resolve"' in content]
    assert len(events) == 1  # as PagerDuty's client; the other way is the webhook


@pytest.mark.parametrize("look", ALL_LOOKS, indirect=True)
def test_the_screens_of_alerts_fit(
    desk: RunningDesk, ada: Page, look: tuple[int, int, str]
) -> None:
    with psycopg.connect(Cluster(desk.data).dsn()) as database:
        row = database.execute("SELECT max(id) FROM monitoring_alert").fetchone()
        source = database.execute("SELECT min(id) FROM monitoring_source").fetchone()
    assert row and source
    width, _, theme = look
    paths = {
        "alerts-list": "/alerts?state=every",
        "alert": f"/alerts/{row[0]}",
        "silences": "/alerts/silences",
        "alert-bodies": "/alerts/bodies",
        "alert-sources": "/alerts/sources",
        "alert-source": f"/alerts/sources/{source[0]}",
    }
    for name, path in paths.items():
        ada.goto(f"{desk.url}{path}")
        assert not ada.evaluate("document.documentElement.scrollWidth > innerWidth"), path
        keep_picture(ada, f"{name}-{width}-{theme}")


@pytest.mark.parametrize("look", ALL_LOOKS, indirect=True)
def test_a_mapping_shows_what_it_reads_while_it_is_written(
    desk: RunningDesk, ada: Page, look: tuple[int, int, str]
) -> None:
    width, _, theme = look
    ada.goto(f"{desk.url}/alerts/sources")
    ada.get_by_text("Add a source").click()
    ada.get_by_label("What sends").select_option("json")
    ada.get_by_label("Name").fill(f"Our own {width} {theme}")
    ada.get_by_role("button", name="Add the source").click()
    ada.get_by_label("A sample").fill('{"problem": {"name": "Printer on fire", "level": "bad"}}')
    ada.get_by_label("Title", exact=True).fill("problem.name")
    expect(ada.locator("#preview")).to_contain_text("Printer on fire")
    ada.get_by_label("Severity", exact=True).fill("problem.level")
    expect(ada.locator("#preview")).to_contain_text("bad")
    assert not ada.evaluate("document.documentElement.scrollWidth > innerWidth")
    ada.locator("#preview").scroll_into_view_if_needed()
    keep_picture(ada, f"preview-{width}-{theme}")


def states(desk: RunningDesk) -> list[str]:
    return [state for state, _ in _alerts(desk)]


def tickets(desk: RunningDesk) -> list[int]:
    return sorted({number for _, number in _alerts(desk) if number})


def _alerts(desk: RunningDesk) -> list[tuple[str, int | None]]:
    with psycopg.connect(Cluster(desk.data).dsn()) as database:
        found = database.execute(
            "SELECT state, ticket_id FROM monitoring_alert WHERE title LIKE ANY(%s) ORDER BY id",
            [[f"%{SUMMARY}%", "%StreamingDown%"]],  # as the one way and the other call it
        )
        return [(str(row[0]), row[1]) for row in found.fetchall()]
