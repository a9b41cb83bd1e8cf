"""Drawing a stranger's picture anew at arm's length: in a child process that may be lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Literal

from deskbell.lib.errors import Refused

MEDIA_TYPE = "image/webp"
CHILD = Path(__file__).with_name("child.py")
PATIENCE = 30  # seconds, on a machine that is busy with other things
UNREADABLE = (
    "This picture can’t be read: choose a PNG, JPEG, GIF or WebP of at most 40 million pixels."
)

Shape = Literal["square", "within"]


def redrawn(content: bytes, shape: Shape, side: int) -> bytes:
    """A WebP of what one sees in a picture, and of nothing else that its file holds; else `Refused`.

    `square` is its middle, `side` pixels wide and high; `within` is all of it, no side longer than that and
    never larger than it was. Of a picture that moves it is the first frame. A web process draws as many
    at once as it has threads: two.
    """
    command = [sys.executable, "-I", str(CHILD), shape, str(side)]
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=PATIENCE, check=True
        )
    except subprocess.SubprocessError:
        raise Refused(UNREADABLE) from None
    return done.stdout
