"""Whom a mail did not reach, by what servers write without a report."""

from __future__ import annotations

import pytest

from deskbell.mail.inbound.mail import Bounce
from deskbell.mail.inbound.reading import read

GONE = "gone@northvalley.example"
TEXTS = [
    ("failure notice", f"<{GONE}>:\nSorry, no mailbox here by that name. (#5.1.1)", True),
    ("Returned mail: User unknown", f"   ----- permanent fatal errors -----\n<{GONE}>", True),
    ("Undelivered Mail Returned to Sender", f"<{GONE}>: host mx said: 452 4.2.2 Full", False),
    ("Undeliverable: Dark", f"Your message did not reach: {GONE}\n550 5.4.1 denied", True),
    ("Delivery Status Notification (Delay)", f"To {GONE}: will retry for 2 days", False),
    ("Mail delivery failed", f"  {GONE}\n    mailbox is full: retry timeout exceeded", False),
    ("Unzustellbar: Dunkel", f"An {GONE} nicht zugestellt: Quota exceeded", False),
    ("Warning: message 1x delayed 24 hours", f"  {GONE}\n    Delay reason: greylisted", False),
    ("failure notice", f"I give up.\n--- Below this line is a copy.\nTo: {GONE}\n", True),
]


@pytest.mark.parametrize(("subject", "text", "permanent"), TEXTS)
def test_a_bounce_without_a_report_is_read_as_text(
    subject: str, text: str, permanent: bool
) -> None:
    raw = f"From: MAILER-DAEMON@mx.example\nTo: desk@b.example\nSubject: {subject}\n\n{text}\n"
    mail = read(raw.encode())

    assert mail.automatic == "bounce"
    assert mail.bounce == Bounce(GONE, permanent)


NO_BOUNCES = [
    "From: tess@northvalley.example\nSubject: Undeliverable: what is this?",
    "From: tess@northvalley.example\nSubject: Delivery failed again",
    "From: noreply@shop.example\nSubject: Delivery Status: your parcel",
    "From: postmaster@northvalley.example\nSubject: Our new server",
]


@pytest.mark.parametrize("fields", NO_BOUNCES)
def test_what_only_speaks_of_a_delivery_is_no_bounce(fields: str) -> None:
    mail = read(f"{fields}\n\nIt didn't reach {GONE}.\n".encode())

    assert mail.automatic is None and mail.bounce is None
