"""What the team writes in Markdown: as HTML, as plain words, and what of it can do no harm."""

from __future__ import annotations

import pytest

from deskbell.tickets.formatting import html_of, plain, plain_of, shown
from deskbell.tickets.models import Message


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hold it **ten** _seconds_", "<p>Hold it <strong>ten</strong> <em>seconds</em></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        ("# Big", "<h4>Big</h4>"),
        ("#81 is solved", "<p>#81 is solved</p>"),
        ("2 * 3 * 4 and file_name_here", "<p>2 * 3 * 4 and file_name_here</p>"),
        ("    four spaces", "<p>four spaces</p>"),
        ("a line\n---", "<p>a line</p>\n<hr>"),
        ("<b>&amp;</b>", "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ],
)
def test_signs_become_form_and_nothing_becomes_a_program(text: str, html: str) -> None:
    assert html_of(text) == html


def test_addresses_become_links_that_tell_nobody_where_they_were_followed() -> None:
    made = html_of("See https://help.example/a_b_c. Or [the guide](https://help.example).")
    assert made.count("<a ") == 2
    assert made.count('rel="noopener noreferrer nofollow"') == 2
    assert 'href="https://help.example/a_b_c"' in made
    within = html_of("[https://a.example](https://b.example)")
    assert within.count("<a ") == 1


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_no_link_runs_anything(address: str) -> None:
    assert "href" not in html_of(f"[press]({address})")


def test_a_picture_shows_where_it_came_along_and_no_other() -> None:
    text = "![The screen](cid:a1) ![Spy](https://spy.example/x.png)"
    made = html_of(text, {"a1": "/pictures/7"}.get)  # type: ignore[arg-type]
    assert '<img src="/pictures/7" alt="The screen">' in made
    assert "[Spy]" in made
    assert "spy.example" not in made
    assert html_of("![The screen](cid:a1)") == "<p>[The screen]</p>"


def test_as_plain_words_signs_are_gone_and_lists_stay() -> None:
    text = (
        "Hello **Tess**,\n\ndo this:\n\n1. Hold `power`\n2. Wait\n   a little\n\n- a\n  - b\n\n"
        "> quoted\n> twice\n\nSee [the guide](https://help.example) or https://x.example.\n\n"
        "![Screen](cid:a1)"
    )
    assert plain_of(text) == (
        "Hello Tess,\n\ndo this:\n\n1. Hold power\n2. Wait\n   a little\n\n- a\n  - b\n\n"
        "> quoted\n> twice\n\nSee the guide (https://help.example) or https://x.example.\n\n[Screen]"
    )


def test_customers_words_are_never_read_as_markdown() -> None:
    said = Message(text="**no** <i>", markdown=False)
    assert shown(said) == "**no** &lt;i&gt;"
    assert plain(said) == "**no** <i>"
    assert shown(Message(text="**yes**", markdown=True)) == (
        '<div class="drawn"><p><strong>yes</strong></p></div>'
    )
