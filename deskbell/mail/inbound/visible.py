"""What the writer of a mail says now, apart from what they quote and how they sign.

`mail-parser-reply` knows how mail programs of many languages introduce a quotation and how people
take their leave. Its own splitting trims every line and can take minutes on a hostile text, so only
its tables are used, on single lines of bounded length. Nothing is lost: each line of the text is in
one of the three parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mailparser_reply.constants import MAIL_LANGUAGES  # type: ignore[import-untyped]

LONGEST_LINE = 300  # of an introduction; nobody's name is longer
MOST_LINES_OF_SIGNATURE = 12
QUOTED = re.compile(r"^\s{0,3}[>|]")
ORIGINAL = re.compile(
    r"^[-_=\s]*-{2,}\s*(original message|original appointment|reply message|ursprüngliche nachricht|"
    r"message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|"
    r"mensagem original)\s*-{2,}[-_=\s]*$",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"^[-_=>\s]*(begin forwarded message:|-{2,}\s*(forwarded message|weitergeleitete nachricht|"
    r"message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht)\b.*)$",
    re.IGNORECASE,
)
# What today's programs write and the library's tables lack; with a digit, as each tells a date.
MORE_WROTE = re.compile(
    r"^(?=.*\d)(El .{5,200} escribió|Em .{5,200} escreveu|Op .{5,200} schreef .{1,120}|"
    r"W dniu .{5,200} pisze|Den .{5,200} skrev .{0,120}|Le .{5,200} a écrit) ?:$",
    re.IGNORECASE,
)
LINE_OF_OUTLOOK = re.compile(r"^\s*[_-]{32,}\s*$")
FIELD = re.compile(
    r"^[*\s]{0,4}(from|von|de|da|od|fra|van|från|发件人|보낸\s?사람|sent|gesendet|envoyé|enviado|inviato|odesláno|"
    r"sendt|verzonden|wysłano|skickat|发送时间|to|an|à|para|a|komu|til|aan|do|till|收件人|subject|betreff|objet|"
    r"asunto|oggetto|předmět|emne|onderwerp|temat|ämne|主题|date|datum|fecha|data|dato|cc)[*\s]{0,3}[:：]",
    re.IGNORECASE,
)
FIRST_FIELD = re.compile(
    r"^[*\s]{0,4}(from|von|de|da|od|fra|van|från|发件人|보낸\s?사람)[*\s]{0,3}[:：][*\s]*\S",
    re.IGNORECASE,
)
DASHES = re.compile(r"^\s{0,3}--[ \xa0]?$")


@dataclass(frozen=True)
class Parts:
    """The three parts of a text."""

    visible: str
    quoted: str
    signature: str


def split(text: str, *, forwards: bool = False) -> Parts:
    """Tell the parts of a mail's text apart. A forwarded mail is what its sender wants to say, so
    with `forwards`, and where nothing else would be left, it stays visible."""
    lines = text.split("\n")
    own, quoted = ([*lines], []) if forwards else _without_quotations(lines)
    visible, signature = _without_signature(own)
    if not _joined(visible) and not signature:
        visible, quoted = lines, []
    return Parts(_joined(visible), _joined(quoted), _joined(signature))


def _without_quotations(lines: list[str]) -> tuple[list[str], list[str]]:
    begins = next(_introductions(lines), None)
    if begins is None:
        return _apart(lines)
    at, length = begins
    rest = lines[at + length :]
    if not any(QUOTED.match(line) for line in rest[:3]):
        return lines[:at], lines[at:]  # an unmarked quotation goes on to the end
    own, quoted = _apart(rest)
    return [*lines[:at], *own], [*lines[at : at + length], *quoted]


def _introductions(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where something quoted is introduced: index and number of lines of the introduction."""
    for at, line in enumerate(lines):
        if FORWARDED.match(line):
            return
        if ORIGINAL.match(line):
            yield at, 1
        elif FIRST_FIELD.match(line) and _is_block_of_fields(lines, at):
            begins = _before_the_line(lines, at)
            yield begins, at - begins + 1
        elif length := _length_of_wrote(lines, at):
            yield at, length


