"""How fast mail comes in: `250`s and committed tickets a second, against what the server can do at all
(`pgbench -N`) and what django-helpdesk's own intake does on the same server. Under five minutes.

    .venv/bin/python bench/mail/run.py [--mails 600] [--without-helpdesk]

Everything runs on one durable PostgreSQL (fsync on) in a temporary folder, one after the other, with
mails of 2 KB. A ticket here is what it is on a desk: with its clocks, its receipt and its row in the
list, by one worker. What was counted is checked against the database.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench import helpdesk as contender
from bench.helpdesk import host_of, output_of, sql
from bench.mail.sending import hand_in, letter
from bench.scratch import scratch_desk

SCRATCH = Path(tempfile.gettempdir()) / "deskbell-bench-mail"
SECONDS_OF_PGBENCH = 5
RATE = 100  # mails a second
MEGABYTE = 1024 * 1024


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--mails", type=int, default=600)
    asked.add_argument("--seconds", type=int, default=10, help="so long 100 mails a second come")
    asked.add_argument("--without-helpdesk", action="store_true")
    options = asked.parse_args()
    began = time.monotonic()
    with scratch_desk() as url:
        show("", "1 connection", "20 connections")
        show("---", "---:", "---:")
        limit = [pgbench(url, clients) for clients in (1, 20)]
        show("`pgbench -N`, transactions a second (a)", *limit)
        with part("smtp") as (port, smtp):
            doors = [answered(port, options.mails, connections=n) for n in (1, 20)]
            show("`250`s a second", *doors)
            show("... of (a)", *(f"1/{a / b:.1f}" for a, b in zip(limit, doors, strict=True)))
            with part("worker") as (_, worker):
                tickets = drained("tickets a second, one worker", 2 * options.mails, worker)
                replies = answers(port, options.mails)
                show("... of (a)", f"1/{limit[0] / tickets:.1f}", "")
                show("replies a second, one worker", round(replies), "")
                show(
                    f"oldest waiting mail at {RATE} a second, seconds",
                    round(backlog(port, options.seconds), 1),
                    "",
                )
                took, memory = large(port, smtp, worker)
                show("a mail of 25 MB until it is a ticket, seconds", round(took, 1), "")
                show("... and extra memory, MB", round(memory), "")
        if not options.without_helpdesk:
            theirs, used = helpdesk(url, options.mails // 3)
            show("django-helpdesk, tickets a second (b)", round(theirs, 1), "")
            show("... CPU for each, milliseconds", round(used * 1000, 1), "")
            show("... ours of (b)", f"{tickets / theirs:.1f} times", "")
    print(
        f"\nMeasured in {time.monotonic() - began:.0f} s on {os.cpu_count()} cores.",
        file=sys.stderr,
    )


def show(*cells: object) -> None:
    print(
        "| "
        + " | ".join(str(round(c) if isinstance(c, float) and c > 20 else c) for c in cells)
        + " |",
        flush=True,
    )


def pgbench(url: str, clients: int) -> float:
    """The server's limit for short transactions that are durable."""
    from deskbell.postgres import binaries

    program = binaries.find().path("pgbench")
    host, database = host_of(url), "pgbench"
    if clients == 1:
        sql(url, f"CREATE DATABASE {database}")
        output_of([program, "-h", host, "-U", "postgres", "-i", "-q", "-s", "10", database])
    told = output_of(
        [
            program,
            "-h",
            host,
            "-U",
            "postgres",
            "-N",
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            str(SECONDS_OF_PGBENCH),
            database,
        ]
    )
    found = re.search(r"tps = ([\d.]+)", told)
    assert found, told
    return float(found[1])


