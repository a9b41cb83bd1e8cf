"""Asking the operator's translation service by LibreTranslate's protocol: `POST /translate` with the text and
two languages, answered by `translatedText` and the language that it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from deskbell.lib import outbound
from deskbell.lib.errors import Refused
from deskbell.lib.outbound import Answer, Request, TooLong, Unreachable
from deskbell.lib.posting import as_json, read_json
from deskbell.lib.text import plain

WITHIN = 10.0  # seconds
LARGEST = 256 * 1024  # bytes of an answer
GROWS = 6  # so many times the length of its original a translation may have
NONE = "The translation service answered with something that is no translation."
REFUSALS = {
    401: "The translation service does not take this desk’s key: tell the desk’s operator.",
    403: "The translation service does not take this desk’s key: tell the desk’s operator.",
    429: "The translation service asks for a pause. Try again in a minute.",
}


@dataclass(frozen=True)
class Translated:
    """`source` is the language that the service has found, "" if it says none."""

    text: str
    source: str


def is_set_up() -> bool:
    """Has the operator named one?"""
    return bool(settings.TRANSLATE_URL)


def translate(text: str, target: str) -> Translated:
    """The text in the language `target` (a code), as plain text whatever the service answers. Not to be
    called within a transaction. Raises Refused with a sentence for the one who asked."""
    if not is_set_up():
        raise Refused("This desk has no translation service: its operator names one.")
    asked = {"q": text, "source": "auto", "target": target, "format": "text"}
    if settings.TRANSLATE_KEY:
        asked["api_key"] = settings.TRANSLATE_KEY
    return _read(_ask(as_json(asked)), len(text))


def _ask(content: bytes) -> Answer:
    """What it answers, if it is neither silent nor endless. It is not followed elsewhere: the text is for the
    address that the operator wrote."""
    request = Request(
        f"{settings.TRANSLATE_URL}/translate",
        "POST",
        {"Content-Type": "application/json", "Accept": "application/json"},
        content,
        within=WITHIN,
        most=LARGEST,
    )
    try:
        return outbound.fetch(request)
    except TooLong:
        raise Refused(
            "The translation service answered with more than can be a translation."
        ) from None
    except Unreachable:
        raise Refused("The translation service gave no answer. Try again in a while.") from None


def _read(answer: Answer, length: int) -> Translated:
    if not answer.is_ok:
        raise Refused(REFUSALS.get(answer.status) or _why(answer))
    told = read_json(answer)
    text, found = told.get("translatedText"), told.get("detectedLanguage")
    if not isinstance(text, str) or not text.strip():
        raise Refused(NONE)
    if len(text) > GROWS * length + 1000:
        raise Refused(NONE)
    return Translated(plain(text), _code(found.get("language") if isinstance(found, dict) else ""))


def _code(found: Any) -> str:
    return found.lower() if isinstance(found, str) and found.isascii() and len(found) <= 20 else ""


def _why(answer: Answer) -> str:
    """In its own words where it has some, which often tell what is wrong with the language or the text."""
    if 300 <= answer.status < 400:
        return "The translation service sends the desk elsewhere: tell the desk’s operator."
    if answer.status >= 500:
        return f"The translation service is in trouble ({answer.status}). Try again in a while."
    said = " ".join(str(read_json(answer).get("error", "")).split())[:150]
    because = f": {said.rstrip('.')}" if said and said.isprintable() else f" ({answer.status})"
    return f"The translation service refused it{because}."
