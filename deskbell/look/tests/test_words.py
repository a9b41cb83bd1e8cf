"""Words for people, each by a table: what is said, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from deskbell.lib.clock import moved_to
from deskbell.look import words
from tests.town import at

NOON = at("2026-11-30 12:00")


@pytest.mark.parametrize(
    ("instant", "zone", "said"),
    [
        (NOON, "America/New_York", "Mon, Nov 30, 12:00 pm Eastern"),
        (NOON, "America/Chicago", "Mon, Nov 30, 11:00 am Central"),
        (NOON, "America/Phoenix", "Mon, Nov 30, 10:00 am Arizona"),
        (NOON, "Europe/Berlin", "Mon, Nov 30, 6:00 pm Berlin time"),
        (at("2026-12-01 00:05"), "America/New_York", "Tue, Dec 1, 12:05 am Eastern"),
        (at("2027-01-04 08:00"), "America/New_York", "Mon, Jan 4, 2027, 8:00 am Eastern"),
    ],
)
def test_an_instant_is_said_by_the_readers_wall_clock_with_its_zone_named(
    instant: datetime, zone: str, said: str
) -> None:
    with moved_to(at("2026-11-20 09:00")):
        assert words.moment(instant, zone) == said


@pytest.mark.parametrize(
    ("end", "zone", "said"),
    [
        (at("2026-11-30 19:00"), "America/New_York", "Mon, Nov 30, 12:00 pm to 7:00 pm"),
        (at("2026-11-30 19:00"), "America/Denver", "Mon, Nov 30, 10:00 am to 5:00 pm"),
        (
            at("2026-12-01 08:00"),
            "America/New_York",
            "Mon, Nov 30, 12:00 pm to Tue, Dec 1, 8:00 am",
        ),
    ],
)
def test_a_span_says_its_second_day_only_if_it_is_another(
    end: datetime, zone: str, said: str
) -> None:
    with moved_to(NOON):
        assert words.stretch(NOON, end, zone) == said


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (timedelta(hours=55), "55 h"),
        (timedelta(minutes=9, seconds=36, milliseconds=877), "9 min 37 s"),
        (timedelta(hours=1, seconds=5), "1 h 5 s"),
        (timedelta(0), "0 s"),
    ],
)
def test_counted_time_is_said_to_the_second(time: timedelta, said: str) -> None:
    assert words.amount(time) == said


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=3, seconds=59), "3 min ago"),
        (timedelta(minutes=60), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=5, hours=2), "5 d ago"),
    ],
)
def test_the_age_of_a_thing_is_said_roughly(past: timedelta, said: str) -> None:
    with moved_to(NOON):
        assert words.ago(NOON - past) == said


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(days=2, hours=4, minutes=50), "2d 04h left"),
        (timedelta(hours=2, minutes=5), "2h 05m left"),
        (timedelta(minutes=45), "45m left"),
        (timedelta(minutes=4, seconds=7), "4m 07s left"),
        (timedelta(0), "0m 00s left"),
        (-timedelta(minutes=12), "12m late"),
        (-timedelta(hours=26), "1d 02h late"),
    ],
)
def test_the_time_that_is_left_is_said_the_finer_the_less_it_is(
    ahead: timedelta, said: str
) -> None:
    with moved_to(NOON):
        assert words.time_left(NOON + ahead) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (timedelta(minutes=15), "15 min"),
        (timedelta(hours=55), "55 h"),
        (timedelta(hours=1, minutes=30), "1 h 30 min"),
        (timedelta(0), "0 min"),
    ],
)
def test_a_target_is_said_in_hours_never_in_days(amount: timedelta, said: str) -> None:
    assert words.duration(amount) == said


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a & b\nc", "a &amp; b\nc"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("no link: https://", "no link: https://"),
    ],
)
def test_plain_text_can_not_become_anything_else(text: str, html: str) -> None:
    assert words.to_html(text) == html


@pytest.mark.parametrize(
    ("text", "address", "rest"),
    [
        ("See https://status.example/1.", "https://status.example/1", "."),
        ("(http://a.example/x)", "http://a.example/x", ")"),
        ("https://a.example/?a=1&b=2", "https://a.example/?a=1&amp;b=2", ""),
        ('https://a.example/"onclick="x', "https://a.example/", "&#34;onclick=&#34;x"),
    ],
)
def test_the_address_of_a_page_becomes_a_link_without_the_words_around_it(
    text: str, address: str, rest: str
) -> None:
    html = words.to_html(text)
    assert f'<a href="{address}" rel=' in html
    assert html.endswith(f">{address}</a>{rest}")


def test_what_stands_before_a_link_is_escaped_too() -> None:
    assert words.to_html("<b>see</b> https://a.example/").startswith("&lt;b&gt;see&lt;/b&gt; <a ")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ana Alvarez", "AA"),
        ("Eve von Engström", "EE"),
        ("Prince", "P"),
        ("office@lakeside.example", "OE"),
        ("", "?"),
    ],
)
def test_a_person_is_known_by_the_first_and_the_last_letter(name: str, letters: str) -> None:
    assert words.initials(name) == letters


@pytest.mark.parametrize(
    ("count", "said"), [(812, "812 bytes"), (14 * 1024, "14 KB"), (2_411_725, "2.3 MB")]
)
def test_the_size_of_a_file_is_said_in_the_unit_that_fits(count: int, said: str) -> None:
    assert words.size(count) == said
