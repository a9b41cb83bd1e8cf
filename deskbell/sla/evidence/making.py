"""Making the document: all words go to the template as data, none is ever part of its source."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse

from deskbell.people.desk import the_desk
from deskbell.sla.evidence.wording import worded
from deskbell.sla.explaining import Account, Explanation

TEMPLATE = Path(__file__).with_name("evidence.typ")
TYPES = {"pdf": "application/pdf", "png": "image/png"}
KEPT = ["a-2b"]  # PDF/A-2b: with all its fonts, readable in thirty years
PIXELS_AN_INCH = 144.0
UNSHOWN = "□"


def answer(account: Account, only: Explanation | None, *, form: str, made_by: str) -> HttpResponse:
    """The document as a download: `clocks-81.pdf`, `clock-81-first_reply-1.png`."""
    content = make(account, only, form=form, made_by=made_by)
    one = f"clock-{account.number}-{only.metric}-{only.ordinal}" if only else ""
    response = HttpResponse(content, content_type=TYPES[form])
    name = one or f"clocks-{account.number}"
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["Cache-Control"] = "no-store"
    return response


def make(account: Account, only: Explanation | None, *, form: str, made_by: str) -> bytes:
    """The account, or one clock of it, as PDF/A-2b or as one picture. `form`: "pdf" or "png".

    A sign that no font here has is shown as an empty box.
    """
    clocks = [only] if only else list(account.clocks)
    words = worded(account, clocks, desk=the_desk().name, made_by=made_by)
    data = {**_changed(words, _without_controls), "form": form}
    stamp = int(account.as_of.timestamp())
    try:
        return _compiled(TEMPLATE.read_bytes(), data, form, stamp)
    except typst.TypstError:
        return _compiled(TEMPLATE.read_bytes(), _changed(data, _with_boxes), form, stamp)


def _compiled(source: bytes, data: Any, form: str, stamp: int) -> bytes:
    files: Any = {"main.typ": source, "data.json": json.dumps(data).encode()}
    how: dict[str, Any] = {"pdf_standards": KEPT} if form == "pdf" else {"ppi": PIXELS_AN_INCH}
    how |= {"format": form, "font_paths": _fonts(), "timestamp": stamp}
    made = typst.compile(files, **how)
    return bytes(made)


@cache
def _fonts() -> typst.Fonts:
    """Those that typst brings along (Latin, Greek, Cyrillic), and what the machine has for the rest."""
    return typst.Fonts()


def _changed(data: Any, change: Callable[[str], str]) -> Any:
    """The same data with each text in it changed."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {key: _changed(value, change) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_changed(value, change) for value in data]
    return data


def _without_controls(text: str) -> str:
    """A control character or half of a surrogate pair is no sign that anyone can read."""
    return "".join(UNSHOWN if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text)


def _with_boxes(text: str) -> str:
    return "".join(c if c.isascii() or _can_be_shown(c) else UNSHOWN for c in text)


@lru_cache(maxsize=4096)
def _can_be_shown(sign: str) -> bool:
    """Has a font here this sign? Asked once for each, and only if a document could not be made."""
    try:
        _compiled(b'#set document(title: "?"); #json("data.json")', sign, "pdf", 0)
    except typst.TypstError:
        return False
    return True
