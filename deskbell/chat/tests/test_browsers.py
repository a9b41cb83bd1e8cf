"""What a browser says of itself becomes a few known words, and nothing else of it comes through."""

from __future__ import annotations

import pytest

from deskbell.chat.browsers import in_words

MOZ = "Mozilla/5.0 "


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (
            MOZ + "(X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/141.0.0.0 Safari/537.36",
            "Chrome 141 on ChromeOS",
        ),
        (
            MOZ + "(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
            "Edge 141 on Windows",
        ),
        (
            MOZ + "(iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari 18 on iPad",
        ),
        (
            MOZ + "(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox 140 on Linux",
        ),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_header_in_words(header: str, words: str) -> None:
    assert in_words(header) == words
