"""What the people room does in the background."""

from __future__ import annotations

from deskbell.lib.jobs import nightly
from deskbell.people import portraits


@nightly("erase_left_portraits", at="30 8 * * *")
def erase_left_portraits() -> None:
    """Erase the pictures that people showed until a day ago."""
    portraits.erase_left()
