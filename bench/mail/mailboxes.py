"""How soon a mail in one of 80 IMAP mailboxes is a ticket. Under three minutes.

    .venv/bin/python bench/mail/mailboxes.py [--mailboxes 80] [--seconds 60] [--seed N]

Real parts: Dovecot, a durable PostgreSQL, `deskbell imap` as it runs in production, and the worker's loop
for mail, each in processes of its own on this machine. One after the other: all mailboxes connect;
nothing comes; mails come to random ones; one comes to each at once; Dovecot is away, and when it is back
one comes to each again. Each mail is timed from the moment at which it is handed to
Dovecot until its ticket is committed (seen within 0.05 s), and counted: none lost, none twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psutil
import psycopg

from bench.mail.sending import letter
from bench.scratch import join, scratch_desk
from tests.dovecot import PASSWORD, Dovecot

ROOT = Path(__file__).resolve().parents[2]
RATE = 3.0  # mails a second
SECONDS_OF_QUIET = 10
SECONDS_AWAY = 5
SECONDS_TO_WAIT = 60  # for the last mails of a part: longer means lost
AIM = 10.0  # seconds


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--mailboxes", type=int, default=80)
    asked.add_argument("--seconds", type=int, default=60, help="so long mails come to random ones")
    asked.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked.add_argument("--take", action="store_true", help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.take:
        take_mails()
        return
    print(f"seed {options.seed}, load average before: {_load()}", file=sys.stderr, flush=True)
    dovecot = Dovecot()
    try:
        dovecot.start()
        with scratch_desk() as url, Watch(url) as watch:
            found = measured(dovecot, watch, options)
    finally:
        dovecot.remove()
    found |= {"seed": options.seed, "load_average": _load(), "cores": os.cpu_count()}
    print_table(found)
    print("\n" + json.dumps(found))


def measured(dovecot: Dovecot, watch: Watch, options: argparse.Namespace) -> dict[str, object]:
    """All parts; times in seconds, memory in MB, processor time as a share of one core."""
    users = [f"box{n}" for n in range(options.mailboxes)]
    chance = random.Random(options.seed)
    add_mailboxes(dovecot, users)
    mails = Mails(dovecot, watch)
    found: dict[str, object] = {"mailboxes": len(users)}
    with (
        process("deskbell mail loop", __file__, "--take"),
        process("imap", "-m", "deskbell", "imap") as imap,
    ):
        found["connected"] = seconds_until(lambda: watch.connected() == len(users))
        with used(imap, found, "quiet"):
            time.sleep(SECONDS_OF_QUIET)
        with used(imap, found, "busy"):
            some = [chance.choice(users) for _ in range(round(RATE * options.seconds))]
            found["random"] = mails.hand_in("random", some, a_second=RATE)
        found["each"] = mails.hand_in("each", users)
        dovecot.stop()
        time.sleep(SECONDS_AWAY)
        dovecot.start()
        began = time.monotonic()
        found["restart"] = mails.hand_in("restart", users)
        found["restart_all_there"] = round(time.monotonic() - began, 2)
        found["memory"] = round(imap.memory_info().rss / 1024**2)
        found["threads"] = imap.num_threads()
    found["mails"] = len(mails.handed_in)
    found["lost"] = len(mails.handed_in.keys() - watch.seen.keys())
    found["twice"] = sum(count - 1 for count in watch.count().values())
    return found


class Mails:
    """Hands mails in; each has a subject of its own by which its ticket is known."""

    def __init__(self, dovecot: Dovecot, watch: Watch) -> None:
        self._dovecot, self._watch = dovecot, watch
        self.handed_in: dict[str, float] = {}

    def hand_in(self, run: str, users: Sequence[str], *, a_second: float = 0) -> dict[str, float]:
        """One mail to each of these users; what became of them, once they are there or it took too long."""
        began = time.monotonic()
        with ThreadPoolExecutor(4) as several:
            for number, user in enumerate(users):
                if a_second:
                    time.sleep(max(0.0, began + number / a_second - time.monotonic()))
                several.submit(self._hand_in_one, run, number, user)
        seconds_until(lambda: self._watch.stored() >= len(self.handed_in))
        stored = time.monotonic() - began
        subjects = [f"Room {run} {number} is dark" for number in range(len(users))]
        seconds_until(lambda: self._watch.seen.keys() >= set(subjects))
        now = time.monotonic()  # what is not there now has taken at least so long
        taken = sorted(self._watch.seen.get(each, now) - self.handed_in[each] for each in subjects)
        late = sum(seconds > AIM for seconds in taken)
        return {
            "mails": len(subjects),
            "all_read_after": None if a_second else round(stored, 2),
            "p50": _part_of(taken, 0.5),
            "p99": _part_of(taken, 0.99),
            "worst": _part_of(taken, 1),
            "later_than_10_s": late,
        }

    def _hand_in_one(self, run: str, number: int, user: str) -> None:
        client = self._dovecot.client(user)
        self.handed_in[f"Room {run} {number} is dark"] = time.monotonic()
        client.append("INBOX", letter(number, run=run))
        client.logout()


class Watch:
    """Notes when each ticket is first seen, on a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.seen: dict[str, float] = {}

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join(5)

    def connected(self) -> int:
        """How many mailboxes have been opened and read."""
        return int(self._ask("SELECT count(*) FROM mail_mailbox WHERE standing = 'well'")[0][0])

    def stored(self) -> int:
        """How many mails were read from the mailboxes."""
        return int(self._ask("SELECT count(*) FROM mail_rawmail")[0][0])

    def count(self) -> dict[str, int]:
        """Tickets by subject."""
        return dict(self._ask("SELECT subject, count(*) FROM tickets_ticket GROUP BY subject"))

    def _ask(self, question: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self._url, autocommit=True) as connection:
            return connection.execute(question).fetchall()

    def _look(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            while not self._done.wait(0.05):
                found = connection.execute("SELECT subject FROM tickets_ticket").fetchall()
                now = time.monotonic()
                for (subject,) in found:
                    self.seen.setdefault(subject, now)


def add_mailboxes(dovecot: Dovecot, users: Sequence[str]) -> None:
    from deskbell.lib.sealing import seal
    from deskbell.mail.mailboxes.models import Mailbox

    where = {"host": "127.0.0.1", "port": dovecot.port, "security": "none"}
    Mailbox.objects.bulk_create(
        Mailbox(user=user, password=seal(PASSWORD), **where) for user in users
    )


def take_mails() -> None:
    """The worker's loop for mail, alone."""
    join()
    from deskbell.mail.inbound import taking
    from deskbell.realtime.loops import run_forever

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run_forever({"mail": taking.step}, stop)


@contextmanager
def process(name: str, *arguments: str) -> Iterator[psutil.Process]:
    """A part of the desk. It complains of Dovecot's restart, eighty times, so nobody hears it."""
    started = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield psutil.Process(started.pid)
        if started.poll() is not None:
            raise SystemExit(f"{name} has ended.")
    finally:
        started.terminate()
        started.wait(20)


@contextmanager
def used(process: psutil.Process, found: dict[str, object], name: str) -> Iterator[None]:
    """The share of one core that the process took."""
    before, began = process.cpu_times(), time.monotonic()
    yield
    after = process.cpu_times()
    took = after.user + after.system - before.user - before.system
    found[f"cpu_{name}"] = round(took / (time.monotonic() - began), 4)


def seconds_until(is_so: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not is_so() and time.monotonic() - began < SECONDS_TO_WAIT:
        time.sleep(0.05)
    return round(time.monotonic() - began, 2)


def print_table(found: dict[str, object]) -> None:
    print(
        "| seconds until a mail is a ticket | mails | all read after | p50 | p99 | worst | over 10 s |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, words in (
        ("random", f"{RATE:.0f} a second to random ones"),
        ("each", "one to each of them, at once"),
        ("restart", f"the same after Dovecot was away for {SECONDS_AWAY} s"),
    ):
        cells = " | ".join("–" if each is None else str(each) for each in found[name].values())
        print(f"| {words} | {cells} |")
    print()
    print(
        f"{found['mails']} mails to {found['mailboxes']} mailboxes: {found['lost']} lost, {found['twice']}"
        f" twice. All connected {found['connected']} s after the start. After the restart all mails were "
        f"there within {found['restart_all_there']} s. The process that reads them: {found['memory']} MB, "
        f"{found['threads']} threads; {found['cpu_quiet']:.1%} of a core when nothing comes, "
        f"{found['cpu_busy']:.1%} at {RATE:.0f} mails a second. Load average {found['load_average']} on "
        f"{found['cores']} cores, seed {found['seed']}."
    )


def _part_of(taken: Sequence[float], part: float) -> float:
    """The value under which this part of the sorted values lies."""
    return round(taken[max(0, round(part * len(taken)) - 1)], 2)


def _load() -> float:
    return round(os.getloadavg()[0], 1)


if __name__ == "__main__":
    main()
