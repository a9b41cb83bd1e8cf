"""What a mail server of ours has found before us (Authentication-Results, RFC 8601). Only the name of one
that the operator has named is believed, and of its headers the one on top: anyone can write the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deskbell.mail.trust.signatures import Evidence

METHOD = re.compile(r"^\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
QUOTED = r'"(?:[^"\\]|\\.)*"'
TOKEN = re.compile(rf"{QUOTED}|[();]|\\.|[^\"();\\]+|.", re.DOTALL)
IN_COMMENT = re.compile(r"[()]|\\.|[^()\\]+|.", re.DOTALL)  # a quotation mark means nothing there
WORD = re.compile(rf"(?:{QUOTED}|[^\s\"])+")
# Which property names the domain that a method has proved; what else stands there proves nothing.
PROVES = {
    "spf": ("smtp.mailfrom",),
    "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from",),
}
UNKNOWN = {"temperror", "none", "neutral", "policy", "permerror"}


def results_of(headers: Sequence[str], trusted: frozenset[str]) -> list[Evidence] | None:
    """The results in the topmost header of a trusted server, or None if none has written one."""
    for header in headers:
        name, *results = _parts(header)
        if name.split()[:1] and name.split()[0].lower() in trusted:
            return _evidence(results)
    return None


def parsed(results: str) -> list[Evidence]:
    """`dkim=pass header.d=a.example; spf=fail ...` as evidence. A missing result is no evidence."""
    return _evidence(_parts(results))


def _parts(header: str) -> list[str]:
    """What stands between the semicolons, without comments. A sender's own words, such as the local part
    of an envelope, come in comments and quotations: what reads like a result in there is none."""
    parts, depth, at = [""], 0, 0
    while token := (IN_COMMENT if depth else TOKEN).match(header, at):
        at = token.end()
        if token[0] == "(":
            depth += 1
        elif token[0] == ")":
            depth = max(0, depth - 1)
        elif not depth and token[0] == ";":
            parts.append("")
        elif not depth:
            parts[-1] += token[0]
    return parts


def _evidence(parts: Sequence[str]) -> list[Evidence]:
    found = []
    for part in parts:
        method = METHOD.match(part)
        if method is None:
            continue
        pairs = (word.partition("=") for word in WORD.findall(part))
        said = {name.lower(): value.lower() for name, _, value in pairs}
        name, word = method[1].lower(), method[2].lower()
        of = next((said[each] for each in PROVES[name] if said.get(each)), "")
        domain = of.rpartition("@")[2].strip('"')
        result = "pass" if word == "pass" else "unknown" if word in UNKNOWN else "fail"
        hard = (name, word) == ("spf", "fail")
        found.append(Evidence(name.upper(), result, domain, hard=hard))
    return found
