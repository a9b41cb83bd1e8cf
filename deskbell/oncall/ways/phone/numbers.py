"""Phone numbers as people write them, and as providers want them (E.164)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from deskbell.lib.errors import Refused
from deskbell.oncall.ways.form import Field, Reached

NUMBER = re.compile(r"\+[1-9]\d{7,14}")


def fields() -> list[Field]:
    """One number."""
    return [Field("number", "Phone number", "With its country, like +1 555 010 0199.", type="tel")]


def read(sent: Mapping[str, str]) -> Reached:
    """The number without what makes it readable; shown without its middle. Raises Refused."""
    number = re.sub(r"[\s().-]", "", sent.get("number", ""))
    if number.startswith("00"):
        number = "+" + number[2:]
    if not NUMBER.fullmatch(number) or not number.isascii():
        raise Refused("Write the number with its country, like +1 555 010 0199.")
    return Reached(f"{number[:3]} … {number[-4:]}", {"number": number})
