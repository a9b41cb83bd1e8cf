"""Mails that say that a mail could not be delivered: whom it did not reach, and whether that will stay so.

A delivery report (RFC 3464) says it field by field. What old and odd servers write instead is read as text:
the address stands where qmail, Exim, Sendmail, Exchange and the big providers put it, or it is the only one
that is neither theirs nor ours; the reason is a status by class (5 permanent, 4 temporary), or words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskbell.mail.inbound.addressing import BARE_ADDRESS, addresses
from deskbell.mail.inbound.headers import first, parameters, readable
from deskbell.mail.inbound.mail import Address, Bounce
from deskbell.mail.inbound.parts import Part, head_of

LONGEST_TEXT = 20_000  # characters of a report that are looked at
REACHED = {"delivered", "relayed", "expanded", "deliverable"}
DAEMON = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|post_?master|mdaemon|mail[-_.]?(?:delivery|system|"
    r"admin)|"
    r"microsoftexchange[0-9a-f]+|delivery[-_]?(?:status|subsystem)?|bounces?|mailadm|"
    r"noreply-dmarc-support)"
    r"(?:[+-].*)?@",
    re.IGNORECASE,
)
CERTAIN_DAEMON = re.compile(r"^(?:mailer|mail)[-_.]?daemon@", re.IGNORECASE)
DAEMON_BY_NAME = re.compile(
    r"mail(?:er)?[- ]?(?:delivery|daemon)|delivery (?:sub)?system|^system administrator|postmaster|"
    r"^mail administrator|^microsoft outlook|mail system",
    re.IGNORECASE,
)
SUBJECT = re.compile(
    r"^\W*(?:(?:un|non)[- ]?deliver(?:able|ed)|returned (?:e-?mail|to sender)|(?:e-?mail |"
    r"message )?delivery "
    r"(?:has )?(?:fail|status|report|notification|error|problem|delayed)|mail delivery (?:fail|"
    r"problem|error|"
    r"system|delayed)|failure (?:notice|delivery)|(?:mail )?system error|failed (?:mail|delivery|"
    r"to deliver)|"
    r"mail (?:could not be|not) delivered|could(?:n't| not) (?:be delivered|deliver)|delayed mail|"
    r"message (?:not delivered|could not be|you sent|undeliver)|warning: (?:message|"
    r"could not send)|"
    r"unzustellbar|nicht zugestellt|zustellung|mail konnte nicht|benachrichtigung (?:über|"
    r"zum).*status|"
    r"non remis|échec de (?:la )?(?:remise|distribution)|message non distribué|"
    r"correo no entregado|no se puede "
    r"entregar|devuelto|mancato recapito|non recapitabile|onbestelbaar|niet bezorgd|não entregue|"
    r"mensagem não|"
    r"недоставленное|エラーメール|配信不能|配送できません|系统退信|退信|반송|"
    r"kan ikke leveres|kunde inte levereras|"
    r"undelivered|error: mail|mail error|user unknown|unknown user)|(?:delivery|returned mail|"
    r"undeliver).{0,40}$",
    re.IGNORECASE,
)
COPY_BEGINS = re.compile(
    r"^[\W_]*(?:below this line is a copy|this is a copy of|original message (?:follows|attached|"
    r"header)|"
    r"a copy of the (?:original )?message|(?:the )?(?:original|returned|rejected|"
    r"undelivered) (?:message|mail)|"
    r"message headers? follow|unsent message below|begin(?:ning)? (?:of )?(?:the )?(?:original|"
    r"returned|message)|"
    r"message header|received message|content-type: message/rfc822|included is a copy|"
    r"your message follows|"
    r"headers? of the (?:original )?message|forwarded message|text of the message|"
    r"ursprüngliche nachricht)",
    re.IGNORECASE | re.MULTILINE,
)
FIELD_IN_TEXT = re.compile(
    r"^\s*(?:x-actual-recipient|original-recipient|final-recipient|intended recipient|"
    r"failed recipient|recipient|"
    r"recipients?(?: address)?|to|envelope-to|rcpt to|user|"
    r"address)\s*[:=]\s*(?:rfc822;)?\s*<?([^\s<>,;:\"']+@[^\s<>,;\"']+?)>?"
    r"[.,;]?\s*(?:$|\()",
    re.IGNORECASE | re.MULTILINE,
)
ALONE = re.compile(
    r"^[\s*>-]{0,12}<?([^\s<>,;:\"'()\[\]]+@[^\s<>,;:\"'()\[\]]+?)>?\s*(?::|\.(?=\s|$)|$|-{2,}|\(|\.{2,})",
    re.MULTILINE,
)
REPORTED_TO = re.compile(
    r"^\s*(?:original|final)-recipient\s*:[^;\n]*;\s*<?([^\s<>]+@[^\s<>]+)", re.I | re.M
)
STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.\d{1,3}(?![\d.])")
REPLY = re.compile(r"(?<![\d.:/-])([45])[0-7]\d(?=[ \-:>)]|$)", re.MULTILINE)
STILL_TRYING = re.compile(
    r"(?:will|to) (?:retry|be retried|keep trying|try again|continue)|"
    r"has not (?:yet )?been delivered|still (?:being "
    r")?(?:tr(?:y|ied)|retried|queued)|delivery (?:is |has been |was )?delayed|temporar(?:y|ily)|"
    r"over ?quota|quota "
    r"exceeded|exceed\w* .{0,30}quota|(?:mail)?box (?:is )?full|insufficient (?:disk|system|"
    r"storage)|timed? ?out|"
    r"for (?:the )?(?:past|more than|over|last)? ?\d+ (?:hour|day|minute)s?|retry time-?out|"
    r"not enough (?:disk |storage )?space|"
    r"try again later|greylist|vorübergehend|warning[: ]",
    re.IGNORECASE,
)
GIVEN_UP = re.compile(
    r"permanent|fatal|giving up|gave up|unknown user|user unknown|does(?:n't| not) exist|no such",
    re.I,
)


def is_bounce(mail: Part, reports: list[Part], *, from_nobody: bool) -> bool:
    """Does the mail say that one could not be delivered, or not yet? A report of success is "
    "none."""
    actions = {first(block, "Action").lower() for block in reports if first(block, "Action")}
    if actions and actions <= REACHED:
        return False
    kind = parameters(first(mail, "Content-Type")).get("report-type", "").lower()
    if kind in {"disposition-notification", "feedback-report"}:
        return False
    if reports or kind == "delivery-status" or first(mail, "X-Failed-Recipients"):
        return True
    sender = next(iter(addresses(mail, "From")), Address("", ""))
    if CERTAIN_DAEMON.match(sender.address):
        return True
    is_daemon = bool(
        DAEMON.match(sender.address) or DAEMON_BY_NAME.search(readable(first(mail, "From")))
    )
    says_so = bool(SUBJECT.match(readable(first(mail, "Subject"))))
    if from_nobody and (sender.address.lower().startswith("postmaster@") or says_so):
        return True
    return says_so and (is_daemon or not sender.address)


