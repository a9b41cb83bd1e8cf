"""P11, the loop: something breaks, many write, one person tells everyone from the keyboard; all is counted.

Three alarms and 48 tickets from eight districts; `REHEARSAL=40x300` plays it as large as that.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from deskbell.postgres.cluster import Cluster
from tests.journeys.conftest import become_administrator, keep_picture
from tests.journeys.running_desk import SUPPORT, RunningDesk, running_desk, text_of, wait_for

DISTRICTS, TICKETS = map(int, os.environ.get("REHEARSAL", "8x48").split("x"))
SLOW = 60  # seconds; on a busy machine
CAUSE = "A relay has failed. We are moving everyone to another one."
WELL = "Everything works again. Thank you for your patience."


@pytest.fixture
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """A desk of its own: its PostgreSQL is stopped in the middle."""
    with running_desk(tmp_path_factory.mktemp("rehearsal"), DESKBELL_TRY="1") as desk:
        yield desk


@pytest.mark.parametrize("look", [pytest.param((1440, 900, "light"), id="wide")], indirect=True)
def test_one_person_runs_an_incident_from_the_keyboard_and_everyone_is_told(
    rehearsal: RunningDesk,
    page: Page,
    browser: Browser,
    look: tuple[int, int, str],
    complaints: list[str],
) -> None:
    desk = rehearsal
    become_administrator(desk, page)
    found_the_town(desk, page)
    trouble(desk)
    wait_for(lambda: len(tickets(desk)) == TICKETS + 3 or None, "all tickets", seconds=SLOW * 5)

    declare_what_the_desk_proposes(desk, page)
    join_all_that_is_proposed(page)
    tell(page, CAUSE, "u", phase="2")
    visitor = bubble(desk, browser)
    expect(visitor.get_by_role("region", name="Something is broken")).to_contain_text(CAUSE)
    keep_picture(visitor, "bubble-trouble")
    expect_on_status_page(desk, CAUSE)
    joined = expect_all_told(desk, CAUSE)

    with postgres_stopped(desk):
        assert CAUSE in status_page(desk)
    page.wait_for_timeout(0)
    complaints.clear()  # of the stream that was cut, which says so and comes back
    tell(page, WELL, "r")
    expect_on_status_page(desk, WELL)
    assert expect_all_told(desk, WELL) == joined
    page.get_by_role("button", name="Solve the joined tickets together").press("Enter")
    expect(page.get_by_text("Every joined ticket is solved.")).to_be_visible(timeout=SLOW * 1000)

    customers = [each for each in tickets(desk) if each["subject"].startswith("Black screen")]
    assert Counter(each["state"] for each in customers) == {"solved": TICKETS}
    assert desk.command("sla", "verify")


def found_the_town(desk: RunningDesk, page: Page) -> None:
    page.goto(f"{desk.url}/districts")
    token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    for number in range(DISTRICTS):
        form: dict[str, str | float | bool] = {
            "name": f"District {number}",
            "zone": "America/Chicago",
            "domains": f"d{number}.example",
            "csrfmiddlewaretoken": token,
        }
        assert page.request.post(f"{desk.url}/districts", form=form).ok


def trouble(desk: RunningDesk) -> None:
    """All of it at once: alarms at their door, mails at theirs."""
    url = wait_for(lambda: desk.printed(r"(http://\S+/alerts/\S+)"), "the address of alerts")
    with ThreadPoolExecutor(8) as senders:
        done = [senders.submit(alarm, url, number) for number in range(3)]
        done += [senders.submit(write, desk, number) for number in range(TICKETS)]
    assert all(each.result() is None for each in done)


def alarm(url: str, number: int) -> None:
    now = datetime.now(UTC)
    alert = {
        "status": "firing",
        "labels": {"alertname": f"Relay{number}", "severity": "critical"},
        "annotations": {"summary": f"Relay {number} drops all screens"},
        "startsAt": (now - timedelta(minutes=1)).isoformat(),
        "endsAt": "0001-01-01T00:00:00Z",
        "fingerprint": f"relay{number}",
    }
    body = json.dumps({"version": "4", "status": "firing", "alerts": [alert]}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=20).close()


def write(desk: RunningDesk, number: int) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = address(number), SUPPORT
    mail["Subject"] = f"Black screen in room {number}"
    mail["Message-ID"] = make_msgid(domain="district.example")
    mail.set_content("All students see a black screen after they sign in. What can we do?")
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=20) as door:
        door.send_message(mail)


def address(number: int) -> str:
    return f"teacher{number}@d{number % DISTRICTS}.example"


def declare_what_the_desk_proposes(desk: RunningDesk, page: Page) -> None:
    """It has seen by itself that they are alike, and says why."""
    page.goto(f"{desk.url}/incidents")
    proposed = page.locator(".proposal").filter(has_text=f"{TICKETS} tickets").first
    expect(proposed).to_be_visible(timeout=SLOW * 1000)
    keep_picture(page, "incidents-proposed")
    proposed.get_by_role("button", name="Declare", exact=True).press("Enter")
    page.wait_for_url("**/incidents/*")


def join_all_that_is_proposed(page: Page) -> None:
    if page.locator("#join-all, .proposed button").count():
        page.keyboard.press("a")
        expect(page.locator("#join-all")).to_have_count(0)


def tell(page: Page, words: str, key: str, *, phase: str = "") -> None:
    page.locator("#update").wait_for()
    page.locator("body").press(key)
    field = page.get_by_label("What customers read")
    expect(field).to_be_focused()
    if phase:
        field.press("Escape")
        page.keyboard.press(phase)
    field.fill(words)
    field.press("Control+Enter")
    page.wait_for_url("**/incidents/*", timeout=SLOW * 1000, wait_until="load")
    expect(page.locator("#timeline, .timeline").first).to_contain_text(words)


def bubble(desk: RunningDesk, browser: Browser) -> Page:
    """A pupil's page of another district, who has written nothing yet."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{desk.url}/try")
    page.get_by_role("button", name="Chat with support").click()
    return page


