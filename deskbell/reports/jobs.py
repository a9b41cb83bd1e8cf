"""What the reports room does in the background."""

from __future__ import annotations

from deskbell.lib.jobs import job
from deskbell.reports.whatif import asking


@job("answer_whatif")
def answer_whatif(pk: int) -> None:
    """Replay the histories of a what-if. Begun again, it starts anew."""
    asking.answer(pk)
