"""Short names in place of our own, so that the bubble weighs less: what its module declares and keeps to
itself, and the variables of its style sheet. No compiler: it knows as much of JavaScript as `bubble/` needs.

A name is another one everywhere or nowhere, so two that are called alike in different places stay as far
apart as they were. Left as they are: exports, a name that braces write as a property without a colon
(`{ zone, identity }`), and what a browser calls so itself.
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
OF_BROWSERS = set(
    "close event find focus length location name open origin parent self status stop top".split()
)
RESERVED = {"do", "if", "in"}  # those of JavaScript that are as short as our names
PAIRS = {"(": ")", "[": "]", "{": "}"}


def shortened(script: str) -> str:
    """The module with short names. `script` has no comments."""
    tokens = list(_tokens(script))
    declared, uses = _declared_and_used(tokens)
    taken = {*tokens, *RESERVED}
    fresh = (name for name in _names() if name not in taken)
    counted = Counter(tokens[at] for at in uses if tokens[at] in declared)
    short = {name: next(fresh) for name, _ in counted.most_common() if len(name) > 2}
    for at in uses:
        tokens[at] = short.get(tokens[at], tokens[at])
    return "".join(tokens)


def shortened_css(css: str) -> str:
    """The style sheet with short names of its variables."""
    names = sorted(set(re.findall(r"--[a-z]+", css)), key=lambda name: -css.count(name))
    short = dict(zip(names, _names(), strict=False))
    return re.sub(r"--[a-z]+", lambda found: f"--{short[found[0]]}", css)


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
    in_a_list = False  # `let first, second = 2;` at the outermost level, or `const`
    for place, (at, part) in enumerate(told, start=1):
        before, after = padded[place - 1], padded[place + 1]
        if not open_ and part in {"let", "const", ";"}:
            in_a_list = part != ";"
        if part in PAIRS or part.endswith("${"):
            if part.startswith("}"):
                open_.pop()
            is_object = part == "{" and (before in BEFORE_AN_OBJECT or before.endswith("${"))
            open_.append("object" if is_object else part)
        elif part in PAIRS.values() or part.startswith("}"):
            open_.pop()
            if part == ")" and after == "=>":
                declared |= _parameters(padded, place)
        elif NAME.fullmatch(part) and before != ".":
            is_first = before in {"{", ","} and bool(open_) and open_[-1] == "object"
            if is_first and after in {",", "}", "="}:
                kept.add(part)
            elif not (is_first and after in {":", "("}):
                uses.append(at)
            is_next = in_a_list and not open_ and before == ","
            if before in {"const", "let"} or after == "=>" or is_next:
                (kept if padded[place - 2] == "export" else declared).add(part)
    return declared - kept - OF_BROWSERS, uses


def _parameters(parts: list[str], end: int) -> set[str]:
    """The names in the list that ends there, as in `(first, second = 2, ...others) =>`."""
    found: set[str] = set()
    depth = 0
    for at in range(end, -1, -1):
        depth += (parts[at] in PAIRS.values()) - (parts[at] in PAIRS)
        if depth == 0:
            break
        if depth == 1 and NAME.fullmatch(parts[at]) and parts[at - 1] in {"(", ",", "..."}:
            found.add(parts[at])
    return found


def _names() -> Iterator[str]:
    for length in (1, 2):
        yield from ("".join(each) for each in product(ascii_letters, repeat=length))
