"""The language of the search box: what is asked becomes parts, what is no question becomes a sentence."""

from __future__ import annotations

import random

import pytest

from deskbell.lib.errors import Refused
from deskbell.tickets.finding.language import Question, Said, Term, parsed, quoted
from tests.dice import SEED

KEYS = ("impact", "district", "is", "tag", "updated", "from")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("", Question()),
        ("screen", Question(said=(Said("screen"),))),
        ("black screen", Question(said=(Said("black"), Said("screen")))),
        ('"black screen"', Question(said=(Said("black screen", phrase=True),))),
        ("“black screen”", Question(said=(Said("black screen", phrase=True),))),
        ("-screen", Question(said=(Said("screen", negated=True),))),
        ("a - b", Question(said=(Said("a"), Said("-"), Said("b")))),
        ("impact:urgent", Question((Term("impact", ("urgent",)),))),
        ("Impact:urgent,high", Question((Term("impact", ("urgent", "high")),))),
        ('district:"North Valley"', Question((Term("district", ("North Valley",)),))),
        (
            'district:"North Valley",South',
            Question((Term("district", ("North Valley", "South")),)),
        ),
        ("-tag:spam", Question((Term("tag", ("spam",), negated=True),))),
        ("updated:<2d", Question((Term("updated", ("<2d",)),))),
        ("at 10:30", Question(said=(Said("at"), Said("10:30")))),
        ("https://a.example/x", Question(said=(Said("https://a.example/x"),))),
        (
            'impact:urgent is:breached "black screen"',
            Question(
                (Term("impact", ("urgent",)), Term("is", ("breached",))),
                (Said("black screen", phrase=True),),
            ),
        ),
    ],
)
def test_what_stands_in_the_box_becomes_parts(text: str, question: Question) -> None:
    assert parsed(text, KEYS) == question


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("impat:urgent", "There is no filter “impat:”. Did you mean “impact:”?"),
        ("error:500", "There are district:, from:, impact:, is:, tag: and updated:."),
        ("error:500", "To find it as text, put it in quotation marks."),
        ('"black screen', "A quotation mark is missing its partner."),
        ('district:"North', "A quotation mark is missing its partner."),
        ("impact:", "Say what “impact:” should be, right behind the colon."),
        ("impact: urgent", "Say what “impact:” should be, right behind the colon."),
        ('impact:""', "Say what “impact:” should be, right behind the colon."),
        ("impact:urgent,", "Say what “impact:” should be, right behind the colon."),
        ("x" * 501, "at most 500 characters"),
        ("a b " * 20, "at most 24 words and filters"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as told:
        parsed(text, KEYS)
    assert sentence in str(told.value)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1042", 1042), ("#1042", 1042), ("1042 screen", None), ("-1042", None), ("²", None)],
)
def test_a_number_alone_is_that_of_a_ticket(text: str, number: int | None) -> None:
    assert parsed(text, KEYS).number == number


@pytest.mark.parametrize("value", ["urgent", "North Valley", "a,b", 'say "hi"', ""])
def test_a_quoted_value_is_read_as_it_was(value: str) -> None:
    expected = value.replace('"', "")
    if expected:
        assert parsed(f"tag:{quoted(value)}", KEYS).terms[0].values == (expected,)


def test_whatever_is_typed_is_a_question_or_a_sentence() -> None:
    throw = random.Random(SEED)
    letters = 'ab:"-,<> #“\x00.é@/' + "\u202e"
    read = 0
    for _ in range(3_000):
        text = "".join(throw.choices(letters, k=throw.randrange(12)))
        try:
            parsed(throw.choice(["", "is:", "tag:a,"]) + text, KEYS)
            read += 1
        except Refused as refusal:
            assert str(refusal).strip()
    assert read > 300
