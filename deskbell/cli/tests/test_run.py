"""`deskbell run`: starts, watches and repairs a whole desk, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import smtplib
import socket
import tempfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from deskbell.cli.tests.desks import Desk, eventually, free_port
from deskbell.postgres.cluster import Cluster

A_PART_IS_BACK_AFTER = 8.0  # seconds; 2 are promised and usual, the rest is for a busy machine


@pytest.fixture(scope="module")
def started() -> Iterator[Desk]:
    """One desk for the tests that leave it running."""
    desk = Desk(Path(tempfile.mkdtemp(prefix="deskbell-run-")))
    try:
        desk.start()
        yield desk
    finally:
        desk.end()
        shutil.rmtree(desk.data, ignore_errors=True)


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk of its own that has not been started."""
    made = Desk(Path(tempfile.mkdtemp(prefix="deskbell-run-")))
    try:
        yield made
    finally:
        made.end()
        made.data.chmod(0o700)
        shutil.rmtree(made.data, ignore_errors=True)


def test_a_mail_becomes_a_ticket_within_a_second(started: Desk) -> None:
    send(started, "The printer burns")
    eventually(lambda: "The printer burns" in subjects(started), seconds=15)
    logged = (started.data / "log" / "worker.log").read_text()
    assert "Traceback" not in logged


@pytest.mark.parametrize("part", ["web", "worker", "smtp"])
def test_a_part_that_is_killed_is_back_within_two_seconds(started: Desk, part: str) -> None:
    eventually(lambda: started.answers() and started.greets(), seconds=20)
    killed = started.pid_of(part)
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: _is_back(started, part, killed), seconds=A_PART_IS_BACK_AFTER)
    eventually(lambda: started.answers() and started.greets(), seconds=A_PART_IS_BACK_AFTER)


def test_a_web_worker_that_is_killed_is_back_within_two_seconds(started: Desk) -> None:
    eventually(started.answers, seconds=20)
    before = {child.pid for child in started.children()}
    web = started.pid_of("web")
    (worker,) = started.children_of(web)
    worker.kill()
    eventually(
        lambda: {c.pid for c in started.children()} - before != set(), seconds=A_PART_IS_BACK_AFTER
    )
    eventually(started.answers, seconds=A_PART_IS_BACK_AFTER)


def test_postgresql_is_back_within_two_seconds_and_mail_still_becomes_tickets(
    started: Desk,
) -> None:
    eventually(started.answers, seconds=20)
    postgres = Cluster(started.data).pid
    assert postgres is not None
    os.kill(postgres, signal.SIGKILL)
    eventually(
        lambda: Cluster(started.data).pid not in {None, postgres}, seconds=A_PART_IS_BACK_AFTER
    )
    eventually(started.answers, seconds=20)  # its recovery takes as long as it takes
    eventually(lambda: _can_send(started, "After the crash"), seconds=15)
    eventually(lambda: "After the crash" in subjects(started), seconds=20)


def test_a_second_run_says_where_the_desk_already_runs(started: Desk) -> None:
    second = started.command("run")
    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr.count("\n") == 1
    assert started.process is not None
    assert str(started.process.pid) in second.stderr
    assert started.url in second.stderr


def test_all_processes_together_need_less_than_half_a_gigabyte(started: Desk) -> None:
    eventually(started.answers, seconds=20)
    kilobytes = sum(_proportional_kilobytes(process.pid) for process in started.processes_left())
    assert 0 < kilobytes < 512 * 1024


def test_the_first_start_prints_a_link_and_ctrl_c_leaves_no_process_behind(desk: Desk) -> None:
    printed = desk.start()
    assert desk.url in printed
    assert f"127.0.0.1:{desk.smtp}" in printed
    assert desk.processes_left()
    assert desk.interrupt() == 0
    assert desk.processes_left() == []


def test_after_the_supervisor_was_killed_the_next_start_works(desk: Desk) -> None:
    desk.start()
    children = [child.pid for child in desk.children()]
    assert desk.process is not None
    desk.process.kill()
    desk.process.communicate()
    eventually(lambda: not any(_lives(pid) for pid in children), seconds=10)
    assert Cluster(desk.data).is_running()
    desk.start()
    assert desk.answers()
    assert desk.interrupt(signal.SIGTERM) == 0
    assert desk.processes_left() == []


@pytest.mark.parametrize(
    "name", ["DESKBELL_HTTP_PORT", "DESKBELL_SMTP_PORT", "DESKBELL_STATUS_PORT"]
)
def test_a_taken_port_is_named_in_one_sentence(desk: Desk, name: str) -> None:
    desk.environment.setdefault(name, str(free_port()))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(desk.environment[name])))
        taken.listen()
        ended = desk.command("run")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert name in ended.stderr
    assert not Cluster(desk.data).is_running()


def test_a_folder_that_cannot_be_written_is_named_in_one_sentence(desk: Desk) -> None:
    in_the_way = desk.data / "file"
    in_the_way.write_text("I am no folder")
    desk.environment["DESKBELL_DATA"] = str(in_the_way / "data")
    ended = desk.command("run")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "DESKBELL_DATA" in ended.stderr


def test_a_setting_that_cannot_be_read_is_named_in_one_sentence(desk: Desk) -> None:
    desk.environment["DESKBELL_SUPPORT_ADDRESS"] = "no address"
    ended = desk.command("run")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "DESKBELL_SUPPORT_ADDRESS" in ended.stderr


def send(desk: Desk, subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ana@example.com", SUPPORT, subject
    mail["Message-ID"] = f"<{subject.replace(' ', '-')}@example.com>"
    mail.set_content("It smells, too.")
    with smtplib.SMTP("127.0.0.1", desk.smtp, timeout=10) as door:
        door.send_message(mail)


def subjects(desk: Desk) -> list[str]:
    listed = desk.command("ticket", "list", "--json")
    return [ticket["subject"] for ticket in json.loads(listed.stdout or "[]")]


SUPPORT = "support@deskbell.localhost"


def _can_send(desk: Desk, subject: str) -> bool:
    try:
        send(desk, subject)
    except (OSError, smtplib.SMTPException):
        return False
    return True


def _is_back(desk: Desk, part: str, killed: int) -> bool:
    try:
        return desk.pid_of(part) != killed
    except (AssertionError, OSError):
        return False


def _lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text()


def _proportional_kilobytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
