"""Plain text that people paste: freed of what feeds and other readers of XML refuse."""

from __future__ import annotations

import re

_LINES = re.compile(
    "\r\n|[\x0b\x0c]"
)  # a line break within a paragraph, pasted from Word; a new page
# What XML 1.0 may not hold, not even escaped: Django's writer of feeds refuses a whole feed for one of them.
_NO_XML = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """The text without control characters; breaks of lines and pages become `\\n`."""
    return _NO_XML.sub("", _LINES.sub("\n", text))
