"""English and Spanish are both complete: a sentence without its Spanish, or without a use, fails here."""

from __future__ import annotations

import ast
import re

from deskbell import portal
from deskbell.guidance import access, doing, events
from deskbell.guidance import exporting as of_onboardings
from deskbell.guidance.models import Side
from deskbell.people.customers import Role
from deskbell.portal import exporting, words
from deskbell.sla.models import Clock
from deskbell.tickets.impacts import Impact
from tests.house.rooms import PACKAGE
from tests.spanish import bare_words, otherwise_named

HERE = PACKAGE / "portal"
TEMPLATES = sorted((HERE / "templates/portal").iterdir())

OF_PEOPLE = (
    "customer_links.py",
    "places.py",
    "owning.py",
    "providers/choosing.py",
    "providers/refusing.py",
)


def places() -> str:
    """Everything in which a sentence may stand: templates, code, and the labels that are shown."""
    people = [PACKAGE / "people" / name for name in OF_PEOPLE]
    tickets = PACKAGE / "tickets" / "access.py"
    links = PACKAGE / "tickets" / "links.py"
    contests = PACKAGE / "tickets" / "contesting.py"
    chat = PACKAGE / "chat" / "triage.py"
    guidance = (PACKAGE / "guidance").glob("*.py")
    files = [
        chat,
        *guidance,
        *TEMPLATES,
        *HERE.glob("*.py"),
        *(HERE / "views").glob("*.py"),
        *people,
        tickets,
        links,
        contests,
    ]
    code = [file.read_text() for file in files if not file.name.endswith("words.py")]
    labels = [str(each.label) for each in [*Clock.Metric, *Impact, *Role]]
    return "\n".join([*code, *labels])


def sentences() -> set[str]:
    """Those that are surely said: `t("...")` in templates, and what is raised or named as a sentence."""
    found = set()
    for file in TEMPLATES:
        found |= {
            one or other
            for one, other in re.findall(r"""\bt\(\s*(?:"([^"]+)"|'([^']+)')""", file.read_text())
        }
        for table in re.findall(r"{% set \w+ = {(.*?)} %}|\bt\({(.*?)}\[", file.read_text(), re.S):
            found |= set(re.findall(r':\s*"([^"]+)"', "".join(table)))
    for name in OF_PEOPLE:
        text = (PACKAGE / "people" / name).read_text()
        found |= _raised(text) | _named(text)
    found |= _named((PACKAGE / "tickets" / "contesting.py").read_text())
    found |= _raised((PACKAGE / "tickets" / "links.py").read_text())
    for file in [*HERE.glob("*.py"), *(HERE / "views").glob("*.py")]:
        if not file.name.endswith("words.py"):
            found |= _raised(file.read_text()) | _named(file.read_text())
    return found


def _raised(text: str) -> set[str]:
    nodes = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call))
    return {
        arg.value
        for n in nodes
        if getattr(n.func, "id", "") in {"NotFound", "Refused", "t"}
        for arg in n.args
        if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
    }


def _named(text: str) -> set[str]:
    """CONSTANT = "A sentence."."""
    assigned = (n for n in ast.parse(text).body if isinstance(n, ast.Assign))
    return {
        n.value.value
        for n in assigned
        if isinstance(n.value, ast.Constant)
        and isinstance(n.value.value, str)
        and " " in n.value.value
    }


def test_every_sentence_has_its_spanish() -> None:
    assert portal.__doc__ and len(sentences()) > 60
    shown = {str(each.label) for each in Impact} | {"First reply", "Next reply", "Update"}
    shown |= {str(each.label) for each in Role}
    shown |= {*exporting.PROMISE_COLUMNS, *exporting.OUTCOMES.values()}
    shown |= {*exporting.COLUMNS, *exporting.STATES.values()}
    shown |= {*of_onboardings.COLUMNS, *of_onboardings.STATES, *(each.label for each in Side)}
    shown |= {access.NONE_SUCH, doing.DONE_ALREADY, doing.NOT_DONE, events.NO_STEP, events.OVER}
    assert sorted((sentences() | shown) - words.ES.keys()) == []


def test_no_spanish_is_kept_without_a_use() -> None:
    everything = "\n".join([places(), *sentences()])  # some sentences are longer than a line
    assert [english for english in words.ES if english not in everything] == []


def test_both_say_the_same_numbers_and_names() -> None:
    assert otherwise_named(words.ES) == []


def test_templates_say_nothing_that_was_not_translated() -> None:
    assert bare_words(TEMPLATES) == []
