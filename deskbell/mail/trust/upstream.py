"""What a mail server of ours has found before us (Authentication-Results, RFC 8601). Only the name of one
that the operator has named is believed, and of its headers the one on top: anyone can write the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deskbell.mail.trust.signatures import Evidence

METHOD = re.compile(r"^\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
PROPERTY = re.compile(
    r"\b(smtp\.mailfrom|header\.d|header\.i|header\.from)\s*=\s*\"?([^\s;\"]+)", re.I
)
COMMENT = re.compile(r"\([^()]{0,500}\)")
UNKNOWN = {"temperror", "none", "neutral", "policy", "permerror"}


def results_of(headers: Sequence[str], trusted: frozenset[str]) -> list[Evidence] | None:
    """The results in the topmost header of a trusted server, or None if none has written one."""
    for header in headers:
        name, _, rest = COMMENT.sub(" ", header).partition(";")
        if name.split()[:1] and name.split()[0].lower() in trusted:
            return parsed(rest)
    return None


def parsed(results: str) -> list[Evidence]:
    """`dkim=pass header.d=a.example; spf=fail ...` as evidence. A missing result is no evidence."""
    found = []
    for part in COMMENT.sub(" ", results).split(";"):
        method = METHOD.match(part)
        if method is None:
            continue
        said = {name.lower(): value.lower() for name, value in PROPERTY.findall(part)}
        of = said.get("header.from") or said.get("header.d") or said.get("header.i")
        domain = (of or said.get("smtp.mailfrom") or "").rpartition("@")[2]
        word = method[2].lower()
        result = "pass" if word == "pass" else "unknown" if word in UNKNOWN else "fail"
        hard = (method[1].lower(), word) == ("spf", "fail")
        found.append(Evidence(method[1].upper(), result, domain, hard=hard))
    return found
