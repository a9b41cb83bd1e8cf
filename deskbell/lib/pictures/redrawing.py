"""Drawing a stranger's picture anew at arm's length: in a child process that may be lost, one at a time in
each web process, so that its other thread goes on to serve pages whatever a stranger has made."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Literal

from deskbell.lib.errors import Refused

MEDIA_TYPE = "image/webp"
CHILD = Path(__file__).with_name("child.py")
PATIENCE = 30  # seconds, on a machine that is busy with other things
TURN = 1  # seconds for the one before
_one_at_a_time = threading.Semaphore()
UNREADABLE = (
    "This picture can’t be read: choose a PNG, JPEG, GIF or WebP of at most 40 million pixels."
)

Shape = Literal["square", "within"]


class Busy(Refused):
    """Another picture is being drawn just now."""


def redrawn(content: bytes, shape: Shape, side: int) -> bytes:
    """A WebP of what one sees in a picture, and of nothing else that its file holds; else `Refused`.

    `square` is its middle, `side` pixels wide and high; `within` is all of it, no side longer than that and
    never larger than it was. Of a picture that moves it is the first frame. Raises Busy while another is
    drawn.
    """
    if not _one_at_a_time.acquire(timeout=TURN):
        raise Busy("The desk looks at another picture just now. Try again in a few seconds.")
    try:
        return _drawn_by_a_child([shape, str(side)], content)
    except subprocess.SubprocessError:
        raise Refused(UNREADABLE) from None
    finally:
        _one_at_a_time.release()


def _drawn_by_a_child(asked: list[str], content: bytes) -> bytes:
    """It is told nothing else: what reads a stranger's bytes has no business with the desk's secrets."""
    command = [sys.executable, "-I", str(CHILD), *asked]
    done = subprocess.run(
        command, input=content, capture_output=True, timeout=PATIENCE, check=True, env={}
    )
    return done.stdout
