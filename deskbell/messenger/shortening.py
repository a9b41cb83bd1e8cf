"""Short names in place of our own, so that the bubble weighs less: what its module declares at the outermost
level and keeps to itself. No compiler: it knows as much of JavaScript as the files in `bubble/` need.

A name is another one everywhere or nowhere, so a parameter that is called alike stays apart from it. Left as
they are: exports, and a name that braces write as a property without a colon (`{ zone, identity }`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from string import ascii_letters

TOKEN = re.compile(
    r"""\s+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_$][\w$]*|\d[\w.]*|\.{3}|=>|.""", re.DOTALL
)
NAME = re.compile(r"[A-Za-z_$][\w$]*")
REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\[])+/\w*")
TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(?:`|\$\{)", re.DOTALL)  # to its next hole
BEFORE_A_VALUE = set("(,=:[!&|?{};+") | {"=>", "return"}  # there a slash begins an expression
BEFORE_AN_OBJECT = set("(,=:[?&|") | {
    "...",
    "return",
    "const",
    "let",
}  # elsewhere braces are a block
PAIRS = {"(": ")", "[": "]", "{": "}"}


def shortened(script: str) -> str:
    """The module with short names. `script` has no comments."""
    tokens = list(_tokens(script))
    declared, uses = _declared_and_used(tokens)
    taken = set(tokens)
    fresh = (name for name in _names() if name not in taken)
    counted = Counter(tokens[at] for at in uses if tokens[at] in declared)
    short = {name: next(fresh) for name, _ in counted.most_common() if len(name) > 2}
    for at in uses:
        tokens[at] = short.get(tokens[at], tokens[at])
    return "".join(tokens)


def _tokens(script: str) -> Iterator[str]:
    """The script in its parts: names, signs, texts whole, spaces; a template from hole to hole."""
    at, before = 0, ""
    holes: list[int] = []  # of each open template, how many braces are open in its hole
    while at < len(script):
        if script[at] == "`" or (script[at] == "}" and holes and holes[-1] == 0):
            if script[at] == "}":
                holes.pop()
            found = TEMPLATE.match(script, at + 1)
            end = found.end() if found else len(script)
            if script[at:end].endswith("${"):
                holes.append(0)
        elif script[at] == "/" and before in BEFORE_A_VALUE:
            found = REGEX.match(script, at)
            end = found.end() if found else at + 1
        else:
            found = TOKEN.match(script, at)
            end = found.end() if found else at + 1
            if holes:
                holes[-1] += {"{": 1, "}": -1}.get(script[at], 0)
        yield script[at:end]
        before = script[at:end] if not script[at:end].isspace() else before
        at = end


def _declared_and_used(tokens: list[str]) -> tuple[set[str], list[int]]:
    """The names of ours that may be others, and where names stand for themselves in the script."""
    told = [(at, part) for at, part in enumerate(tokens) if not part.isspace()]
    padded = ["", *(part for _, part in told), "", ""]
    declared: set[str] = set()
    kept: set[str] = set()
    uses: list[int] = []
    open_: list[str] = []  # brackets, "object" for the braces of one
    declaring = False
    for place, (at, part) in enumerate(told, start=1):
        before, after = padded[place - 1], padded[place + 1]
        inside = open_[-1] if open_ else ""
        if not open_ and part in {"const", "let"}:
            declaring = before != "export"
        elif not open_ and part == ";":
            declaring = False
        elif part.endswith("${") and len(part) > 1:
            if part[0] == "}":
                open_.pop()
            open_.append("${")
        elif part[0] == "}" and len(part) > 1:
            open_.pop()
        elif part in PAIRS:
            is_object = before in BEFORE_AN_OBJECT or before.endswith("${")
            open_.append("object" if part == "{" and is_object else part)
        elif part in PAIRS.values():
            open_.pop()
        elif NAME.fullmatch(part) and before != ".":
            is_first = inside == "object" and before in {"{", ","}
            if is_first and after in {",", "}", "="}:
                kept.add(part)
            elif not (is_first and after in {":", "("}):
                uses.append(at)
            if declaring and not open_ and before in {"const", "let", ","}:
                declared.add(part)
    return declared - kept, uses


def _names() -> Iterator[str]:
    for length in (1, 2):
        yield from ("".join(each) for each in product(ascii_letters, repeat=length))
