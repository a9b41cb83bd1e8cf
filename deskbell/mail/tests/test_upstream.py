"""What a sender can write into the results of a server that we trust, and that it proves nothing."""

from __future__ import annotations

import pytest

from deskbell.mail.trust.policies import are_aligned
from deskbell.mail.trust.signatures import Evidence
from deskbell.mail.trust.upstream import parsed, results_of

VICTIM, EVIL = "northvalley.example", "evil.example"


@pytest.mark.parametrize(
    "mailfrom",
    [
        f'"{VICTIM}"@{EVIL}',
        f'"a@{VICTIM}"@{EVIL}',
        f'"a header.d={VICTIM}"@{EVIL}',
        f'"a header.from={VICTIM} b"@{EVIL}',
        f'"a;dkim=pass header.d={VICTIM} "@{EVIL}',
        f'"a\\";dkim=pass header.d={VICTIM} "@{EVIL}',
    ],
)
def test_an_envelope_that_reads_like_a_result_proves_no_one_else(mailfrom: str) -> None:
    for said in (
        f"mx.desk.example; spf=pass smtp.mailfrom={mailfrom}",
        f"mx.desk.example; spf=pass (domain of {mailfrom} (((says) so) it)) smtp.mailfrom={mailfrom}",
    ):
        found = results_of([said], frozenset({"mx.desk.example"}))
        assert found == [Evidence("SPF", "pass", EVIL)]


def test_comments_in_comments_say_nothing() -> None:
    said = f"spf=pass (((a) b) ;dkim=pass header.d={VICTIM} \\) c) smtp.mailfrom={EVIL}; dmarc=fail"
    assert parsed(said) == [Evidence("SPF", "pass", EVIL), Evidence("DMARC", "fail", "")]


def test_each_method_proves_what_it_is_about_and_nothing_beside_it() -> None:
    said = f"spf=pass smtp.mailfrom={EVIL} header.from={VICTIM}; dkim=pass header.from={VICTIM}"
    assert not any(are_aligned(VICTIM, each.domain) for each in parsed(said))


def test_a_quoted_domain_is_the_domain() -> None:
    said = (
        f'x.example (1); dkim=pass (2048-bit) header.i="@{VICTIM}"; dmarc=pass header.from={VICTIM}'
    )
    found = results_of([said], frozenset({"x.example"}))
    assert found == [Evidence("DKIM", "pass", VICTIM), Evidence("DMARC", "pass", VICTIM)]
