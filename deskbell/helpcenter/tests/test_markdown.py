"""Markdown as writers use it, and what they must not be able to do with it."""

from __future__ import annotations

import pytest

from deskbell.helpcenter.markdown import LONGEST_BODY, checked, refuse_pictures, render
from deskbell.helpcenter.videos import player_of
from deskbell.lib.errors import Refused

PICTURE = f"/help/images/{'a' * 64}.png"


def test_callouts_steps_and_tables() -> None:
    made = render(
        "> [!WARNING]\n> Save *first*.\n\n1. One\n2. Two\n   1. Small\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n"
    )
    assert '<div class="callout warning" role="note">' in made.html
    assert "Be careful" in made.html and "<em>first</em>" in made.html
    assert made.html.count('<ol class="steps">') == 1 and "<ol>" in made.html
    assert '<td class="right">2</td>' in made.html and "style=" not in made.html
    assert "Cuidado" in render("> [!WARNING]\n> Guarde.", "es").html


def test_a_quotation_stays_one() -> None:
    made = render("> A wise word.\n\n> [!STRANGE]\n> x\n")
    assert made.html.count("<blockquote>") == 2


def test_headings_begin_below_the_pages_own_and_have_ids_of_their_own() -> None:
    made = render("# Top\n\n## Again\n\n## Again\n\n#### Deep\n")
    assert [each["id"] for each in made.contents] == ["top", "again", "again-2"]
    assert "<h1" not in made.html and '<h4 id="deep">' in made.html


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        '> [!TIP]\n> <b onclick="x">',
        "```html\n</code></pre><script>alert(1)</script>\n```",
    ],
)
def test_no_words_become_a_program(body: str) -> None:
    html = render(body).html.lower()
    assert "<script" not in html and "<img" not in html and 'href="j' not in html
    assert "<b " not in html and 'href="data' not in html


def test_pictures_must_say_what_they_show_and_lie_here() -> None:
    refuse_pictures(render(f"![The sign-in page]({PICTURE})"))
    with pytest.raises(Refused, match="no words"):
        refuse_pictures(render(f"![]({PICTURE})"))
    with pytest.raises(Refused, match="lies elsewhere"):
        refuse_pictures(render("![A page](https://elsewhere.example/x.png)"))


def test_a_picture_has_its_size() -> None:
    made = render(f"![A page]({PICTURE})", sizes={"a" * 64: (640, 400)})
    assert (
        'width="640"' in made.html and 'height="400"' in made.html and 'alt="A page"' in made.html
    )


def test_the_words_of_an_article() -> None:
    made = render("## Ti*t*le\n\nOne & `two`.\n\n- three\n")
    assert made.words.split("\n") == ["Title", "One & two.", "three"]


def test_an_article_may_not_be_a_book() -> None:
    assert checked("a\r\nb\x00 ") == "a\nb\n"
    with pytest.raises(Refused, match="Make two of it"):
        checked("x" * (LONGEST_BODY + 1))


def test_the_ways_of_a_choice_stand_together_and_each_says_its_name() -> None:
    made = render(
        "> [!TAB] Chromebook\n> Press *reload*.\n\n> [!TAB] iPad & phone\n> 1. Swipe.\n\n"
        "Between.\n\n> [!TAB] One\n> x\n"
    )
    assert made.html.count('<div class="choices">') == 2
    assert made.html.count('<div class="choice">') == 3
    assert '<p class="choice-name">iPad &amp; phone</p>' in made.html
    assert made.html.index("Between.") > made.html.index("Swipe.")
    assert made.html.count("<div") == made.html.count("</div>")
    assert "Chromebook\nPress reload." in made.words  # and is found by it


@pytest.mark.parametrize(
    ("address", "plays"),
    [
        (
            "https://www.youtube.com/watch?v=aqz-KE-bpKQ&t=5",
            "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ",
        ),
        ("https://youtu.be/aqz-KE-bpKQ", "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"),
        ("https://vimeo.com/1084537", "https://player.vimeo.com/video/1084537"),
        ("https://vimeo.example/1084537", ""),
        ("https://www.youtube.com/watch?v=%22onload", ""),
    ],
)
def test_a_link_to_a_video_that_stands_alone_plays_here(address: str, plays: str) -> None:
    assert player_of(address) == plays
    alone = render(f"[How to print]({address})\n").html
    assert (f'data-plays="{plays}"' in alone) == bool(plays)
    assert f'href="{address.split("&")[0]}' in alone  # and without script it leads there
    assert "data-plays" not in render(f"See [how to print]({address}).\n").html
