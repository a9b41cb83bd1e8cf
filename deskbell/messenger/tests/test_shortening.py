"""Short names: the module stays the same to everyone else, and to itself."""

from __future__ import annotations

import pytest

from deskbell.messenger.shortening import shortened


@pytest.mark.parametrize(
    ("script", "short"),
    [
        ("const launcher=1;use(launcher)", "const a=1;use(a)"),
        ("let first,second=first;second()", "let a,b=a;b()"),
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


def test_a_parameter_that_is_called_alike_stays_apart() -> None:
    assert shortened("const title=1;use(title=>title)") == "const a=1;use(a=>a)"
