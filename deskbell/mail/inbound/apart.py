"""Reading in a process of its own: a mail that would take minutes, or all memory, harms only itself.

A regular expression that doesn't end holds the whole interpreter, the clocks of the worker included,
so no thread could stop it. The process is kept from mail to mail, and killed when its time is up.
"""

from __future__ import annotations

import os
import pickle
import resource
import select
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, Any

from deskbell.mail.inbound.mail import Mail
from deskbell.mail.inbound.reading import read

SECONDS = 10.0
MOST_MEMORY = 2 * 1024**3  # bytes of address space


class Unreadable(Exception):
    """The reader failed on the mail; the text says how."""


class Reader:
    """A process that reads mails, started when the first one comes."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    def read(self, raw: bytes, *, envelope_sender: str | None = None) -> Mail:
        """Read one mail. Raises Unreadable if that fails or takes too long."""
        with self._one_at_a_time:
            try:
                answer = self._ask((raw, envelope_sender))
            except (OSError, EOFError, pickle.UnpicklingError) as error:
                self.stop()
                raise Unreadable(str(error) or "The reader ended.") from error
        if isinstance(answer, Mail):
            return answer
        raise Unreadable(str(answer))

    def start(self) -> None:
        """Start the process, so that the first mail needn't wait for it."""
        with self._one_at_a_time:
            self._running()

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    with suppress(OSError):  # what it was still to be told is told to nobody
                        pipe.close()
            self._process = None

    def _ask(self, question: object) -> object:
        process = self._running()
        assert process.stdin and process.stdout
        _send(process.stdin, question)
        ready, _, _ = select.select([process.stdout], [], [], self._seconds)
        if not ready:
            raise TimeoutError(f"Reading the mail took more than {self._seconds:g} seconds.")
        return _receive(process.stdout)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deskbell.mail.inbound.apart"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # Ctrl-C is for the worker; this one ends with its pipe
            )
        return self._process


def main() -> None:
    """Answer each question on stdin with a Mail or a sentence, until the worker is gone."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    while True:
        try:
            _send(sys.stdout.buffer, _answer(*_receive(sys.stdin.buffer)))
        except EOFError:
            return


def _answer(raw: bytes, envelope_sender: str | None) -> object:
    """A function of its own, so that nothing holds on to a large mail until the next one comes."""
    try:
        return read(raw, envelope_sender=envelope_sender)
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail goes into quarantine with it
        return f"{type(error).__name__}: {error}"


def _send(pipe: IO[bytes], thing: object) -> None:
    pickle.dump(thing, pipe, protocol=5)  # straight into the pipe: large bytes are not copied first
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    """What the other side has sent; raises EOFError if it is gone."""
    return pickle.load(pipe)  # noqa: S301 - our own process wrote it


if __name__ == "__main__":
    main()
