"""Who is a machine: RFC 3834, the usual headers, and what is none of them."""

from __future__ import annotations

import pytest

from deskbell.mail.inbound.reading import read

MACHINES = [
    ("Auto-Submitted: auto-replied", "auto_reply"),
    ("Auto-Submitted: auto-generated; owner=x", "auto_reply"),
    ("AUTO-SUBMITTED: Auto-Notified", "auto_reply"),
    ("Auto-Submitted: no", None),
    ("Auto-Submitted: NO (really)", None),
    ("Auto-Submitted:", None),
    ("X-Auto-Response-Suppress: All", None),
    ("X-Auto-Response-Suppress: DR, OOF, AutoReply", None),
    ("X-Autoreply: yes", "auto_reply"),
    ("X-Autorespond: x", "auto_reply"),
    ("Precedence: auto_reply", "auto_reply"),
    ("Precedence: junk", "auto_reply"),
    ("Precedence: bulk", "auto_reply"),
    ("Precedence: bulk\nList-Id: <a.example>", "list"),
    ("Precedence: list", "list"),
    ("Precedence: first-class", None),
    ("List-Unsubscribe: <mailto:x@y.example>", "list"),
    ("Return-Path: <>", "auto_reply"),
    ("Return-Path: <a@b.example>", None),
    ("Subject: Automatic reply: away", "out_of_office"),
    ("Subject: Out of Office: away", "out_of_office"),
    ("Subject: Re: Automatic reply does not work", None),
    ("Subject: Abwesenheitsnotiz: Inge", "out_of_office"),
    ("Subject: =?utf-8?Q?R=C3=A9ponse_automatique=3A_x?=", "out_of_office"),
    ("X-Failed-Recipients: gone@b.example", "bounce"),
    ("Return-Path: <>\nFrom: postmaster@b.example", "bounce"),
    ("From: Mailer-Daemon@b.example", "bounce"),
    ("From: postmaster@b.example", None),
    (
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
        "auto_reply",
    ),
    ("X-Priority: 1", None),
]


@pytest.mark.parametrize(("fields", "kind"), MACHINES)
def test_a_machine_is_known_by_its_headers(fields: str, kind: str | None) -> None:
    sender = "" if "From:" in fields else "From: a@b.example\n"

    assert read(f"{sender}{fields}\n\nHello".encode()).automatic == kind


def test_the_envelope_knows_better_than_a_return_path_what_the_sender_was() -> None:
    raw = b"From: a@b.example\nReturn-Path: <>\n\nHello"

    assert read(raw, envelope_sender="a@b.example").automatic is None
    assert read(b"From: a@b.example\n\nHello", envelope_sender="").automatic == "auto_reply"


REPORTS = [
    ("Action: failed\nStatus: 5.1.1", True),
    ("Action: failed\nStatus: 4.4.7", False),
    ("Action: delayed\nStatus: 4.4.1", False),
    ("Action: failed", True),
    ("Status: 5.0.0", True),
]


@pytest.mark.parametrize(("said", "permanent"), REPORTS)
def test_a_report_tells_whether_an_address_is_gone_for_good(said: str, permanent: bool) -> None:
    raw = (
        "From: mailer-daemon@b.example\nContent-Type: multipart/report; boundary=x\n\n--x\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns;b\n\n"
        f"Final-Recipient: rfc822; gone@b.example\n{said}\n--x--\n"
    )
    bounce = read(raw.encode()).bounce

    assert bounce and (bounce.address, bounce.permanent) == ("gone@b.example", permanent)
