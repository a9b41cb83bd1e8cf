"""Which mails are the same one once more, decided on bytes."""

from __future__ import annotations

import hashlib
import os
import random
import re

import pytest

from deskbell.mail.door import identity
from deskbell.mail.door.identity import identity_of
from tests.dice import SEED

MAIL = b"Message-ID: <1@x>\r\nSubject: a\r\n b\r\n\r\nbody\r\n"

SAME = [
    b"Received: from a\r\n\tby b\r\n" + MAIL,
    b"Return-Path: <x@y.example>\r\nDelivered-To: s\r\nX-Spam-Score: 1\r\n" + MAIL,
    b"DKIM-Signature: t=1;\r\n b=abc\r\nARC-Seal: i=1\r\n" + MAIL,
    MAIL.replace(b"\r\n", b"\n"),
    MAIL + b"\r\n",
]
OTHER = [
    MAIL.replace(b"<1@x>", b"<2@x>"),
    MAIL.replace(b"body", b"Body"),
    MAIL.replace(b" b\r\n", b" c\r\n"),
    MAIL.replace(b"\r\n\r\n", b"\r\n\r\nX-Spam: in the body\r\n"),
    b"To: someone\r\n" + MAIL,
]


@pytest.mark.parametrize("raw", SAME)
def test_the_road_of_a_mail_makes_no_other_mail_of_it(raw: bytes) -> None:
    assert identity_of(raw) == identity_of(MAIL)


@pytest.mark.parametrize("raw", OTHER)
def test_a_mail_that_says_something_else_is_another_one(raw: bytes) -> None:
    assert identity_of(raw).digest != identity_of(MAIL).digest


@pytest.mark.parametrize(
    ("raw", "has"),
    [
        (MAIL, True),
        (b"message-id:\r\n <1@x>\r\n\r\n", True),
        (b"Message-ID:  \r\n\r\n", False),
        (b"Subject: x\r\n\r\nMessage-ID: <1@x>", False),
        (b"", False),
        (b"\r\n\r\n", False),
        (b"\xff\x00:" * 1000, False),
    ],
)
def test_whether_a_mail_has_a_message_id_is_seen_in_its_header_alone(raw: bytes, has: bool) -> None:
    assert identity_of(raw).has_message_id is has


def test_no_bytes_are_too_odd() -> None:
    for length in range(0, 300, 7):
        assert len(identity_of(os.urandom(length)).digest) == 32


def test_hashing_in_pieces_gives_what_hashing_the_whole_would(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Against the slow obvious twin, on 5,000 random mails of what matters: ends of lines and space."""
    monkeypatch.setattr(identity, "PIECE", 3)
    draw = random.Random(SEED)
    words = [b"\r", b"\n", b"\r\n", b"a", b": ", b"Message-ID: x", b" ", b"\x0b", b"X-a: b"]
    for _ in range(5000):
        raw = b"".join(draw.choices(words, k=draw.randrange(16)))
        assert identity_of(raw).digest == digest_of_the_whole(raw), (SEED, raw)


def digest_of_the_whole(raw: bytes) -> bytes:
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields = re.split(rb"\n(?![ \t])", head)
    kept = [f for f in fields if not identity.TRACES.fullmatch(f.partition(b":")[0].strip())]
    said = b"".join(field + b"\n" for field in kept) + b"\n" + body.rstrip()
    return hashlib.sha256(said).digest()
