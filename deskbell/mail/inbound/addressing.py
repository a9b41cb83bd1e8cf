"""Names and addresses, however they are written: quotes that are missing, names with commas, groups,
comments, several From, addresses that were encoded whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deskbell.mail.inbound.charsets import DIRECTIONS, cleaned
from deskbell.mail.inbound.headers import BETWEEN_WORDS, WORD, every, readable
from deskbell.mail.inbound.mail import Address
from deskbell.mail.inbound.parts import LONGEST, Part

MOST_ADDRESSES = 500
MOST_FIELDS = 20  # of one name; there should be one
BARE_ADDRESS = re.compile(
    r"(?:\"[^\"]{1,200}\"|[^\s<>(),;:\"\[\]]{1,256})@[^\s<>(),;:\"\[\]]{1,255}"
)
AT_LITERAL = re.compile(r"[^\s<>(),;:\"\[\]]{1,256}@\[[0-9a-fA-F.:IPv]{1,60}\]")
PUT_ASIDE = re.compile(r"EncodedWord(\d+)x")
GROUP = re.compile(r"[^@<>\"]{0,200}:(?!//)")
COMMENT = re.compile(r"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+\)", re.DOTALL)
NEEDLESS_QUOTES = re.compile(r"^\"([\w!#$%&'*+/=?^`{|}~.-]+)\"@")
QUOTED_AS_A_WHOLE = re.compile(r'"((?:[^"\\]|\\.)*)"')
CLOSES = {'"': '"', "(": ")", "<": ">"}


def addresses(part: Part, name: str) -> tuple[Address, ...]:
    """The people in all fields of this name who have an address."""
    found = [each for value in every(part, name)[:MOST_FIELDS] for each in people_in(value)]
    return tuple(each for each in found if each.address)[:MOST_ADDRESSES]


def people_in(value: str) -> list[Address]:
    """Everyone in one field. Encoded names may hold commas, so they are put aside first."""
    words: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        words.append(match[0])
        return f"EncodedWord{len(words) - 1}x"

    text = BETWEEN_WORDS.sub(r"\1", value[:LONGEST])
    text = re.sub(rf"(?:{WORD.pattern})+", put_aside, text)
    people = [_person(piece, words) for piece in _pieces(text)]
    if words and not any(each.address for each in people) and "@" in readable(value):
        return people_in(readable(value).replace("=?", ""))  # name and address were encoded as one
    return people


def _pieces(text: str) -> Iterator[str]:
    """One person each. A name without an address before a comma belongs to what follows: Doe, Jane <...>."""
    names: list[str] = []
    for piece in _between_commas(text):
        piece = piece.strip()
        if not piece:
            continue
        if "@" in piece or "<" in piece:
            ends_name = "<" in piece and not piece.startswith("<")
            yield ", ".join([*names, piece]) if ends_name else piece
            names = []
        else:
            names.append(piece)
    yield from names


def _between_commas(text: str) -> Iterator[str]:
    begins = at = 0
    last_end_of_group = text.rfind(";")
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 1
        elif letter in CLOSES:
            at = _closed(text, at)
        elif letter == ":" and at < last_end_of_group and GROUP.fullmatch(text, begins, at + 1):
            begins = at + 1  # the name of a group
        elif letter in ",;":
            yield text[begins:at]
            begins = at + 1
        at += 1
    yield text[begins:]


def _closed(text: str, at: int) -> int:
    """Where the quotation, comment or bracket that begins here is closed; here, if it is not."""
    if text[at] == "(":
        comment = COMMENT.match(text, at)
        return comment.end() - 1 if comment else at
    closing = CLOSES[text[at]]
    end = text.find(closing, at + 1)
    while end > 0 and closing == '"' and text[end - 1] == "\\" and text[end - 2] != "\\":
        end = text.find(closing, end + 1)
    return max(end, at)


def _person(piece: str, words: list[str]) -> Address:
    comments: list[str] = []
    named, bracket = _outside_brackets(piece)
    bracket = COMMENT.sub("", bracket).strip()
    found = _address_in(bracket, is_last=True) if bracket else None
    if found is None and bracket and not re.search(r"[\s@]", bracket):
        found = bracket  # an address of this machine alone, as MAILER-DAEMON
    named = _without_comments(named, comments)
    if found is None:
        found = _address_in(named) or _address_in(" ".join(comments)) or ""
        named = named.replace(found, " ", 1) if found else named
        named = "" if found and "@" in named else named  # spaces were in the address
        comments = [each for each in comments if found not in each] if found else comments
    if not found and comments and re.fullmatch(r"[\w.+-]+", named.strip()):
        found, named = named.strip(), ""
    name = _plain(named.strip("<> ")) or _plain(" ".join(comments))
    found = NEEDLESS_QUOTES.sub(r"\1@", cleaned(PUT_ASIDE.sub("", found)).strip("<> "))
    return Address(_put_back(name, words), found if '"@' in found else found.strip("\"'"))


def _outside_brackets(piece: str) -> tuple[str, str]:
    """What stands before and after `<...>`, and what is in it: the innermost of several."""
    quoted_until = 0
    if piece.startswith('"'):
        quoted_until = _closed(piece, 0)
    begins = piece.rfind("<", quoted_until)
    if begins < 0:
        return piece, ""
    end = piece.find(">", begins)
    inner = piece[begins + 1 : end if end >= 0 else len(piece)].strip()
    rest = piece[end + 1 :] if end >= 0 else ""
    return f"{piece[:begins].rstrip('< ')} {rest.strip('> ')}".strip(), inner


def _address_in(text: str, *, is_last: bool = False) -> str | None:
    text = re.sub(r"\s*([@.])\s*(?=\S)", r"\1", text) if text.count("@") == 1 else text
    text = re.sub(r"^(?:mailto:|smtp:|@[^:]{1,200}:)", "", text.strip(), flags=re.IGNORECASE)
    found = AT_LITERAL.findall(text) or BARE_ADDRESS.findall(text)
    return found[-1 if is_last else 0].rstrip(".'") if found else None


def _without_comments(text: str, comments: list[str]) -> str:
    """Comments outside quotations are taken out; one that is not closed is part of the name."""
    kept, at, begins = [], 0, 0
    while at < len(text):
        if text[at] == '"':
            at = _closed(text, at)
        elif text[at] == "(" and (end := _closed(text, at)) > at:
            kept.append(text[begins:at])
            comments.append(text[at + 1 : end])
            at, begins = end, end + 1
        at += 1
    return "".join([*kept, text[begins:]])


def _plain(name: str) -> str:
    """A name without its quotation marks."""
    name = name.strip(" ,;")
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    elif '"' in name:
        name = re.sub(r'(?<!\\)"', "", name)
    return re.sub(r"\\(.)", r"\1", name).strip()


def _put_back(name: str, words: list[str]) -> str:
    def word(match: re.Match[str]) -> str:
        return words[int(match[1])] if int(match[1]) < len(words) else match[0]

    readable_name = readable(PUT_ASIDE.sub(word, name))
    plain = " ".join(DIRECTIONS.sub("", readable_name).split())
    quoted = QUOTED_AS_A_WHOLE.fullmatch(plain)  # inside the encoded word, where it need not be
    return re.sub(r"\\(.)", r"\1", quoted[1]).strip() if quoted else plain
