"""Reading mails as they really are. The files lie in `mails/`; each says by its name what is odd."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from deskbell.mail.inbound.printing import as_json
from deskbell.mail.inbound.reading import read

MAILS = Path(__file__).parent / "mails"

SAYS: dict[str, dict[str, Any]] = {
    "gmail-reply": {
        "from": {"name": "Tess Turner", "address": "tess@northvalley.example"},
        "to": [{"name": "Support", "address": "support@deskbell.localhost"}],
        "date": "2026-11-23T15:15:00+00:00",
        "message_id": "<CAxyz@mail.example>",
        "in_reply_to": "<abc@deskbell.localhost>",
        "references": ["<first@mail.example>", "<abc@deskbell.localhost>"],
        "visible_text": "Thanks, that works in room 12—but not in room 14.\n\nTess",
        "automatic": None,
        "bounce": None,
        "attachments": [],
        "warnings": [],
    },
    "outlook-html-alone": {
        "from": {"name": "Müller, Inge", "address": "inge@southridge.example"},
        "to": [{"name": "Support, Desk", "address": "support@deskbell.localhost"}],
        "cc": [],
        "subject": "Re: Drucker fällt aus",
        "visible_text": "Guten Tag,\n\nder Drucker fällt immer noch aus.\nAuch heute.",
        "signature": "Mit freundlichen Grüßen\n\nInge Müller",
        "automatic": None,
    },
    "bottom-posted": {
        "visible_text": "Firefox, the newest one.",
        "signature": "--\nSam Soto\nSouth Ridge",
        "date": None,
    },
    "point-by-point": {
        "visible_text": "> Which browser is it?\n\nFirefox.\n\n> And which version?\n\nThe newest one.",
        "quoted_text": "On 11/23/26 9:00 AM, Ana wrote:",
    },
    "forwarded": {"quoted_text": "", "subject": "Fwd: Chromebooks"},
    "inline-image": {
        "visible_text": "Look:",
        "html": '<p>Look:</p><img src="cid:shot@1" alt="shot">',
        "attachments": [
            {
                "name": "screen shot.png",
                "type": "image/png",
                "size": 8,
                "sha256": "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6",
                "inline": True,
            }
        ],
    },
    "out-of-office": {"automatic": "out_of_office", "visible_text": "I am out until Monday."},
    "bounce": {
        "automatic": "bounce",
        "bounce": {"address": "gone@northvalley.example", "permanent": True},
    },
    "list": {"automatic": "list", "visible_text": "On Friday."},
    "no-headers-at-all": {
        "from": {"name": "", "address": ""},
        "message_id": None,
        "warnings": ["The mail doesn't say whom it is from."],
    },
    "raw-eight-bit": {
        "from": {"name": "Jörg", "address": "joerg@schule.example"},
        "subject": "Bildschirm läuft nicht",
        "visible_text": "Er läuft nicht – schöne Grüße",
    },
    "wrong-charset": {
        "visible_text": "Grüße",
        "warnings": ["The text is not in the charset that it claims (x-nobody-knows)."],
    },
    "japanese": {
        "from": {"name": "山田", "address": "yamada@gakko.example"},
        "visible_text": "画面が暗い",
    },
    "calendar": {"visible_text": "Let us meet.", "automatic": None},
}
KEYS = (
    "from to cc reply_to subject date message_id in_reply_to references visible_text quoted_text "
    "signature html attachments automatic bounce warnings"
).split()


@pytest.mark.parametrize("name", sorted(SAYS))
def test_a_mail_says_what_its_writer_meant(name: str) -> None:
    said = as_json(read((MAILS / f"{name}.eml").read_bytes()))

    assert list(said) == KEYS
    assert json.loads(json.dumps(said)) == said
    assert {key: said[key] for key in SAYS[name]} == SAYS[name]


def test_each_mail_of_the_corpus_is_expected_to_say_something() -> None:
    assert {file.stem for file in MAILS.glob("*.eml")} == set(SAYS)


def test_what_the_parts_of_a_text_leave_out_they_keep_elsewhere() -> None:
    said = as_json(read((MAILS / "gmail-reply.eml").read_bytes()))
    assert "> Could you try again?" in said["quoted_text"] and "wrote:" in said["quoted_text"]

    forwarded = as_json(read((MAILS / "forwarded.eml").read_bytes()))
    assert "None of them starts." in forwarded["visible_text"]


def test_nothing_in_the_html_can_act_or_track() -> None:
    html = as_json(read((MAILS / "outlook-html-alone.eml").read_bytes()))["html"]

    assert "fällt immer noch aus" in html
    assert "<script" not in html and ' src="http' not in html and "color: red" not in html


CHARSETS = [
    ("utf-8", "utf-8", "Grüße €"),
    ("UTF8", "utf-8", "Grüße"),
    ('"utf-8"', "utf-8", "Grüße"),
    ("iso-8859-1", "cp1252", "“Grüße” – €"),
    ("us-ascii", "cp1252", "Grüße"),
    ("us-ascii", "utf-8", "Grüße"),
    ("", "utf-8", "Grüße"),
    ("", "cp1252", "Grüße"),
    ("iso-8859-15", "iso-8859-15", "5 €"),
    ("windows-1251", "cp1251", "Привет"),
    ("koi8-r", "koi8-r", "Привет"),
    ("gb2312", "gb18030", "屏幕黑了"),
    ("big5", "big5", "螢幕"),
    ("shift_jis", "cp932", "画面①"),
    ("iso-2022-jp", "iso-2022-jp", "画面"),
    ("ks_c_5601-1987", "cp949", "화면"),
    ("iso-8859-8-i", "iso-8859-8", "שלום"),
    ("utf-16", "utf-16", "Grüße"),
    ("utf-8", "cp1252", "Grüße, schön"),
    ("utf-7", "utf-7", "Grüße"),
    ("x-mac-roman", "mac-roman", "Grüße"),
    ("cp-850", "cp850", "Grüße"),
    ("unicode_escape", "utf-8", "Grüße \\x41"),
    ("idna", "utf-8", "Grüße"),
    ("base64", "utf-8", "Grüße"),
    ("undefined", "utf-8", "Grüße"),
]


@pytest.mark.parametrize(("claimed", "real", "text"), CHARSETS)
def test_any_charset_is_read_whatever_it_is_called(claimed: str, real: str, text: str) -> None:
    kind = f"Content-Type: text/plain; charset={claimed}\n" if claimed else ""
    raw = f"From: a@b.example\n{kind}Content-Transfer-Encoding: base64\n\n".encode()
    mail = read(raw + base64.encodebytes(text.encode(real)))

    assert mail.visible_text == text


NAMES = [
    ('filename="report.pdf"', "report.pdf"),
    ("filename=report.pdf", "report.pdf"),
    ("filename*=utf-8''n%C3%A4me.pdf", "näme.pdf"),
    ("filename*=iso-8859-1'de'n%E4me.pdf", "näme.pdf"),
    ("filename*0*=utf-8''n%C3; filename*1*=%A4me; filename*2=.pdf", "näme.pdf"),
    ('filename*0="long "; filename*1="name.pdf"', "long name.pdf"),
    ('filename="=?utf-8?B?bsOkbWUucGRm?="', "näme.pdf"),
    ("filename==?utf-8?Q?n=C3=A4me.pdf?=", "näme.pdf"),
    ('filename="=?utf-8?Q?n=C3?= =?utf-8?Q?=A4me.pdf?="', "näme.pdf"),
    ('filename="näme.pdf"', "näme.pdf"),
    ('filename="a; b.pdf"', "a; b.pdf"),
    (r'filename="a \"b\".pdf"', 'a "b".pdf'),
    ('filename="../../etc/passwd"', "passwd"),
    (r'filename="C:\\Users\\x\\a.pdf"', "a.pdf"),
    ('filename="half', "half"),
    ('filename=""', "file-1.pdf"),
    ("filename*=nobody''%ZZ", "%ZZ"),
]


@pytest.mark.parametrize(("parameter", "name"), NAMES)
def test_a_file_has_its_name_in_every_form(parameter: str, name: str) -> None:
    head = f"Content-Type: application/pdf\nContent-Disposition: attachment; {parameter}\n\nx"
    (file,) = read(head.encode()).attachments

    assert file.name == name


PEOPLE = [
    ("Ana <a@b.example>", "Ana", "a@b.example"),
    ('"Doe, Jane" <a@b.example>', "Doe, Jane", "a@b.example"),
    ("=?utf-8?Q?Doe,_Jane?= <a@b.example>", "Doe, Jane", "a@b.example"),
    ("a@b.example (Ana)", "Ana", "a@b.example"),
    ("<a@b.example>", "", "a@b.example"),
    ('"a@b.example" <a@b.example>', "a@b.example", "a@b.example"),
    ("Ana a@b.example", "", "a@b.example"),
    ("Ana <<a@b.example>>", "", "a@b.example"),
    ("((((((a@b.example", "", "a@b.example"),
    ('"Doe \\"J\\" Jane" <a@b.example>', 'Doe "J" Jane', "a@b.example"),
    ("=?utf-8?Q?Jane_=22J=22?= <a@b.example>", 'Jane "J"', "a@b.example"),
    ("Jane (at (work)) Doe <a(her)@b.example>", "Jane Doe", "a@b.example"),
    ('"her#name"@b.example', "", "her#name@b.example"),
    ('<"her name"@b.example>', "", '"her name"@b.example'),
    ("<@relay.example,@r.example:a@b.example>", "", "a@b.example"),
    ("a@b.example c@d.example", "", "a@b.example"),
    ("Ana: Team <a@b.example>", "Ana: Team", "a@b.example"),
    ("Ana <a @ b . example>", "Ana", "a@b.example"),
    ("\u202eAna <a@b.example>", "Ana", "a@b.example"),
    ("<MAILER-DAEMON>", "", "MAILER-DAEMON"),
    ("Ana", "Ana", ""),
]


@pytest.mark.parametrize(("written", "name", "address"), PEOPLE)
def test_a_sender_is_understood_in_many_spellings(written: str, name: str, address: str) -> None:
    sender = read(f"From: {written}\n\nx".encode()).sender

    assert sender.address == address
    assert sender.name == name or not name


HOSTILE = {
    "parts inside each other": b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(2000)
    ),
    "mails inside each other": b"Content-Type: message/rfc822\n\n" * 3000,
    "a million header fields": b"X: y\n" * 400_000 + b"\nbody",
    "one endless field": b"Subject: " + b"(" * 1_000_000 + b"\n\nbody",
    "comments in an address": b"From: " + b"(" * 50_000 + b"a@b.example\n\nbody",
    "thousands of recipients": b"To: " + b"a@b.example, " * 50_000 + b"\n\nbody",
    "On, and no end": b"\n\n" + b"On " * 100_000 + b"wrote:",
    "many introductions": b"\n\n" + b"On Monday someone wrote\n" * 50_000,
    "fields without end": b"\n\n" + b"From: a\n" * 50_000,
    "signs of quotation": b"\n\n" + b"> " * 200_000,
    "blank lines": b"\n\n" + b"\n" * 500_000 + b"end",
    "tags": b"Content-Type: text/html\n\n" + b"<div>" * 100_000,
    "entities": b"Content-Type: text/html\n\n" + b"&" * 300_000,
    "no end of a tag": b"Content-Type: text/html\n\n" + b"<a " * 100_000,
    "quotations in HTML": b"Content-Type: text/html\n\n" + b"<blockquote>" * 50_000 + b"x",
    "base64 that is none": b"Content-Transfer-Encoding: base64\n\n" + b"\xff=" * 100_000,
    "a broken date": b"Date: Mon, 99 Foo 99999 99:99:99 +9999\n\nx",
    "a date beyond all years": b"Date: Fri, 31 Dec 9999 23:59:59 -1200\n\nx",
    "encoded words": b"Subject: " + b"=?utf-8?Q?=?= " * 20_000 + b"\n\nx",
    "nothing": b"",
    "zeros": b"\0" * 10_000,
    "only line ends": b"\r\n" * 10_000,
    "parameters": b"Content-Type: text/plain; " + b'a="' * 20_000 + b"\n\nx",
    "surrogates": b"Content-Type: text/plain; charset=utf-7\n\n+2AA- +3AA-",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_mail_is_read_within_a_second(raw: bytes) -> None:
    read(raw)  # the first one loads codecs and tables
    began = time.process_time()
    mail = read(raw)

    assert time.process_time() - began < 1.5
    json.dumps(as_json(mail)).encode()
    "".join((mail.subject, mail.visible_text, mail.html)).encode()  # no half of a surrogate pair
    assert "\0" not in mail.visible_text + mail.subject + mail.html
