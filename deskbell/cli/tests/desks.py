"""A real desk for tests: `deskbell run` in a folder and on ports of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from deskbell.postgres.cluster import Cluster


class Desk:
    """One data folder with its ports; `start()` and `stop()` as often as wanted."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.data = folder
        self.http, self.smtp = free_port(), free_port()
        self.process: subprocess.Popen[str] | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in _OURS},
            "DESKBELL_DATA": str(folder),
            "DESKBELL_HTTP_PORT": str(self.http),
            "DESKBELL_SMTP_PORT": str(self.smtp),
            **environment,
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `deskbell <words>` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "deskbell", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def start(self) -> str:
        """Start it; returns what it printed until it ran."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deskbell", "run"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        printed = ""
        for line in self.process.stdout:
            printed += line
            if "Mail goes out" in line:
                return printed
        raise AssertionError(f"it did not start: {printed}")

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C; returns the status with which it ended."""
        assert self.process is not None
        self.process.send_signal(number)
        _, _ = self.process.communicate(timeout=30)
        return self.process.returncode

    def end(self) -> None:
        """Whatever happened before: leave nothing behind."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        Cluster(self.data).stop("immediate")

    def answers(self) -> bool:
        """Do pages and database answer?"""
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(json.load(answer)["database"])
        except OSError:
            return False

    def greets(self) -> bool:
        """Does the SMTP door answer?"""
        try:
            with socket.create_connection(("127.0.0.1", self.smtp), timeout=1) as door:
                return door.recv(3) == b"220"
        except OSError:
            return False

    def children(self) -> list[psutil.Process]:
        """The supervisor's own processes with theirs, PostgreSQL's left out."""
        assert self.process is not None
        family = psutil.Process(self.process.pid).children(recursive=True)
        return [one for one in family if "postgres" not in _name_of(one)]

    def children_of(self, parent: int) -> list[psutil.Process]:
        """The living children of one of the desk's processes."""
        return psutil.Process(parent).children()

    def pid_of(self, log: str) -> int:
        """The child that writes this log."""
        path = str(self.data / "log" / f"{log}.log")
        assert self.process is not None
        for child in psutil.Process(self.process.pid).children():
            if Path(f"/proc/{child.pid}/fd/1").resolve() == Path(path):
                return child.pid
        raise AssertionError(f"nothing writes {path}")

    def processes_left(self) -> list[psutil.Process]:
        """Every process that still works for this data folder."""
        return [
            process
            for process in psutil.process_iter()
            if _environment_of(process).get("DESKBELL_DATA") == str(self.data)
            and process.status() != psutil.STATUS_ZOMBIE
        ]


def _name_of(process: psutil.Process) -> str:
    """Its name; one that has ended meanwhile has none."""
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


_OURS = {"DATABASE_URL", "DESKBELL_DATA", "EMAIL_URL"}


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def eventually(holds: Callable[[], bool], seconds: float) -> float:
    """Wait until it holds; returns after how many seconds it did."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() < began + seconds, f"not within {seconds} seconds"
        time.sleep(0.02)
    return time.monotonic() - began


def _environment_of(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}
