"""Mails that nobody would write, and what must hold for each: the reader answers, quickly; nothing in the
HTML acts; no line is lost. The same seed makes the same mails. `bench/mail/fuzz.py` runs it for long."""

from __future__ import annotations

import json
import random
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from types import FrameType

from deskbell.lib.html import ATTRIBUTES, TAGS
from deskbell.mail.inbound.bodies import contents_of
from deskbell.mail.inbound.printing import as_json
from deskbell.mail.inbound.reading import opened, read

MOST_SECONDS = 1.0  # of CPU time for one mail
SCRATCH = [
    b"\r",
    b"\n\n",
    b"\r\n\r\n",
    b"=?",
    b"?=",
    b"\0",
    b"--",
    b'"',
    b"<",
    b">",
    b"(",
    b")",
    b";",
    b",",
    b"=",
    b"\\",
    b"=?utf-8?B?",
    b"=?x?Q?",
    b"Content-Type: ",
    b"charset=",
    b"boundary=",
    b"multipart/mixed",
    b"text/html",
    b"message/rfc822",
    b"base64\n",
    b"quoted-printable\n",
    b"From: ",
    b"\n> ",
    b"\nOn 1.1.2026, x <a@b> wrote:\n",
    b"\n-- \n",
    b"<script>alert(1)</script>",
    b"<img src=x onerror=alert(1)>",
    b"<a href='java&#10;script:x'>",
    b"<svg><style>",
    b"<iframe src=//e>",
    b"<form action=//e><input>",
    b"<p style='background:url(//e)'>",
    b"<math><mtext><table><mglyph>",
    b"<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    b"<img src=https://e/x.gif>",
    b"<base href=//e>",
    b"<!--",
    b"]]>",
    b"<div class=gmail_quote>",
    b"<blockquote type=cite>",
    b"<div id=appendonsend>",
    b"<object data=//e>",
    b"\xff\xfe",
    b"\x1b$B",
    b"\xc3\x28",
    b"\xe2\x80\xae",
    b"begin 644 x\n#86)C\n`\nend\n",
]


def corpus() -> list[bytes]:
    """Our own odd mails, to begin with."""
    here = Path(__file__).parent
    return [file.read_bytes() for file in sorted(here.glob("*/*.eml"))]


def mutated(mails: list[bytes], chance: random.Random) -> bytes:
    """One of the mails, changed in one to twelve places."""
    changed = bytearray(chance.choice(mails))
    for _ in range(chance.randint(1, 12)):
        chance.choice(MUTATIONS)(changed, chance)
    if chance.random() < 0.1:
        other = chance.choice(mails)
        changed[chance.randrange(len(changed) + 1) :] = other[chance.randrange(len(other) + 1) :]
    return bytes(changed)


def check(raw: bytes) -> None:
    """Raises AssertionError, or whatever the reader raises, if something is wrong with this mail."""
    with _deadline():
        said = as_json(read(raw))
    json.dumps(said).encode()
    "".join((said["subject"], said["visible_text"], said["html"])).encode()  # no half of a pair
    _assert_harmless(said["html"])
    _assert_whole(raw, said["visible_text"], said["quoted_text"], said["signature"])


def _flip(mail: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(mail) + 1)
    mail[at : at + 1] = bytes([chance.randrange(256)])


def _cut(mail: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(mail) + 1)
    del mail[at : at + chance.randint(1, 60)]


def _repeat(mail: bytearray, chance: random.Random) -> None:
    at, start = chance.randrange(len(mail) + 1), chance.randrange(len(mail) + 1)
    mail[at:at] = mail[start : start + chance.randint(1, 120)] * chance.choice([1, 1, 1, 2, 30])


def _insert(mail: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(mail) + 1)
    mail[at:at] = chance.choice(SCRATCH)


def _swap_lines(mail: bytearray, chance: random.Random) -> None:
    lines = bytes(mail).split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    mail[:] = b"\n".join(lines)


def _truncate(mail: bytearray, chance: random.Random) -> None:
    del mail[chance.randrange(len(mail) + 1) :]


MUTATIONS = [_flip, _flip, _cut, _cut, _repeat, _insert, _insert, _insert, _swap_lines, _truncate]
MUTATIONS += [
    _flip,
    _cut,
    _insert,
    _insert,
    _swap_lines,
]  # a truncated mail has little left to be odd


@contextmanager
def _deadline() -> Iterator[None]:
    def too_long(signal_number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"The reader took more than {MOST_SECONDS} s of CPU time.")

    before = signal.signal(signal.SIGVTALRM, too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _assert_harmless(html: str) -> None:
    """By a parser that shares nothing with the sanitiser."""
    looker = _Looker()
    looker.feed(html)
    looker.close()
    assert not looker.wrong, looker.wrong


class _Looker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        allowed = ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()) | {"rel", "data-remote-src"}
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x20]+", "", value or "").lower()
            leads_outside = name == "src" and not address.startswith("cid:")
            acts = name in {"href", "src", "cite"} and re.match(
                r"(?!https?|mailto|tel|cid)\w+:", address
            )
            if name not in allowed or leads_outside or acts:
                self.wrong.append(f"<{tag} {name}={value!r}>")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(decl)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(data)

    def handle_pi(self, data: str) -> None:
        self.wrong.append(data)


def _assert_whole(raw: bytes, *parts: str) -> None:
    """Each line of the text is in one of the three parts."""
    expected = _lines("\n".join(line.text for line in contents_of(opened(raw, [])).lines))
    kept = _lines("\n".join(parts))
    lost = expected - kept
    assert not lost, f"lost: {list(lost)[:3]}"


def _lines(text: str) -> Counter[str]:
    return Counter(line.strip() for line in text.split("\n") if line.strip())
