"""Two thousand spoiled files: each gives clocks, or one sentence that says what to change."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from deskbell.sla.core import trying
from deskbell.sla.core.tests.test_trying import document
from tests.dice import SEED

ODD: list[Any] = [
    *(None, True, 0, -1, 3.7, 1e308, float("nan"), float("inf"), 10**30),
    *("", "mon", "24:00", "25:61", "pending", "created", "Mars/Olympus", "US/Eastern"),
    *("2026-11-25T23:50:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
    *("2026-02-30", "\ud800", "x" * 1000, [], {}, [[]], [["08:00"]], {"a": 1}, ["a", "b"]),
    *([["20:00", "04:00"]], [[["08:00", "12:00"]], "Half a day"]),
]


def test_whatever_stands_in_a_file_it_is_read_or_refused_in_a_sentence() -> None:
    print(f"seed {SEED}")
    dice = random.Random(SEED)
    read = 0
    for _ in range(2000):
        text = spoiled(document(), dice)
        try:
            read += "clocks" in trying.try_text(text)
        except ValueError as error:
            sentence = str(error)
            assert sentence[-1] in ".?", sentence
            assert "\n" not in sentence, sentence
            assert len(sentence) < 400, sentence
    assert 20 < read < 1000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "not JSON: Expecting value in line 1, column 1"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not a text file in UTF-8"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"zone": ' + b"9" * 5000 + b"}", "too long a number"),
        (b"3", "must be an object with zone, windows"),
        (b"null", "must be an object with zone, windows"),
    ],
)
def test_what_is_no_json_object_is_refused(text: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        trying.try_text(text)


def test_a_mark_of_byte_order_is_no_obstacle() -> None:
    assert trying.try_text(b"\xef\xbb\xbf" + json.dumps(document()).encode())["clocks"]


def spoiled(whole: Any, dice: random.Random) -> bytes:
    """One to three places left out, renamed, repeated or replaced; and at times broken bytes."""
    for _ in range(dice.randrange(1, 4)):
        *way, last = dice.choice(list(_places(whole)))
        inside = whole
        for step in way:
            inside = inside[step]
        _spoil(inside, last, dice)
    text = bytearray(json.dumps(whole).encode())
    for _ in range(3 if dice.random() < 0.15 else 0):
        text[dice.randrange(len(text))] = dice.randrange(256)
    return bytes(text)


def _spoil(inside: Any, last: Any, dice: random.Random) -> None:
    how = dice.randrange(4)
    if how == 0 and len(inside) > 1:
        del inside[last]
    elif how == 1 and isinstance(inside, dict):
        inside[str(dice.choice(ODD))] = inside.pop(last)
    elif how == 2 and isinstance(inside, list):
        inside.insert(dice.randrange(len(inside) + 1), copy.deepcopy(dice.choice(inside)))
    else:
        inside[last] = copy.deepcopy(dice.choice(ODD))


def _places(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document, as the steps that lead to it."""
    steps = node if isinstance(node, dict) else range(len(node) if isinstance(node, list) else 0)
    for step in steps:
        yield (*way, step)
        yield from _places(node[step], (*way, step))
