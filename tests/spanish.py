"""What every room that speaks Spanish is asked: does a template say anything that nobody translated, and do
both languages name the same?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

MARKS = re.compile(r"{#.*?#}|{{.*?}}|{%.*?%}|<!--.*?-->|<[^>]*>", re.S)
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
VARIABLE = re.compile(r"{\w+}")


def bare_words(templates: Iterable[Path]) -> list[str]:
    """The words that stand in these templates by themselves, outside of what is looked up."""
    return [word for each in templates for word in WORD.findall(MARKS.sub(" ", each.read_text()))]


def otherwise_named(spanish: Mapping[str, str]) -> list[str]:
    """The English sentences whose Spanish has other `{variables}`."""
    return [
        english
        for english, other in spanish.items()
        if sorted(VARIABLE.findall(english)) != sorted(VARIABLE.findall(other))
    ]
