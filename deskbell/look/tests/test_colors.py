"""Every pair of text and ground is legible, in light and in dark: WCAG 2.2 AA, computed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[1] / "static/look/tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
COLORS = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS.read_text())}

GROUNDS = ["paper", "sheet", "raised", "sunken", "hover", "chosen", "note"]
TEXT = ["ink", "ink-2", "ink-3", "brass", "brass-deep", "red"]
ON_THEIR_OWN_GROUND = [
    *((color, f"{color}-soft") for color in ("red", "orange", "blue", "green")),
    ("brass-deep", "brass-soft"),
    ("on-brass", "brass"),
    ("on-brass", "brass-deep"),
]
IMPACTS = [
    (color, ground)
    for color in ("orange", "blue", "green")
    for ground in GROUNDS
    if ground != "note"
]
READ = [(text, ground) for text in TEXT for ground in GROUNDS] + ON_THEIR_OWN_GROUND + IMPACTS
SEEN = [("line-strong", "sheet"), ("line-strong", "paper"), ("brass", "sheet"), ("focus", "paper")]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("color", "ground"), READ)
def test_text_stands_out_from_its_ground_by_four_and_a_half(
    color: str, ground: str, theme: int
) -> None:
    assert contrast(COLORS[color][theme], COLORS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("color", "ground"), SEEN)
def test_what_bounds_a_control_stands_out_by_three(color: str, ground: str, theme: int) -> None:
    assert contrast(COLORS[color][theme], COLORS[ground][theme]) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_a_count_is_legible_on_its_red(theme: int) -> None:
    assert contrast("#ffffff", COLORS["red-fill"][theme]) >= 4.5


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colors, by the formula of WCAG."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    red, green, blue = (linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
