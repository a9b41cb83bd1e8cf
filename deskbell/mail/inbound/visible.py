"""What the writer of a mail says now, apart from what they quote and how they sign.

Nothing is lost: each line of the text is in one of the three parts. What the HTML marks as quoted or as a
signature is believed; the rest is told by how quotations are introduced (`introductions`) and by how people
take their leave, in the languages of `mail-parser-reply`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import NamedTuple

from mailparser_reply.constants import MAIL_LANGUAGES  # type: ignore[import-untyped]

from deskbell.mail.inbound.introductions import (
    FORWARDED,
    LINE_OF_DASHES,
    QUOTED,
    before_the_line,
    introductions,
)

MOST_LINES_OF_LEAVE = 12
MOST_LINES_OF_SIGNATURE = 30
MARKED = ">\x01"  # before a line that only the HTML calls quoted; no text has control characters
LONG_QUOTED_LINE = 60  # characters: long enough to be broken
DASHES = re.compile(r"^\s{0,3}(?:--[ \xa0]?|[—–]+|__)$")
DASH_AND_NAME = re.compile(r"^\s{0,3}[-–—]\s?[^\W\d_][\w.']*(?:\s[^\W\d_][\w.']*){0,2}$")
MORE_LEAVES = (
    "(?:best|kind|warm|many|with best|with kind|with warm)? ?regards|best wishes|"
    "sincerely(?: yours)?|yours "
    "(?:truly|sincerely|faithfully)|respectfully|cheers|freundliche grüße|mfg|lg|herzliche grüße|"
    "hochachtungsvoll|"
    "mit (?:freundlichem|besten|lieben|herzlichen) gr(?:uß|üßen?)|"
    "(?:bien )?(?:à vous|cordialement)|saludos(?: cordiales)?|un saludo|atentamente|"
    "atenciosamente|abraços|"
    "cordiali saluti|distinti saluti|groeten|groetjes|met vriendelijke groeten|mvg|pozdrawiam|"
    "с уважением|"
    "з повагою|ystävällisin terveisin|saygılarımla|üdvözlettel|s pozdravem|lep pozdrav"
)
THANKS = (
    "thanks|thank you|many thanks|thanks in advance|cheers|danke|vielen dank|"
    "merci|gracias|grazie|bedankt"
)
SENT_FROM = re.compile(
    r"^[\W_]{0,4}(?:(?:sent|verstuurd|enviado|envoyé|inviato|sendt|skickat|lähetetty|gesendet|"
    r"wysłan[eo]|odesláno|"
    r"отправлено|надіслано|trimis)\s+(?:from|via|with|by|using|à partir de|vanaf|van|desde|do|da|"
    r"de|depuis|dal|fra|från|von|"
    r"mit|über|über|z|ze|z mé|с|из|з|din|pelo)\b|get outlook for|(?:holen sie sich )?outlook für|"
    r"obtenir outlook|télécharger outlook|obtener outlook|scarica outlook|hent outlook|"
    r"hämta outlook|"
    r"von meinem .{1,40} gesendet|diese nachricht wurde von .{1,60} gesendet|yahoo mail:|"
    r"from my (?:iphone|ipad)|"
    r"发自我的|從我的.{1,20}傳送|iphoneから送信|나의 .{1,20}에서 보냄|sent on the go)",
    re.IGNORECASE,
)


class Line(NamedTuple):
    """A line of a mail, and what its HTML says that it is: "quote", "signature", or "" for "
    "neither."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Parts:
    """The three parts of a text."""

    visible: str
    quoted: str
    signature: str


def split(text: str | list[Line], *, forwards: bool = False) -> Parts:
    """Tell the parts of a mail's text apart. A forwarded mail is what its sender wants to say, so
    with `forwards`, and where nothing else would be left, it stays visible."""
    every = text if isinstance(text, list) else [Line(line) for line in text.split("\n")]
    if forwards:
        return Parts(_joined([line.text for line in every]), "", "")
    lines, marked_signature = _by_marks(every)
    own, quoted = _without_quotations(lines)
    visible, signature = _without_signature(own)
    signature = [*signature, *marked_signature]
    if not _joined(visible) and not _joined(signature):
        return Parts(_joined([line.text for line in every]), "", "")
    return Parts(_joined(visible), _joined(quoted), _joined(signature))


def _by_marks(lines: list[Line]) -> tuple[list[str], list[str]]:
    """The lines, those marked as quoted with a mark of quotation; and the signature. What the HTML marks is
    not always quoted: mail programs mark what they forward in the same way."""
    own, signature = [], []
    for mark, run in groupby(lines, key=lambda line: line.mark):
        texts = [line.text for line in run]
        filled = [text for text in texts if text.strip()]
        if mark == "quote" and not any(map(FORWARDED.match, filled[:3])):
            own += [text if QUOTED.match(text) else MARKED + text for text in texts]
        elif mark == "signature":
            signature += texts
        else:
            own += texts
    return own, signature


