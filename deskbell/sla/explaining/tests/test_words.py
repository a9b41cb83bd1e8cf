"""Spanish is complete: each sentence, cause, mark and span has its own, and no English is left in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from deskbell.people.models import Person
from deskbell.sla import evidence, explaining
from deskbell.sla.core import Mark, Metric
from deskbell.sla.core.metrics import resolution
from deskbell.sla.evidence import wording
from deskbell.sla.evidence.words import ES as OF_DOCUMENTS
from deskbell.sla.explaining import Audience, causes, picture, sentences
from deskbell.sla.explaining.causes import Causes
from deskbell.sla.explaining.voice import Voice
from deskbell.sla.explaining.words import ES, REASONS
from deskbell.sla.models import Clock
from deskbell.tickets.events import Kind
from deskbell.tickets.impacts import Impact
from deskbell.tickets.models import State, TicketEvent
from tests.spanish import bare_words, otherwise_named
from tests.town import at

HERE = Path(explaining.__file__).parent
EVIDENCE = Path(evidence.__file__).parent
TEMPLATES = [
    HERE.parent / "templates/sla" / name for name in ("_explanation.html", "_timeline.html")
]
# What is the same in both: a name, or nothing but places to fill.
ALIKE = {"Normal", "{when}"}
ENGLISH, SPANISH = Voice("America/New_York"), Voice("America/New_York", "es")
LEFT = re.compile(r"[{}]|\b(the|was|to|it|from|someone|ticket|by)\b", re.I)  # of the English
# What the events of each kind know.
DATA: dict[Kind, list[dict[str, Any]]] = {
    Kind.CUSTOMER_MESSAGE: [{}, {"first": True}],
    Kind.STATE: [{"to": state} for state in State],
    Kind.IMPACT: [{"was": was, "to": to} for was, to in zip(Impact, reversed(Impact), strict=True)],
    Kind.POLICY: [{"name": "Standard Support, version 2", "reason": ""}],
    Kind.CHAT_ENDED: [{"why": "the visitor has been gone for 10 minutes"}, {"why": ""}],
    Kind.MERGED_AWAY: [{"into": 7}, {}],
    Kind.MERGED_IN: [{"of": 7}, {}],
    Kind.SPLIT_AWAY: [{"to_ticket": 7}, {}],
    Kind.SPLIT_OFF: [{"of": 7}, {}],
    Kind.PUT_BACK: [{"into": 7}, {}],
    Kind.ESCALATED: [{"name": "Google", "reason": "x"}],
    Kind.TAKEN_OVER: [{"name": "Google"}],
    Kind.HANDED_BACK: [{"name": "Google", "why": ""}, {"name": "Google", "why": "x"}],
    Kind.SET_ASIDE: [{"to": "spam"}, {"to": "trash"}],
    Kind.ALERT_RECEIVED: [{"source": "Grafana"}, {}],
}


TABLES: list[Mapping[Any, str]] = [
    causes.PLAIN,
    causes.SET_TO,
    picture.INSIDE,
    picture.MARKED,
    sentences.LATE_BECAUSE,
    sentences.LINES,
    sentences.MARKS,
    sentences.PROMISES,
    sentences.STANDINGS,
    sentences.UNANSWERED,
    wording.WORDS,
]


def in_tables() -> set[str]:
    """The sentences that code looks up by what they are about."""
    found = {sentence for table in TABLES for sentence in table.values()}
    found |= {sentence for _, *both in causes.MOVED.values() for sentence in both}
    found |= {line for lines in wording.CHECKING.values() for line in lines}
    return found | {str(each.label) for each in [*Clock.Metric, *Impact]}


def in_code() -> set[str]:
    """What a voice is asked for by a text, by one of two, or by a name that was given to a text before."""
    found: set[str] = set()
    for file in [*HERE.glob("*.py"), *EVIDENCE.glob("*.py")]:
        nodes = list(ast.walk(ast.parse(file.read_text())))
        named = {
            n.targets[0].id: n.value
            for n in nodes
            if isinstance(n, ast.Assign)
            if isinstance(n.targets[0], ast.Name)
        }
        for call in nodes:
            if isinstance(call, ast.Call) and call.args and _is_a_voice(call.func):
                found |= set(_texts(call.args[0], named))
    return found


def _is_a_voice(func: ast.expr) -> bool:
    return getattr(func, "id", getattr(func, "attr", "")) in {"say", "_say", "self"}


def _texts(node: ast.expr, named: Mapping[str, ast.expr]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, named)
        yield from _texts(node.orelse, named)
    elif isinstance(node, ast.Name) and node.id in named:
        yield from _texts(named[node.id], {})


def in_templates() -> set[str]:
    """What templates say themselves, and the tables that they look up."""
    texts = "".join(template.read_text() for template in TEMPLATES)
    found = set(re.findall(r'\bsay\(\s*"([^"]+)"', texts))
    for table in re.findall(r'{("\w+": "[^%]*?")}', texts):
        found |= set(re.findall(r'"\w+": "([^"]+)"', table))
    return found


def test_every_sentence_has_its_spanish_and_none_is_kept_without_a_use() -> None:
    assert len(in_code()) > 60 and len(in_tables()) > 60 and len(in_templates()) > 30
    said = in_code() | in_tables() | in_templates()
    spanish = {**ES, **OF_DOCUMENTS}
    assert sorted(said - spanish.keys()) == []
    assert sorted(spanish.keys() - said) == []


def test_no_sentence_is_english_still_and_both_name_the_same() -> None:
    spanish = {**ES, **OF_DOCUMENTS, **REASONS}
    assert [english for english, other in spanish.items() if english == other] == sorted(ALIKE)
    assert otherwise_named(spanish) == []


def test_templates_say_nothing_that_was_not_translated() -> None:
    assert bare_words(TEMPLATES) == []


def test_each_reason_that_the_core_gives_for_a_pause_is_known() -> None:
    """K5, K7: a pause that is not listed would be told as “we wait for paused: ...”."""
    nodes = ast.walk(ast.parse(Path(resolution.__file__).read_text()))
    texts = {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    reasons = {text for text in texts if text.startswith("paused: ") and not text.endswith(" ")}
    assert len(reasons) == 3
    assert reasons <= REASONS.keys()
    assert SPANISH.pause("paused: waiting for Google") == "en pausa: esperamos a Google"


@pytest.mark.parametrize("kind", sorted(causes.CUSTOMERS_MAY_KNOW | causes.THE_TEAM_ALSO))
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("who", [Person(name="Ana Alvarez"), None], ids=["named", "nameless"])
def test_each_kind_of_event_is_told_in_spanish(
    kind: Kind, audience: Audience, who: Person | None
) -> None:
    for data in DATA.get(kind, [{}]):
        event = TicketEvent(kind=kind, at=at("2026-11-23 09:00"), by=who, data=data)
        told = [
            cause.words
            for say in (ENGLISH, SPANISH)
            for cause in Causes([event], audience, say).all()
        ]
        if kind in causes.THE_TEAM_ALSO and audience is Audience.CUSTOMER:
            assert told == []
            continue
        english, spanish = told
        assert english != spanish
        assert LEFT.search(spanish) is None, spanish


@pytest.mark.parametrize("mark", Mark)
def test_each_mark_is_explained_in_spanish(mark: Mark) -> None:
    assert mark in sentences.MARKS or mark in sentences.LATE_BECAUSE
    for table in (sentences.MARKS, sentences.LATE_BECAUSE):
        if mark in table:
            assert SPANISH(table[mark]) != ENGLISH(table[mark])


@pytest.mark.parametrize("metric", Metric)
def test_each_metric_is_promised_in_spanish(metric: Metric) -> None:
    assert metric in sentences.PROMISES and metric in sentences.UNANSWERED
    promise = SPANISH(sentences.PROMISES[metric], span="4 horas hábiles", about="Un proveedor")
    late = SPANISH(sentences.UNANSWERED[metric], instant="el lunes a las 9:00 a. m., hora del Este")
    assert LEFT.search(promise) is None and LEFT.search(late) is None
