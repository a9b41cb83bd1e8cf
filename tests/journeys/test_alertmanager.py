"""P2: Debian's own Alertmanager fires, someone is paged at once and answers with one press."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import ADMINISTRATOR, ALL_LOOKS, keep_picture
from tests.journeys.running_desk import RunningDesk, free_port, text_of, wait_for

PROGRAM = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
LIVE = 10_000  # ms: one second is usual, the rest is for a busy machine
CONFIGURATION = """
route: {{receiver: deskbell, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 4h}}
receivers:
  - name: deskbell
    webhook_configs: [{{url: "{url}", send_resolved: true}}]
"""


class Alertmanager:
    """The real one, which sends to the desk."""

    def __init__(self, folder: Path, url: str) -> None:
        self.port = free_port()
        file = folder / "alertmanager.yml"
        file.write_text(CONFIGURATION.format(url=url))
        self.process = subprocess.Popen(
            [
                str(PROGRAM),
                f"--config.file={file}",
                f"--storage.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
                "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self.answers, "Alertmanager to start")

    def answers(self) -> bool | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=1):
                return True
        except OSError:
            return None

    def say(self, name: str, summary: str, *, over: bool = False) -> None:
        """What Prometheus says to it: this is firing, or it is over."""
        now = datetime.now(UTC)
        alert: dict[str, Any] = {
            "labels": {"alertname": name, "severity": "critical"},
            "annotations": {"summary": summary},
            "startsAt": (now - timedelta(minutes=1)).isoformat(),
            "endsAt": (now if over else now + timedelta(hours=1)).isoformat(),
        }
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v2/alerts",
            json.dumps([alert]).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=5).close()


@pytest.fixture(scope="module")
def alertmanager(
    desk: RunningDesk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Alertmanager]:
    """It sends to the address that the desk printed when it started."""
    url = wait_for(lambda: desk.printed(r"(http://\S+/alerts/\S+)"), "the address of alerts")
    sender = Alertmanager(tmp_path_factory.mktemp("alertmanager"), url)
    yield sender
    sender.process.terminate()
    sender.process.wait(timeout=10)


@pytest.mark.parametrize("look", ALL_LOOKS, indirect=True)
def test_an_alarm_pages_whoever_is_on_call_who_answers_with_one_press(
    desk: RunningDesk,
    alertmanager: Alertmanager,
    browser: Browser,
    ada: Page,
    look: tuple[int, int, str],
) -> None:
    width, _, theme = look
    name, summary = f"Down{width}{theme}", f"Streaming is down {width} {theme}"
    ada.goto(f"{desk.url}/inbox")
    alertmanager.say(name, summary)
    expect(ada.get_by_role("link", name=summary, exact=True)).to_be_visible(timeout=LIVE)
    toast = ada.get_by_role("link", name="Alert from Alertmanager: #")
    expect(toast.filter(has_text=summary)).to_be_visible(timeout=LIVE)

    mail = desk.relay.mail_to(ADMINISTRATOR[0], saying=summary)
    assert str(mail["Subject"]).startswith(f"[Urgent] {summary}")
    phone = browser.new_page(  # not signed in
        viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    phone.goto(link_in(text_of(mail)))
    expect(phone.get_by_text("You answer as Ada Abara")).to_be_visible()
    keep_picture(phone, f"page-{width}-{theme}")
    ticket = ticket_of(desk, summary)
    assert "acknowledged" not in kinds_of(ticket)  # to look at it is no answer (E6)

    phone.get_by_role("button", name="Acknowledge").click()
    expect(phone.get_by_text("Ada Abara has it")).to_be_visible()
    phone.close()
    assert "acknowledged" in kinds_of(ticket_of(desk, summary))

    alertmanager.say(name, summary, over=True)
    wait_for(
        lambda: "alert_ended" in kinds_of(ticket_of(desk, summary)) or None,
        "the end of the alarm on its ticket",
    )
    for path in ("alerts", "oncall"):
        ada.goto(f"{desk.url}/{path}")
        assert not ada.evaluate("document.documentElement.scrollWidth > innerWidth")
        keep_picture(ada, f"{path}-{width}-{theme}")


@pytest.mark.parametrize("look", ALL_LOOKS[:1], indirect=True)
def test_with_its_worker_killed_again_and_again_each_alarm_has_one_ticket(
    desk: RunningDesk, alertmanager: Alertmanager, ada: Page
) -> None:
    names = [f"Storm{number:02}" for number in range(12)]
    ada.goto(f"{desk.url}/inbox")
    output = len(desk.output)
    for number, name in enumerate(names):
        alertmanager.say(name, f"{name} is down")
        if number in {3, 8}:
            kill_worker(desk)
        time.sleep(0.2)
    for name in names:
        wait_for(partial(paged_about, desk, name), f"the page about {name}", seconds=40)
    killed = [line for line in desk.output[output:] if line.startswith("worker")]
    assert len(killed) == 2, desk.output[output:]
    subjects = [ticket["subject"] for ticket in tickets(desk)]
    assert sorted(each for each in subjects if each.startswith("Storm")) == [
        f"{name} is down" for name in names
    ]
    # The newest stand there, and one line counts the others: the page below stays free to work at.
    expect(ada.get_by_role("link", name="more notice")).to_be_visible(timeout=LIVE)
    expect(ada.locator("#toasts .toast").nth(4)).to_have_count(0)


def paged_about(desk: RunningDesk, name: str) -> bool | None:
    """Has a mail with a link gone out? A worker killed with a mail in hand delays it by its lease."""
    texts = [text_of(mail) for mail in desk.relay.mails]
    return any(f"{name} is down" in text and "/page/" in text for text in texts) or None


def kill_worker(desk: RunningDesk) -> None:
    """SIGKILL, as the kernel would when memory runs out. The worker is the child that writes its log."""
    log = str(desk.data / "log" / "worker.log")

    def found() -> psutil.Process | None:
        for child in psutil.Process(desk.process.pid).children():
            if log in [file.path for file in child.open_files()]:
                return child
        return None

    wait_for(found, "a worker to kill").send_signal(signal.SIGKILL)


def link_in(text: str) -> str:
    found = re.search(r"http\S+/page/\S+", text)
    assert found, text
    return found.group()


def tickets(desk: RunningDesk) -> list[dict[str, Any]]:
    return list(json.loads(desk.command("ticket", "list", "--json")))


def ticket_of(desk: RunningDesk, subject: str) -> dict[str, Any]:
    """The one ticket with this subject, whole."""
    (found,) = [ticket for ticket in tickets(desk) if ticket["subject"] == subject]
    return dict(json.loads(desk.command("ticket", "show", str(found["number"]), "--json")))


def kinds_of(ticket: dict[str, Any]) -> list[str]:
    return [event["kind"] for event in ticket["events"]]
