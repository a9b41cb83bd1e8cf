"""After its grace a deleted ticket is erased for good, with its words, its files and its raw mail."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from deskbell.lib import clock, files
from deskbell.lib.clock import moved_to
from deskbell.mail.models import OutboundMail, RawMail
from deskbell.mail.tests.conftest import Letter
from deskbell.people.models import Notice
from deskbell.people.notices import notify
from deskbell.sla.verify import differences
from deskbell.tickets.aside.erasing import erase_what_is_due
from deskbell.tickets.aside.models import Erased
from deskbell.tickets.aside.setting_aside import bring_back, delete, mark_as_spam
from deskbell.tickets.finding.models import SearchDocument
from deskbell.tickets.models import Attachment, Message, Ticket, TicketEvent
from tests.town import Town

Arrive = Callable[..., RawMail]
SECRET = b"what nobody should find again"
WORDS = (
    "--=_\nContent-Type: text/plain\n\nMy password is swordfish\n--=_\n"
    "Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment; filename=a.pdf\n"
    f"Content-Transfer-Encoding: base64\n\n{b64encode(SECRET).decode()}\n--=_--"
)
MANY_PARTS = {"mime_version": "1.0", "content_type": 'multipart/mixed; boundary="=_"'}
AFTER_ITS_GRACE = timedelta(days=30, minutes=1)


@pytest.fixture
def ticket(town: Town, letter: Letter, arrive: Arrive) -> Ticket:
    """A teacher's mail with a file became a ticket, of which someone was told."""
    arrive(letter(WORDS, **MANY_PARTS))
    ticket = Ticket.objects.get()
    notify([town.ben], f"#{ticket.number}: Black screen", path=f"/tickets/{ticket.number}")
    notify([town.ben], "another one", path=f"/tickets/{ticket.number}0")
    return ticket


def erase(capture: Any) -> int:
    with moved_to(clock.now() + AFTER_ITS_GRACE), capture(execute=True):
        return erase_what_is_due()


def test_nothing_of_what_it_said_is_left(
    town: Town, ticket: Ticket, django_capture_on_commit_callbacks: Any
) -> None:
    digest = Attachment.objects.get().sha256
    delete(ticket, by=town.max)
    assert erase(django_capture_on_commit_callbacks) == 1
    for left in (Ticket, Message, Attachment, TicketEvent, SearchDocument, RawMail):
        assert not left._default_manager.exists(), left
    assert list(Notice.objects.values_list("path", flat=True)) == [f"/tickets/{ticket.number}0"]
    assert not OutboundMail.objects.filter(text__contains="Black screen").exists()
    with pytest.raises(FileNotFoundError):
        files.opened(digest)
    line = Erased.objects.get()
    assert (line.number, line.deleted_by, line.messages) == (ticket.number, "Max Meyer", 1)
    assert list(differences()) == []


def test_a_file_that_another_message_names_stays(
    town: Town,
    ticket: Ticket,
    letter: Letter,
    arrive: Arrive,
    django_capture_on_commit_callbacks: Any,
) -> None:
    arrive(letter(WORDS, subject="The same file again", **MANY_PARTS))
    delete(ticket, by=town.max)
    assert erase(django_capture_on_commit_callbacks) == 1
    with files.opened(Attachment.objects.get().sha256) as file:
        assert file.read() == SECRET


def test_before_its_grace_is_over_restored_or_spam_it_stays(
    town: Town, ticket: Ticket, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    delete(ticket, by=town.max)
    settings.TRASH_DAYS = 31
    assert erase(django_capture_on_commit_callbacks) == 0
    settings.TRASH_DAYS = 30
    bring_back(ticket, by=town.max)
    assert erase(django_capture_on_commit_callbacks) == 0
    mark_as_spam(ticket, by=town.ana)
    assert erase(django_capture_on_commit_callbacks) == 0
    assert Ticket.objects.exists()
    assert RawMail.objects.exists()
