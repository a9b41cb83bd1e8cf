"""A mail as `deskbell mail read --json` prints it."""

from __future__ import annotations

from typing import Any

from deskbell.mail.inbound.mail import Address, Attachment, Mail


def as_json(mail: Mail) -> dict[str, Any]:
    """The mail as JSON's types; `in_reply_to` is the first id, `date` is ISO 8601 in UTC or null."""
    return {
        "from": _person(mail.sender),
        "to": [_person(each) for each in mail.to],
        "cc": [_person(each) for each in mail.cc],
        "reply_to": [_person(each) for each in mail.reply_to],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id or None,
        "in_reply_to": mail.in_reply_to[0] if mail.in_reply_to else None,
        "references": list(mail.references),
        "visible_text": mail.visible_text,
        "quoted_text": mail.quoted_text,
        "signature": mail.signature,
        "html": mail.html,
        "attachments": [_file(each) for each in mail.attachments],
        "automatic": str(mail.automatic) if mail.automatic else None,
        "bounce": {"address": mail.bounce.address, "permanent": mail.bounce.permanent}
        if mail.bounce
        else None,
        "warnings": list(mail.warnings),
    }


def _person(person: Address) -> dict[str, str]:
    return {"name": person.name, "address": person.address}


def _file(file: Attachment) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "inline": file.inline,
    }
