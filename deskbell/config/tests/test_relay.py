"""EMAIL_URL in every spelling that operators use, and a sentence for the wrong ones."""

from __future__ import annotations

import warnings

import pytest

from deskbell.config.relay import relay
from deskbell.lib.errors import Refused

GOOD = [
    ("smtp://mail.example", ("mail.example", 25, "", False, False)),
    ("smtp://mail.example:2500", ("mail.example", 2500, "", False, False)),
    ("smtp+tls://u:p@mail.example:587", ("mail.example", 587, "u", True, False)),
    ("submission://u:p@mail.example", ("mail.example", 587, "u", True, False)),
    ("smtps://u:p@mail.example", ("mail.example", 465, "u", False, True)),
    ("smtp+ssl://u:p@mail.example:4650", ("mail.example", 4650, "u", False, True)),
    ("smtp://u:p@mail.example?ssl=yes", ("mail.example", 465, "u", False, True)),
    ("SMTP://u%40x.example:p@mail.example?tls=1", ("mail.example", 25, "u@x.example", True, False)),
]


@pytest.mark.parametrize(("url", "means"), GOOD)
def test_a_relay_is_understood(url: str, means: tuple[object, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = relay(url)

    assert found is not None
    assert tuple(found[key] for key in ("host", "port", "user", "tls", "ssl")) == means


def test_a_password_may_hold_any_character() -> None:
    found = relay("smtp+tls://u:p%40s%2Fs%3A@mail.example:587")

    assert found and found["password"] == "p@s/s:"


@pytest.mark.parametrize("url", ["", "   "])
def test_without_a_url_there_is_no_relay(url: str) -> None:
    assert relay(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:587",
        "http://mail.example",
        "smtp://",
        "smtp://:25",
        "smtp://u:secret@mail.example:port",
        "smtp://mail.example:99999",
        "smtp://u:secret@mail.example?timeout=long",
        "console://",
    ],
)
def test_a_wrong_url_is_refused_with_an_example_and_without_its_password(url: str) -> None:
    with pytest.raises(Refused, match=r"EMAIL_URL .* Write it like smtp\+tls://") as refused:
        relay(url)

    assert "secret" not in str(refused.value)
