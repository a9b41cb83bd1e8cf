"""Texts with blanks, as people write templates and macros: words, variables, conditions, and nothing else.

No loops, no calls, no attributes, no arithmetic: what can be written can neither reach anything nor
take long. What is allowed is listed; the sandbox of Jinja2 stands behind the list.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from deskbell.lib.errors import Refused

LONGEST = 20_000  # characters of one template
FILTERS = {"upper", "lower", "capitalize", "title", "trim", "default", "d"}
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Filter,
)


def check(source: str, variables: Collection[str], *, what: str) -> None:
    """Refuse a template that can't be understood, naming the place or the variable; `what` names it."""
    if len(source) > LONGEST:
        raise Refused(f"The {what} is longer than {LONGEST:,} characters. Make it shorter.")
    try:
        made = _environment(autoescape=False)
        tree = made.parse(source)
        made.compile(tree)
    except (RecursionError, MemoryError, IndentationError) as error:
        raise Refused(
            f"The {what} is nested too deeply. Use fewer conditions in each other."
        ) from error
    except TemplateSyntaxError as error:
        raise Refused(
            f"The {what} has a mistake in line {error.lineno}: {error.message}"
        ) from error
    for node in _every(tree):
        if isinstance(node, nodes.Name) and node.name not in variables:
            exist = ", ".join(variables)
            raise Refused(
                f"The {what} names “{node.name}” in line {node.lineno}, which does not exist. "
                f"There are: {exist}."
            )
        if not isinstance(node, _ALLOWED):
            raise Refused(_not_allowed(node, what))
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            raise Refused(
                f"The {what} uses the filter “{node.name}” in line {node.lineno}, which does not "
                f"exist. There are: {', '.join(sorted(FILTERS - {'d'}))}."
            )


def filled(source: str, values: Mapping[str, Any], *, html: bool) -> str:
    """The template with its values. In HTML they are escaped, unless they are markup already."""
    try:
        return _compiled(source, tuple(values), html).render(values)
    except (TemplateError, TypeError, ValueError) as error:
        raise Refused(f"The template can't be filled in: {error}") from error


@lru_cache(maxsize=128)
def _compiled(source: str, variables: tuple[str, ...], html: bool) -> Template:
    """Checked and compiled once; the mails of an hour are made from the same few templates."""
    check(source, variables, what="HTML" if html else "text")
    return _environment(autoescape=html).from_string(source)


def _environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    return made


def _every(tree: nodes.Node) -> list[nodes.Node]:
    return [tree, *tree.find_all(nodes.Node)]


def _not_allowed(node: nodes.Node, what: str) -> str:
    names = {
        nodes.For: "a loop",
        nodes.Call: "a call",
        nodes.Getattr: f"“.{getattr(node, 'attr', '')}”",
        nodes.Getitem: "square brackets",
    }
    kind = names.get(type(node), f"“{type(node).__name__.lower()}”")
    return (
        f"The {what} has {kind} in line {node.lineno}. "
        "A template may say words, {{ variables }} and {% if … %}, and nothing else."
    )
