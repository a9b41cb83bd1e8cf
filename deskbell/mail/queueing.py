"""Putting a mail into the queue, in the transaction of what it tells."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from deskbell.lib.telling import tell
from deskbell.mail.addresses import is_deliverable, is_ours, new_message_id
from deskbell.mail.facts import MailMoved
from deskbell.mail.models import MailId, OutboundMail
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
    template: str,
    context: dict[str, Any],
    ticket: Ticket | None = None,
    message: Message | None = None,
) -> OutboundMail:
    """Queue a mail made from `<template>.txt` and `.html`, and remember its Message-ID."""
    mail = OutboundMail.objects.create(
        kind=kind,
        ticket=ticket,
        message=message,
        mail_id=new_message_id(),
        from_name=from_name[:200],
        to_name=to.name,
        to_address=to.email or "",
        subject=subject,
        text=render_to_string(f"{template}.txt", context),
        html=render_to_string(f"{template}.html", context),
    )
    MailId.objects.create(value=mail.mail_id, ticket=ticket, message=message, ours=True)
    tell(MailMoved(mail))
    wake("outbound")
    return mail
