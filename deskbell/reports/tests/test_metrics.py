"""What a Prometheus reads of the desk: with a key alone, in its format, found by the real program."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.lib import clock
from deskbell.monitoring.components import checking, retiring
from deskbell.monitoring.models import Check, Component, ReadKey
from deskbell.monitoring.prometheus import keys
from deskbell.monitoring.watched import make_component
from deskbell.realtime.models import Beat
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests import town as cast
from tests.town import Town

# Skipped for who runs one test by hand: bin/test installs both, and fails where it can't.
PROMTOOL, PROMETHEUS = shutil.which("promtool"), shutil.which("prometheus")
pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(db: None) -> Component:
    return make_component('The "Portal"')


def check(of: Component, name: str, kind: str = "http", **asks: str) -> Check:
    form = {"kind": kind, "name": name, "url": "https://portal.example.org/"} | asks
    return checking.save_check(form, of)


def read(address: str, of: str) -> Any:
    token = keys.key_of(of).token
    return Client().get(address, HTTP_AUTHORIZATION=f"Bearer {token}")


@pytest.mark.parametrize(
    ("address", "of"), [("/metrics", "metrics"), ("/prometheus/targets", "targets")]
)
def test_only_the_key_opens_it_and_each_key_its_own(town: Town, address: str, of: str) -> None:
    other = "targets" if of == "metrics" else "metrics"
    assert read(address, of).status_code == 200
    refused = read(address, other)
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")
    before = keys.key_of(of)
    assert before.used_at is not None
    keys.renew(of)
    stale = Client().get(address, HTTP_AUTHORIZATION=f"Bearer {before.token}")
    assert stale.status_code == 401
    assert before.token not in stale.text


def test_metrics_say_how_the_desk_is_doing(town: Town, portal: Component) -> None:
    check(portal, "Front page")
    open_for_customer("Black screen", Words("Dark"), requester=town.tess)
    Beat.objects.create(name="checks", at=clock.now(), within=180)
    told = read("/metrics", "metrics")
    assert told["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = told.text.splitlines()
    assert 'deskbell_tickets_open{impact="normal"} 1' in lines
    assert 'deskbell_tickets_open{impact="urgent"} 0' in lines
    assert 'deskbell_checks{state="new"} 1' in lines
    assert f'deskbell_component_state{{component="{portal.key}",state="unknown"}} 1' in lines
    assert any(
        line.startswith('deskbell_part_last_seen_timestamp_seconds{part="checks"} 1')
        for line in lines
    )


@pytest.mark.skipif(not PROMTOOL, reason="promtool is not installed")
def test_promtool_finds_nothing_to_say_about_the_metrics(town: Town, portal: Component) -> None:
    check(portal, "Front page")
    Beat.objects.create(name='odd "name"\\', at=clock.now(), within=180)
    told = read("/metrics", "metrics").content
    found = subprocess.run(
        [str(PROMTOOL), "check", "metrics"], input=told, capture_output=True, check=False
    )
    assert (found.returncode, found.stdout + found.stderr) == (0, b"")


def test_the_work_does_not_grow_with_what_is_watched(town: Town, portal: Component) -> None:
    check(portal, "Front page")
    read("/metrics", "metrics"), read("/prometheus/targets", "targets")
    with CaptureQueriesContext(connection) as few:
        read("/metrics", "metrics"), read("/prometheus/targets", "targets")
    for number in range(4):
        check(make_component(f"Other {number}"), "Front page")
    with CaptureQueriesContext(connection) as many:
        read("/metrics", "metrics"), read("/prometheus/targets", "targets")
    assert len(many) == len(few)


def test_targets_are_the_checks_that_a_blackbox_exporter_can_ask(
    town: Town, portal: Component
) -> None:
    check(portal, "Front page")
    check(portal, "Port", "tcp", host="2001:db8::1", port="443")
    check(portal, "Name", "dns", name_asked="portal.example.org", type="A")
    checking.pause(check(portal, "Paused"), on=True)
    old = make_component("Old")
    check(old, "Front page")
    retiring.retire(old)
    told = read("/prometheus/targets", "targets")
    assert told["Content-Type"] == "application/json"
    groups = {group["labels"]["check"]: group for group in told.json()}
    assert set(groups) == {"Front page", "Port"}
    assert groups["Front page"]["targets"] == ["https://portal.example.org/"]
    assert groups["Port"]["targets"] == ["[2001:db8::1]:443"]
    assert groups["Front page"]["labels"] == {
        "component": portal.key,
        "component_name": 'The "Portal"',
        "service": "Services",
        "impact": "urgent",
        "check": "Front page",
        "__param_module": "http_2xx",
    }


def test_the_screen_has_what_to_paste_and_makes_other_keys(town: Town) -> None:
    browser = Client()
    browser.force_login(town.ada.person)
    page = browser.get("/prometheus").text
    old = ReadKey.objects.get(of="targets").token
    assert old in page and "http_sd_configs" in page
    browser.post("/prometheus/keys/targets/renewal")
    assert old not in browser.get("/prometheus").text
    assert browser.post("/prometheus/keys/nonsense/renewal").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not PROMETHEUS, reason="Prometheus is not installed")
def test_a_real_prometheus_finds_the_components_and_reads_the_metrics(
    live_server: Any, tmp_path: Path
) -> None:
    cast.build()
    check(make_component("Portal"), "Front page")
    host = live_server.url.partition("://")[2]
    targets, metrics = (keys.key_of(of).token for of in ("targets", "metrics"))
    configuration = {
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [
            {
                "job_name": "deskbell",
                "authorization": {"credentials": metrics},
                "static_configs": [{"targets": [host]}],
            },
            {
                "job_name": "components",
                "metrics_path": "/probe",
                "scrape_interval": "1h",  # it finds them; nothing asks the example's address
                "http_sd_configs": [
                    {
                        "url": f"{live_server.url}/prometheus/targets",
                        "authorization": {"credentials": targets},
                    }
                ],
                "relabel_configs": [
                    {"source_labels": ["__address__"], "target_label": "instance"},
                    {"target_label": "__address__", "replacement": "127.0.0.1:9"},
                ],
            },
        ],
    }
    (tmp_path / "prometheus.yml").write_text(json.dumps(configuration))
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    words = [str(PROMETHEUS), f"--config.file={tmp_path}/prometheus.yml", "--log.level=error"]
    words += [f"--web.listen-address=127.0.0.1:{port}", f"--storage.tsdb.path={tmp_path}/data"]
    process = subprocess.Popen(words)
    try:
        found = until(lambda: active(port))
    finally:
        process.terminate()
        process.wait(20)
    assert found["deskbell"]["health"] == "up", found["deskbell"]["lastError"]
    assert found["components"]["labels"]["component"] == "portal"
    assert found["components"]["discoveredLabels"]["__param_module"] == "http_2xx"


def active(port: int) -> dict[str, Any] | None:
    """The targets by their job, once both are there and the desk has been read."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/targets", timeout=5) as told:
            listed = json.load(told)["data"]["activeTargets"]
    except OSError:
        return None
    found = {each["labels"]["job"]: each for each in listed}
    is_read = found.get("deskbell", {}).get("health", "unknown") != "unknown"
    return found if is_read and "components" in found else None


def until(found: Callable[[], dict[str, Any] | None], seconds: float = 60) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while (answer := found()) is None:
        assert time.monotonic() < end, "Prometheus found nothing in a minute."
        time.sleep(0.1)
    return answer