def expect_on_status_page(desk: RunningDesk, words: str) -> None:
    wait_for(lambda: words in status_page(desk) or None, f"“{words}” on the status page")


def status_page(desk: RunningDesk) -> str:
    with urllib.request.urlopen(f"{desk.url}/status", timeout=10) as answer:
        return str(answer.read().decode())


def expect_all_told(desk: RunningDesk, words: str) -> int:
    """Each who wrote has one mail with these words, and nobody has two; answers how many."""
    expected = Counter(address(number) for number in range(TICKETS))

    def told() -> Counter[str]:
        mails = [each for each in list(desk.relay.mails) if words in text_of(each)]
        fresh = (each for each in mails if text_of(each).startswith(words))
        return Counter(str(each["To"]).split("<")[-1].rstrip(">") for each in fresh)

    wait_for(lambda: told() >= expected or None, "a mail to each of them", seconds=SLOW * 4)
    assert told() == expected
    return sum(expected.values())


class postgres_stopped:
    """While inside, PostgreSQL can't answer anybody: killed, and killed again when it comes back."""

    def __init__(self, desk: RunningDesk) -> None:
        self.desk = desk

    def __enter__(self) -> None:
        pid = Cluster(self.desk.data).pid
        assert pid
        self.stopped = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        for process in self.stopped:
            process.send_signal(signal.SIGSTOP)

    def __exit__(self, *_: object) -> None:
        for process in self.stopped:
            if process.is_running():
                process.send_signal(signal.SIGKILL)
        wait_for(lambda: self._is_well(), "the desk to be well again", seconds=SLOW)

    def _is_well(self) -> bool | None:
        try:
            with urllib.request.urlopen(f"{self.desk.url}/health", timeout=5):
                return True
        except (OSError, urllib.error.URLError):
            return None


def tickets(desk: RunningDesk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.command("ticket", "list", "--json"))
    return found