def _is_block_of_fields(lines: list[str], at: int) -> bool:
    """From: with two more of Sent:, To:, Subject: ... in the lines after it."""
    return sum(bool(FIELD.match(line)) for line in lines[at : at + 7]) >= 3


def _before_the_line(lines: list[str], at: int) -> int:
    """Outlook draws a line above the fields."""
    before = at - 1
    while before >= 0 and not lines[before].strip():
        before -= 1
    return before if before >= 0 and LINE_OF_OUTLOOK.match(lines[before]) else at


def _length_of_wrote(lines: list[str], at: int) -> int:
    """“On Monday, Ana wrote:”, which programs break into up to three lines; 0 if there is none."""
    if not lines[at].strip() or QUOTED.match(lines[at]):
        return 0
    for length in (1, 2, 3):
        joined = " ".join(line.strip() for line in lines[at : at + length])
        if len(joined) > LONGEST_LINE:
            return 0
        if joined.endswith((":", "：")) and _is_wrote(joined):
            return length
    return 0


def _is_wrote(line: str) -> bool:
    return bool(MORE_WROTE.match(line)) or any(each.search(line) for each in _wrote())


def _apart(lines: list[str]) -> tuple[list[str], list[str]]:
    """Lines with and without a quotation mark, unless answers stand between the quotations."""
    if _answers_between(lines):
        last = max((i for i, line in enumerate(lines) if line.strip() and not QUOTED.match(line)))
        return lines[: last + 1], lines[last + 1 :]
    own = [line for line in lines if not QUOTED.match(line)]
    return own, [line for line in lines if QUOTED.match(line)]


def _answers_between(lines: list[str]) -> bool:
    """Is it answered point by point? Then each quotation belongs to the answer below it."""
    answers, in_quotation = 0, False
    for line in lines:
        if QUOTED.match(line):
            in_quotation = True
        elif line.strip() and in_quotation:
            answers, in_quotation = answers + 1, False
    return answers >= 2


def _without_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """The signature begins at `-- `, at a leave-taking near the end, or at “Sent from my phone”."""
    for at, line in enumerate(lines):
        if DASHES.match(line):
            return lines[:at], lines[at:]
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for at in filled[-MOST_LINES_OF_SIGNATURE:]:
        if (at > filled[0] and _takes_leave(lines[at])) or _is_sent_from(lines[at]):
            return lines[:at], lines[at:]
    return lines, []


def _takes_leave(line: str) -> bool:
    return len(line) <= 60 and bool(_leave().match(line.strip()))


def _is_sent_from(line: str) -> bool:
    return len(line) <= 100 and bool(_sent_from().match(line.strip()))


@cache
def _wrote() -> list[re.Pattern[str]]:
    return [
        re.compile(words["wrote_header"], re.IGNORECASE | re.MULTILINE)
        for words in MAIL_LANGUAGES.values()
        if "wrote_header" in words
    ]


@cache
def _leave() -> re.Pattern[str]:
    """A leave-taking that fills its line: “Thanks, that works” is no signature."""
    words = [
        each for language in MAIL_LANGUAGES.values() for each in language.get("signatures", [])
    ]
    plain = [each for each in words if each != r"/\w+"]
    joined = "|".join(each.rstrip(",") for each in plain)
    return re.compile(rf"(?:{joined})(?: and best| and kind)?(?: regards)?[,.!]?$", re.IGNORECASE)


@cache
def _sent_from() -> re.Pattern[str]:
    words = [language.get("sent_from", "") for language in MAIL_LANGUAGES.values()]
    return re.compile(rf"(?:{'|'.join(each for each in words if each)})\b", re.IGNORECASE)


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")
