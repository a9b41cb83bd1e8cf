"""Short names: the module stays the same to everyone else, and to itself."""

from __future__ import annotations

import pytest

from deskbell.messenger.shortening import shortened


@pytest.mark.parametrize(
    ("script", "short"),
    [
        ("const launcher=1;use(launcher)", "const a=1;use(a)"),
        ("let first,second=first;second()", "let a,b=a;b()"),
        ("const first=1,second=first;second()", "const a=1,b=a;b()"),
        ("use((first,second=(x),...rest)=>rest(first.first,second))", "use((a,b=(x),...c)=>c(a.first,b))"),
        ("const label=1;use(thing.label,{label:label})", "const a=1;use(thing.label,{label:a})"),
        ("const label=1;use(`label ${label} {label}`)", "const a=1;use(`label ${a} {label}`)"),
        ("const label=1;`${`${label}`}${{label:1}.label}`", "const a=1;`${`${a}`}${{label:1}.label}`"),
        ("const label=1;['label',\"label\",/label/g,label/2]", "const a=1;['label',\"label\",/label/g,a/2]"),
        ("const label=1;use(...label,yes?label:no)", "const a=1;use(...a,yes?a:no)"),
        ("const begin=()=>{begin();};", "const a=()=>{a();};"),
        ("const begin=1;use({begin(){}},begin)", "const a=1;use({begin(){}},a)"),
    ],
)  # fmt: skip
def test_a_name_of_ours_is_short_wherever_it_stands_for_itself(script: str, short: str) -> None:
    assert shortened(script) == short


@pytest.mark.parametrize(
    "script",
    [
        "export const launcher=1;use(launcher)",  # a page calls it so
        "const launcher=1;use({launcher})",  # a property for others
        "const launcher=1;({launcher})=>launcher",
        "document.title=location.href",
        "use(({inner})=>inner)",
    ],
)
def test_what_others_know_stays(script: str) -> None:
    assert shortened(script) == script


def test_a_short_name_that_someone_has_is_not_given_away() -> None:
    assert shortened("const launcher=1;use(a=>a+launcher)") == "const b=1;use(a=>a+b)"


def test_a_word_of_the_language_is_no_name() -> None:
    """The names of two letters come after those of one; among them are `do`, `if` and `in`."""
    names = [f"number{count}" for count in range(600)]
    short = shortened("".join(f"const {name}=1;" for name in names))
    assert "const aa=1;" in short and "const dp=1;" in short
    assert "const do=" not in short and "const if=" not in short and "const in=" not in short


def test_a_parameter_that_is_called_alike_stays_apart() -> None:
    assert shortened("const title=1;use(title=>title)") == "const a=1;use(a=>a)"
