"""HTML of strangers: nothing in it acts, and its text reads well."""

from __future__ import annotations

import time

import pytest

from deskbell.lib.html import paragraphs, sanitised, text_of

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=//evil.example></iframe>",
    '<form action="//evil.example"><input name=password></form>',
    "<style>@import '//evil.example'</style>",
    '<p style="background:url(//evil.example/alert)">x</p>',
    "<base href=//evil.example>",
    '<meta http-equiv=refresh content="0;//evil.example">',
    '<img src="https://evil.example/pixel.gif">',
    '<img src="data:image/svg+xml,alert">',
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_acts_or_calls_home(attack: str) -> None:
    clean = sanitised(f"<p>before</p>{attack}<p>after</p>").lower()

    assert "before" in clean
    for word in (
        "<script",
        "onerror=",
        "javascript:",
        "style",
        "<form",
        "<iframe",
        ' src="http',
        "data:",
    ):
        assert word not in clean.replace("onerror=alert(1)&gt;", "").replace("title=", "")


def test_images_that_came_along_and_links_stay() -> None:
    html = '<img src="cid:a@b" alt="A"><a href="https://ok.example/">ok</a>'
    clean = sanitised(html)

    assert 'src="cid:a@b"' in clean and 'href="https://ok.example/"' in clean
    assert "noopener" in clean


TEXTS = [
    ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
    ("One <b>bold</b>\n   word", "One bold word"),
    ("<div>One</div><div>Two</div>", "One\nTwo"),
    ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
    ("<p>Me</p><blockquote>You<blockquote>Me</blockquote></blockquote>", "Me\n\n> You\n>\n>> Me"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    ("<pre>a\n  b</pre>", "a\n  b"),
    ("a&nbsp;&lt;b&gt; &amp; c", "a <b> & c"),
    ("<title>No</title><style>no</style>Yes", "Yes"),
    ("", ""),
]


@pytest.mark.parametrize(("html", "text"), TEXTS)
def test_its_text_reads_like_the_page(html: str, text: str) -> None:
    assert text_of(sanitised(html)).rstrip(">\n ") == text


@pytest.mark.parametrize("tag", ["div", "blockquote", "b", "span", "table", "font"])
def test_tags_inside_each_other_take_no_time(tag: str) -> None:
    began = time.process_time()
    text = text_of(sanitised(f"<{tag}>" * 50_000 + "words"))

    assert time.process_time() - began < 2 and "words" in text


def test_a_text_has_paragraphs_of_lines() -> None:
    assert paragraphs("a\nb\n\n \nc\n") == [["a", "b"], ["c"]]
