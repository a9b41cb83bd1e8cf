"""Subjects: what they say without the Re: of an answer, and the ticket that they name."""

from __future__ import annotations

import re

NUMBER = re.compile(r"\[#(\d{1,12})\]")
PREFIX = re.compile(
    r"^\W*(re|aw|sv|vs|antw|antwort|r|rif|res|odp|fwd?|wg|tr|rv|enc)\s*(\[\d+\])?\s*[:：]\s*",
    re.IGNORECASE,
)


def number_in(subject: str) -> int | None:
    """The number of the ticket that a subject names, as in “Re: Black screen [#81]”."""
    found = NUMBER.search(subject)
    return int(found[1]) if found else None


def is_another(subject: str, than: str) -> bool:
    """Does a subject say something else than the one before? Answering and forwarding don't count."""
    said, before = _bare(subject), _bare(than)
    return bool(said) and said != before


def _bare(subject: str) -> str:
    """In lower case, without prefixes, number and punctuation: mail programs cut and fold subjects."""
    bare = NUMBER.sub(" ", subject)
    while (shorter := PREFIX.sub("", bare)) != bare:
        bare = shorter
    words = " ".join(re.sub(r"[^\w]+", " ", bare).lower().split())
    return "" if words == "no subject" else words
