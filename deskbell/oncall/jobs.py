"""What the oncall room does in the background."""

from __future__ import annotations

from deskbell.lib.jobs import nightly
from deskbell.oncall.gaps import keeping


@nightly("look_for_gaps", at="40 9 * * *")
def look_for_gaps() -> None:
    """Hold the rota of the next 90 days against what is promised (G1)."""
    keeping.look_again()
