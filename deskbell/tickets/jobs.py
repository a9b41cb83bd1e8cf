"""What the tickets room does in the background."""

from __future__ import annotations

from deskbell.lib.jobs import job, nightly
from deskbell.tickets.aside import erasing
from deskbell.tickets.bulk import changing
from deskbell.tickets.bulk.models import BulkChange
from deskbell.tickets.finding import indexing, spelling


@nightly("learn_words", at="*/5 * * * *")
def learn_words() -> None:
    """Take the words of what was said lately in among the known ones."""
    spelling.learn_all()


@nightly("index_tickets", at="40 8 * * *")
def index_tickets() -> None:
    """Make the search documents that are missing, as of tickets that were brought in by other ways."""
    indexing.index_what_is_missing()


@nightly("erase_deleted_tickets", at="10 8 * * *")
def erase_deleted_tickets() -> None:
    """Erase for good what was deleted long ago."""
    erasing.erase_what_is_due()


@job("change_in_bulk")
def change_in_bulk(pk: int) -> None:
    """Do to many tickets what someone has asked for. Begun again, it goes on."""
    changing.carry_out(BulkChange.objects.select_related("by__person").get(pk=pk))
