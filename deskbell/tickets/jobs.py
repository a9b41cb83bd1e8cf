"""What the tickets room does in the background."""

from __future__ import annotations

from deskbell.lib.jobs import nightly
from deskbell.tickets.finding import indexing, spelling


@nightly("learn_words", at="*/5 * * * *")
def learn_words() -> None:
    """Take the words of what was said lately in among the known ones."""
    spelling.learn_all()


@nightly("index_tickets", at="40 8 * * *")
def index_tickets() -> None:
    """Make the search documents that are missing, as of tickets that were brought in by other ways."""
    indexing.index_what_is_missing()
