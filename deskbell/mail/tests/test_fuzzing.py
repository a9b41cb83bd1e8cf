"""Five thousand mails that nobody would write; `bench/mail/fuzz.py` reads a million."""

from __future__ import annotations

import random

import pytest

from deskbell.mail.tests.fuzzing import check, corpus, mutated

COUNT = 5000


def test_no_mail_makes_the_reader_fail_act_or_lose_a_line() -> None:
    seed = random.SystemRandom().randrange(10**9)
    mails = corpus()
    for number in range(seed, seed + COUNT):
        raw = mutated(mails, random.Random(number))
        try:
            check(raw)
        except Exception as error:
            raise AssertionError(
                f"bench/mail/fuzz.py --count 1 --seed {number}: {raw!r}"
            ) from error


WRONG = [
    b"<p onclick=x()>x</p>",
    b"<script>x</script>",
    b"<img src='https://track.example/x.gif'>",
]


@pytest.mark.parametrize("html", WRONG)
def test_the_fuzzer_would_see_what_acts(html: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskbell.mail.inbound.sections.sanitised", lambda text: text)

    with pytest.raises(AssertionError):
        check(b"From: a@b.example\nContent-Type: text/html\n\n" + html)


def test_the_fuzzer_would_see_a_lost_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "deskbell.mail.inbound.visible._by_marks", lambda lines: ([lines[0][0]], [])
    )

    with pytest.raises(AssertionError, match="lost"):
        check(b"From: a@b.example\n\nOne\nTwo\n")
