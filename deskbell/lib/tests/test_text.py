"""What was pasted can be kept, and put into XML."""

from __future__ import annotations

from django.utils.feedgenerator import Atom1Feed

from deskbell.lib.text import plain


def test_no_character_of_it_stops_a_feed() -> None:
    every = "".join(map(chr, [*range(0x250), 0xD800, 0xFFFE, 0xFFFF, 0x1F600]))
    feed = Atom1Feed(plain(every), "https://desk.example", plain(every))
    assert "ɏ" in feed.writeString("utf-8") and "\U0001f600" in feed.writeString("utf-8")


def test_breaks_of_word_stay_breaks() -> None:
    assert plain("One\x0btwo\x0cthree\r\nfour\tfive\x00\x1b.") == "One\ntwo\nthree\nfour\tfive."