def _without_quotations(lines: list[str]) -> tuple[list[str], list[str]]:
    begins = next(introductions(lines), None)
    if begins is None:
        return _apart(lines)
    at, length = begins
    rest = lines[at + length :]
    start = before_the_line(lines, at)
    if not any(QUOTED.match(line) for line in rest[:3]):
        return lines[:start], lines[start:]  # an unmarked quotation goes on to the end
    own, quoted = _apart(rest)
    deeper = next(
        introductions(own), None
    )  # a quotation of a quotation that is not marked any more
    if deeper:
        own, quoted = own[: deeper[0]], [*quoted, *own[deeper[0] :]]
    return [*lines[:start], *own], [*lines[start : at + length], *quoted]


def _apart(lines: list[str]) -> tuple[list[str], list[str]]:
    """Lines with and without a quotation mark, unless answers stand between the quotations."""
    is_quoted = [_is_quoted(lines, at) for at in range(len(lines))]
    if _answers_between(lines, is_quoted):
        last = max(at for at, line in enumerate(lines) if line.strip() and not is_quoted[at])
        return lines[: last + 1], lines[last + 1 :]
    own = [line for line, quoted in zip(lines, is_quoted, strict=True) if not quoted]
    return own, [line for line, quoted in zip(lines, is_quoted, strict=True) if quoted]


def _is_quoted(lines: list[str], at: int) -> bool:
    """With a mark, or the end of a quoted line that a mail program broke."""
    if QUOTED.match(lines[at]):
        return True
    before, after = lines[at - 1 : at] if at else [], lines[at + 1 : at + 2]
    if not before or not after or len(before[0]) < LONG_QUOTED_LINE or not lines[at][:1].islower():
        return False
    return bool(QUOTED.match(before[0]) and QUOTED.match(after[0]))


def _answers_between(lines: list[str], is_quoted: list[bool]) -> bool:
    """Is it answered point by point? Then each quotation belongs to the answer below it."""
    answers, in_quotation = 0, False
    for line, quoted in zip(lines, is_quoted, strict=True):
        if quoted:
            in_quotation = True
        elif DASHES.match(line) or LINE_OF_DASHES.match(line):
            break
        elif line.strip() and in_quotation:
            answers, in_quotation = answers + 1, False
    return answers >= 2


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Signature and what others put below it, such as the foot of a mailing list."""
    own, signature = _cut_at_signature(lines)
    if signature:
        own, more = _cut_at_signature(own)
        signature = [*more, *signature]
    return own, signature


def _cut_at_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """The signature begins at `-- `, at a leave-taking near the end, or at “Sent from my phone”."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for number, at in enumerate(filled):
        if DASHES.match(lines[at]) and number and len(filled) - number <= MOST_LINES_OF_SIGNATURE:
            return lines[:at], lines[at:]
    for at in filled[-MOST_LINES_OF_LEAVE:]:
        if at > filled[0] and _begins_signature(lines, at, is_last=at == filled[-1]):
            return lines[:at], lines[at:]
        if _is_sent_from(lines[at]):
            return lines[:at], lines[at:]
    return lines, []


def _begins_signature(lines: list[str], at: int, *, is_last: bool) -> bool:
    line = lines[at].strip()
    if len(line) > 60:
        return False
    if LINE_OF_DASHES.match(line) and line.startswith("_"):
        return not is_last  # the foot of a mailing list
    if is_last and DASH_AND_NAME.match(line) and not lines[at - 1].lstrip().startswith(("-", "–")):
        return True
    return bool(_leave().match(line)) or (not is_last and bool(_thanks().match(line)))


def _is_sent_from(line: str) -> bool:
    """A few words, or an advertisement with an address; not “Sent from my desk, which is easier "
    "than ...”."""
    if len(line) > 150 or (len(line.split()) > 9 and "http" not in line):
        return False
    return bool(SENT_FROM.match(line) or _sent_from().match(line.strip()))


@cache
def _leave() -> re.Pattern[str]:
    """A leave-taking that fills its line: “Thanks, that works” is no signature."""
    words = [
        each for language in MAIL_LANGUAGES.values() for each in language.get("signatures", [])
    ]
    thanks = re.compile(THANKS + r"|tak$|děkuj|dank u|감사|고맙|谢谢", re.IGNORECASE)
    plain = [each.rstrip(",") for each in words if each != r"/\w+" and not thanks.match(each)]
    joined = "|".join([*plain, MORE_LEAVES])
    return re.compile(
        rf"(?:{joined})(?: and best| and kind)?(?: regards)?\s?[,.!]?$", re.IGNORECASE
    )


@cache
def _thanks() -> re.Pattern[str]:
    return re.compile(rf"(?:{THANKS})(?: (?:and|und|et) [\w ]{{3,30}})?\s?[,.!]?$", re.IGNORECASE)


@cache
def _sent_from() -> re.Pattern[str]:
    words = [language.get("sent_from", "") for language in MAIL_LANGUAGES.values()]
    return re.compile(rf"(?:{'|'.join(each for each in words if each)})\b", re.IGNORECASE)


def _joined(lines: list[str]) -> str:
    text = "\n".join(line.removeprefix(MARKED).rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")
