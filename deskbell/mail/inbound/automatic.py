"""Was it written by a machine? By RFC 3834 and the headers that robots usually set."""

from __future__ import annotations

import re
from email.message import Message

from deskbell.mail.inbound.headers import Part, addresses, every, first, parameters, readable
from deskbell.mail.inbound.mail import Automatic, Bounce

DAEMONS = ("mailer-daemon@", "mail-daemon@", "postmaster@")
ANSWERING = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply")
BY_MACHINE = {"bulk", "junk", "auto_reply", "auto-reply"}
AWAY = re.compile(
    r"^\W*(automatic reply|auto(matic)?[- ]?(reply|response)|out of (the )?office|automatische antwort|"
    r"abwesenheitsnotiz|abwesend|réponse automatique|absence du bureau|respuesta automática|"
    r"fuera de (la )?oficina|risposta automatica|automatisch antwoord|autosvar|automatiskt svar|"
    r"resposta automática|自動応答|自动回复)\s*[:：]",
    re.IGNORECASE,
)


def automatic_of(mail: Part, *, null_sender: bool, reports: list[Part]) -> Automatic | None:
    """What kind of machine wrote the mail, or None for a person. `null_sender`: it came from `<>`."""
    if _is_bounce(mail, null_sender=null_sender, reports=reports):
        return Automatic.BOUNCE
    if AWAY.match(readable(first(mail, "Subject"))):
        return Automatic.OUT_OF_OFFICE
    if null_sender or _is_auto_submitted(mail) or _precedence(mail) in BY_MACHINE - {"bulk"}:
        return Automatic.AUTO_REPLY
    if any(first(mail, name) for name in ANSWERING):
        return Automatic.AUTO_REPLY
    if _precedence(mail) == "list" or any(k.lower().startswith("list-") for k in mail.keys()):  # noqa: SIM118
        return Automatic.LIST
    return Automatic.AUTO_REPLY if _precedence(mail) == "bulk" else None


def bounce_of(mail: Part, reports: list[Part]) -> Bounce | None:
    """Whom the mail could not reach, by its delivery report (RFC 3464) or what old servers write."""
    for recipient in (block for report in reports for block in _blocks(report)):
        address = _reported(first(recipient, "Original-Recipient")) or _reported(
            first(recipient, "Final-Recipient")
        )
        action = first(recipient, "Action").lower()
        if address and action not in {"delivered", "relayed", "expanded"}:
            status = first(recipient, "Status").strip()
            permanent = status.startswith("5") or (action == "failed" and status[:1] != "4")
            return Bounce(address, permanent)
    failed = addresses(mail, "X-Failed-Recipients")
    return Bounce(failed[0].address, True) if failed else None


def is_null_sender(mail: Part, envelope_sender: str | None) -> bool:
    """Did it come from nobody, `<>`? By the envelope if it is known, else by Return-Path."""
    if envelope_sender is not None:
        return not envelope_sender
    return any(value.strip() == "<>" for value in every(mail, "Return-Path"))


def _is_bounce(mail: Part, *, null_sender: bool, reports: list[Part]) -> bool:
    kind = parameters(first(mail, "Content-Type")).get("report-type", "").lower()
    if reports or kind == "delivery-status" or first(mail, "X-Failed-Recipients"):
        return True
    if kind == "disposition-notification":
        return False
    sender = next(iter(addresses(mail, "From")), None)
    if sender and sender.address.lower().startswith(DAEMONS[:2]):
        return True
    return bool(sender and null_sender and sender.address.lower().startswith(DAEMONS[2]))


def _is_auto_submitted(mail: Part) -> bool:
    """RFC 3834: anything but `no`. A read receipt is one too, whatever it says."""
    values = [
        re.split(r"[\s;(]", each.strip().lower())[0] for each in every(mail, "Auto-Submitted")
    ]
    is_report = mail.get_content_type() == "multipart/report"
    return is_report or any(value not in {"", "no"} for value in values)


def _precedence(mail: Part) -> str:
    return first(mail, "Precedence").strip().lower()


def _blocks(report: Part) -> list[Part]:
    payload = report.get_payload()
    return (
        [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []
    )


def _reported(field: str) -> str:
    """`rfc822; someone@example.org` without its type."""
    return readable(field.partition(";")[2] or field).strip("<> ")