def bounce_of(mail: Part, reports: list[Part], returned: list[Part], text: str) -> Bounce | None:
    """Whom the mail could not reach; the first of several."""
    for recipient in sorted(reports, key=lambda block: first(block, "Action").lower() == "delayed"):
        address = _reported(recipient)
        action = first(recipient, "Action").lower()
        if address and action not in REACHED:
            status = first(recipient, "Status") or first(recipient, "Diagnostic-Code")
            return Bounce(address, _is_permanent(action, status, text))
    said, copied = _before_copy(text[:LONGEST_TEXT])
    failed = addresses(mail, "X-Failed-Recipients")
    address = failed[0].address if failed else _address_in(said, copied, mail, returned)
    return Bounce(address, _is_permanent("", "", _around(said, address))) if address else None


def delivered_to(reports: list[Part]) -> tuple[str, ...]:
    """Whom the mail has reached, as a delivery report says it. “relayed” only went on to a server that
    reports nothing."""
    reached = [
        each for each in reports if first(each, "Action").lower() in {"delivered", "expanded"}
    ]
    return tuple(dict.fromkeys(address for each in reached if (address := _reported(each))))


def _reported(block: Part) -> str:
    """`rfc822; someone@example.org` without its type; how it was first addressed counts more."""
    for name in ("Original-Recipient", "Final-Recipient", "X-Actual-Recipient"):
        found = BARE_ADDRESS.search(
            readable(first(block, name).partition(";")[2] or first(block, name))
        )
        if found:
            return found[0].strip("<>'\"")
    return ""


def _is_permanent(action: str, status: str, text: str) -> bool:
    if action == "delayed":
        return False
    found = STATUS.search(status) or STATUS.search(text) or REPLY.search(text)
    if found and found[1] != "2":
        return found[1] == "5"
    return action == "failed" or bool(GIVEN_UP.search(text)) or not STILL_TRYING.search(text)


def _before_copy(text: str) -> tuple[str, str]:
    """What the server says, and the mail that it brings back in the same text."""
    found = COPY_BEGINS.search(text)
    if found is None or not text[: found.start()].strip():
        return text, ""
    return text[: found.start()], text[found.end() :]


def _around(text: str, address: str) -> str:
    """The reason stands after the address, mostly."""
    at = text.find(address)
    after = text[at:] if at >= 0 else text
    return after if STATUS.search(after) or REPLY.search(after) else text


def _address_in(said: str, copied: str, mail: Part, returned: list[Part]) -> str:
    ours = {
        each.address.lower()
        for name in ("From", "To", "Reply-To")
        for each in addresses(mail, name)
    }
    for found in _candidates(said, copied, returned):
        address = found.strip(".,;:'\"<>").lower()
        if address not in ours and not DAEMON.match(address) and "@" in address:
            return found.strip(".,;:'\"<>")
    return ""


def _candidates(said: str, copied: str, returned: list[Part]) -> Iterator[str]:
    """The likeliest first."""
    for pattern in (REPORTED_TO, FIELD_IN_TEXT, ALONE):
        for found in pattern.finditer(said):
            yield found[1]
    yield from (found[0] for found in BARE_ADDRESS.finditer(said))
    for original in [*returned, head_of(copied.lstrip("- \n").encode("utf-8", "replace"))]:
        for name in ("X-Failed-Recipients", "To", "Cc"):
            yield from (each.address for each in addresses(original, name))
    yield from (found[1] for found in FIELD_IN_TEXT.finditer(copied))
