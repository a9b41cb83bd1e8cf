"""When a mail was written, however its program writes it."""

from __future__ import annotations

import pytest

from deskbell.mail.inbound.dates import instant_of

DATES = [
    ("Mon, 23 Nov 2026 10:00:00 -0500", "2026-11-23T15:00:00+00:00"),
    ("23 Nov 2026 10:00 EST", "2026-11-23T15:00:00+00:00"),
    ("Mon, 23 Nov 2026 10:00:00", "2026-11-23T10:00:00+00:00"),
    ("Mon, 23 Nov 2026 10:00:00 -0000", "2026-11-23T10:00:00+00:00"),
    ("Mon, 23 Nov 2026 10:00:00 GMT (Greenwich)", "2026-11-23T10:00:00+00:00"),
    ("Wed, 05 Sep 2018 29:24:05 +0700", "2018-09-05T22:24:05+00:00"),
    ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00+00:00"),
    ("2026-11-23 10:00:00 +0100", "2026-11-23T09:00:00+00:00"),
    ("Mo, 23 Okt 2026 10.00.05 +0200", "2026-10-23T08:00:05+00:00"),
    ("lun., 23 janv. 2026 10:00:00 GMT+01:00", "2026-01-23T09:00:00+00:00"),
    ("Monday, November 23, 2026 1:05 PM", "2026-11-23T13:05:00+00:00"),
    ("23-Nov-26 12:05 am", "2026-11-23T00:05:00+00:00"),
    ("Mon Nov 23 10:00:00 2026", "2026-11-23T10:00:00+00:00"),
    ("Mon, 99 Foo 99999 99:99:99 +9999", None),
    ("Fri, 31 Dec 9999 23:59:59 -1200", None),
    ("yesterday", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "instant"), DATES)
def test_a_date_is_an_instant_in_every_form(written: str, instant: str | None) -> None:
    found = instant_of(written)

    assert (found.isoformat() if found else None) == instant
