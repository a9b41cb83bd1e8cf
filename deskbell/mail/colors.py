"""Colors that stay legible: contrast as WCAG counts it."""

from __future__ import annotations

import re

HEX = re.compile(r"#[0-9a-f]{6}")
LEGIBLE = 4.5  # of text on its ground
PAPER, NIGHT = "#ffffff", "#131316"


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def legible(color: str, ground: str) -> str:
    """The color, as much darker or lighter as it must be to be read on this ground."""
    toward = 0 if _luminance(ground) > 0.18 else 255
    parts = _parts(color)
    for step in range(101):
        mixed = [round(part + (toward - part) * step / 100) for part in parts]
        found = "#{:02x}{:02x}{:02x}".format(*mixed)
        if contrast(found, ground) >= LEGIBLE:
            return found
    return "#000000" if toward == 0 else "#ffffff"


def mixed(color: str, ground: str, share: float) -> str:
    """So much of a color (0 to 1), the rest the ground's."""
    pairs = zip(_parts(color), _parts(ground), strict=True)
    return "#{:02x}{:02x}{:02x}".format(*(round(b + (a - b) * share) for a, b in pairs))


def _luminance(color: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _parts(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]
