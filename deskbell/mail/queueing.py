"""Putting a mail into the queue, in the transaction of what it tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from deskbell.lib import clock, together
from deskbell.lib.telling import tell
from deskbell.mail.addresses import is_deliverable, is_ours, new_message_id
from deskbell.mail.facts import MailMoved
from deskbell.mail.letters import Letter
from deskbell.mail.models import MailId, OutboundMail, SupportAddress, stored_id
from deskbell.people.models import Person
from deskbell.realtime.wake import wake
from deskbell.tickets.models import Message, Ticket


def can_be_written_to(person: Person | None) -> bool:
    """Has the person an address to which the desk may write? The make-believe town has none."""
    if person is None or person.demo or not person.email:
        return False
    return is_deliverable(person.email) and not is_ours(person.email)


def enqueue(
    kind: OutboundMail.Kind,
    to: Person,
    *,
    subject: str,
    from_name: str,
    letter: Letter,
    readers: Sequence[Person] = (),
    sender: SupportAddress | None = None,
    held_for: timedelta = timedelta(0),
    unsubscribe: str = "",
    ticket: Ticket | None = None,
    message: Message | None = None,
    overtakes: bool = False,
) -> list[OutboundMail]:
    """Queue a mail, one row for each who gets it, and remember its Message-ID.

    `readers` stand in its Cc. Each copy leaves by itself, under the same Message-ID: one address that
    can't be reached keeps the mail from nobody else, and brings it to nobody twice. The mail leaves
    after `held_for` at the earliest.
    """
    mail_id = new_message_id(sender.address if sender else "")
    people = [to, *(reader for reader in readers if reader.email and reader.pk != to.pk)]
    now = clock.now()
    mails = [
        OutboundMail(
            kind=kind,
            ticket=ticket,
            message=message,
            mail_id=mail_id,
            sender=sender,
            from_name=from_name[:200],
            to_name=to.name,
            to_address=to.email or "",
            cc=[person.email for person in people[1:]],
            recipient=person.email or "",
            subject=subject,
            text=letter.text,
            html=letter.html,
            logo=letter.logo,
            logo_type=letter.logo_type,
            unsubscribe=unsubscribe,
            created_at=now,
            next_attempt_at=now + held_for,
            overtakes=overtakes,
        )
        for person in people
    ]
    together.insert_all(mails)
    together.insert(MailId(value=mail_id, ticket=ticket, message=message, ours=True))
    if (
        kind == OutboundMail.Kind.NOTICE
    ):  # a page may wait for it; a message is drawn after its mail
        together.settle()
        for mail in mails:
            tell(MailMoved(mail))
    wake("outbound")
    return mails


def also_known_as(mail: OutboundMail, message_id: str) -> None:
    """Remember that the mail leaves under another Message-ID than the desk gave it: answers name that one."""
    before = MailId.objects.named(mail.mail_id).filter(ours=True).first()
    MailId.objects.get_or_create(
        value=stored_id(message_id),
        ticket=mail.ticket,
        message=mail.message,
        notice_of=before.notice_of if before else None,
        ours=True,
    )
