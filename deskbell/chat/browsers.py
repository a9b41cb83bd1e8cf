"""What a browser says of itself, in words that an agent can use: “Chrome 141 on ChromeOS”."""

from __future__ import annotations

import re

# The first that fits: most browsers call themselves by several names.
BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/(\d{1,4})")),
    ("Opera", re.compile(r"\bOPR/(\d{1,4})")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/(\d{1,4})")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d{1,4})")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS)/(\d{1,4})")),
    ("Safari", re.compile(r"\bVersion/(\d{1,4})[\d.]* .*Safari/")),
)
SYSTEMS = (
    ("ChromeOS", "CrOS"),
    ("Android", "Android"),
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Windows", "Windows NT"),
    ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
)


def in_words(user_agent: str) -> str:
    """The browser and its system; empty if the header tells neither. Of what it says, names and numbers
    that are known here alone come through."""
    browser = next(
        (f"{name} {found[1]}" for name, sign in BROWSERS if (found := sign.search(user_agent))), ""
    )
    system = next((name for name, sign in SYSTEMS if sign in user_agent), "")
    return " on ".join(filter(None, (browser, system)))