@contextmanager
def part(name: str) -> Iterator[tuple[int, int]]:
    """A part of the desk in a process of its own: its SMTP port, and its process id."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    environment = {**os.environ, "DESKBELL_SMTP_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "deskbell", name],
        env=environment,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        if name == "smtp":
            _wait(lambda: _listens(port), 30)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def answered(port: int, mails: int, *, connections: int) -> float:
    made = [letter(n, run=f"door{connections}") for n in range(mails)]
    before = _count("mail_rawmail")
    seconds = hand_in(port, made, connections=connections)
    assert _count("mail_rawmail") - before == mails
    return mails / seconds


def drained(what: str, expected: int, worker: int) -> float:
    """Tickets a second while the worker takes all that waits; from the first ticket to the last."""
    _wait(lambda: _count("tickets_ticket") > 0, 60)
    first, began, used = _count("tickets_ticket"), time.perf_counter(), _cpu(worker)
    _wait(lambda: _count("tickets_ticket") >= expected, 240)
    rate = (expected - first) / (time.perf_counter() - began)
    used = (_cpu(worker) - used) / (expected - first)
    assert _count("tickets_ticket") == expected and not _waiting()
    show(what, round(rate), "")
    show("... CPU for each, milliseconds", round(used * 1000, 1), "")
    return rate


def answers(port: int, mails: int) -> float:
    made = [
        letter(n, run="again", answers=f"<door1.{n}@northvalley.example>") for n in range(mails)
    ]
    before, tickets = _count("tickets_message"), _count("tickets_ticket")
    began = time.perf_counter()
    hand_in(port, made, connections=20)
    _wait(lambda: _count("tickets_message") >= before + mails, 120)
    rate = mails / (time.perf_counter() - began)
    assert _count("tickets_ticket") == tickets
    return rate


def backlog(port: int, seconds: int) -> float:
    """The age of the oldest mail that waits, at its worst, while so many come each second."""
    made = [letter(n, run="rate") for n in range(RATE * seconds)]
    worst, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            worst[0] = max(worst[0], _oldest())

    watching = threading.Thread(target=watch)
    watching.start()
    hand_in(port, made, connections=10, a_second=RATE)
    try:
        _wait(lambda: not _waiting(), 120)
    finally:
        done.set()
        watching.join()
    return worst[0]


def large(port: int, *processes: int) -> tuple[float, float]:
    """One mail of 25 MB: the seconds until it is a ticket, and the memory that all parts took more."""
    import base64

    content = base64.encodebytes(os.urandom(25 * MEGABYTE * 3 // 4)).replace(b"\n", b"\r\n")
    head = letter(1, run="large", size=400).split(b"\r\n\r\n")[0]
    mail = head + (
        b"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
        b"\r\n--b\r\n\r\nSee the file\r\n"
        b"--b\r\nContent-Type: application/octet-stream\r\n"
        b"Content-Disposition: attachment; filename=a.bin\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + content + b"\r\n--b--\r\n"
    )
    before, most, done = _memory(processes), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            most[0] = max(most[0], _memory(processes))

    watching = threading.Thread(target=watch)
    watching.start()
    tickets, began = _count("tickets_ticket"), time.perf_counter()
    hand_in(port, [mail], connections=1)
    _wait(lambda: _count("tickets_ticket") > tickets, 60)
    took = time.perf_counter() - began
    done.set()
    watching.join()
    return took, (most[0] - before) / MEGABYTE


def helpdesk(url: str, mails: int) -> tuple[float, float]:
    """django-helpdesk's intake of so many mails, in a scratch environment of its own: tickets a second, and
    seconds of CPU for each."""
    folder = SCRATCH / "mails"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for n in range(mails):
        (folder / f"{n}.eml").write_bytes(letter(n, run="theirs"))
    told = contender.run(url, "bench.mail.contender", str(folder))
    assert told["tickets"] == mails, told
    return mails / float(told["seconds"]), float(told["cpu"]) / mails


def _count(table: str) -> int:
    return int(_ask(f"SELECT count(*) FROM {table}") or 0)


def _waiting() -> bool:
    return bool(_ask("SELECT EXISTS (SELECT FROM mail_rawmail WHERE state = 'new')"))


def _oldest() -> float:
    return float(
        _ask(
            "SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0) "
            "FROM mail_rawmail WHERE state = 'new'"
        )
        or 0
    )


def _ask(question: str) -> object:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(question)
        (found,) = cursor.fetchone()
    return found


def _memory(processes: tuple[int, ...]) -> float:
    import psutil

    total = 0
    for pid in processes:
        root = psutil.Process(pid)
        for each in [root, *root.children(recursive=True)]:
            try:
                total += each.memory_info().rss
            except psutil.NoSuchProcess:
                continue
    return total


def _cpu(pid: int) -> float:
    """Seconds of CPU that a process and its children have used: other work on the machine is not in it."""
    import psutil

    root = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:2]) for each in [root, *root.children(recursive=True)])


def _listens(port: int) -> bool:
    with socket.socket() as trial:
        trial.settimeout(1)
        return trial.connect_ex(("127.0.0.1", port)) == 0


def _wait(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise SystemExit("It took too long.")
        time.sleep(0.05)


if __name__ == "__main__":
    main()
