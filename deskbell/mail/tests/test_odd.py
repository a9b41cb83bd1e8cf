"""Mails that are odd, each in one way that its name says; beside it lies what it should yield."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deskbell.mail.inbound.printing import as_json
from deskbell.mail.inbound.reading import read

ODD = Path(__file__).parent / "odd"
MAILS = sorted(file.stem for file in ODD.glob("*.eml"))


@pytest.mark.parametrize("name", MAILS)
def test_an_odd_mail_yields_what_its_writer_meant(name: str) -> None:
    expected = json.loads((ODD / f"{name}.json").read_text())
    said = as_json(read((ODD / f"{name}.eml").read_bytes()))

    assert expected
    assert {key: said[key] for key in expected} == expected


def test_each_odd_mail_has_its_expectations_beside_it() -> None:
    assert len(MAILS) > 50
    assert sorted(file.stem for file in ODD.glob("*.json")) == MAILS


def test_a_warning_says_in_a_sentence_what_was_repaired() -> None:
    mails = [read(file.read_bytes()) for file in sorted(ODD.glob("*.eml"))]
    warnings = {warning for mail in mails for warning in mail.warnings}

    assert len(warnings) > 7
    for warning in warnings:
        assert warning.startswith(("The ", "Some ")) and warning.endswith("."), warning
        assert "Error" not in warning and "None" not in warning, warning
