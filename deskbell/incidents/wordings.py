"""How an update of each phase begins: Deskbell's own words, or those that a desk wrote instead.

Words may hold variables: `{title}`, `{components}` and `{next_update}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from deskbell.incidents.models import Incident, Phase, Template
from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.text import plain
from deskbell.look.words import duration
from deskbell.people.models import Agent

LONGEST = 5000
VARIABLES = {
    "title": "the incident’s title",
    "components": "the components that are not well, by name",
    "next_update": "how soon the next update is promised, such as 30 min",
}
_VARIABLE = re.compile(r"\{\s*([^{}\s]{1,40})\s*\}")


@dataclass(frozen=True)
class Words:
    """An update's words in English and, where somebody wrote them, in Spanish."""

    text: str
    text_es: str = ""
    own: bool = False  # the desk's own, rather than Deskbell's


DEFAULTS = {
    Phase.INVESTIGATING: Words(
        "We know about the trouble with {components} and are looking for its cause.",
        "Sabemos que hay problemas con {components} y estamos buscando la causa.",
    ),
    Phase.IDENTIFIED: Words(
        "We have found the cause of the trouble with {components} and are working on the repair.",
        "Hemos encontrado la causa de los problemas con {components} y trabajamos en la solución.",
    ),
    Phase.MONITORING: Words(
        "A repair for {components} is in place, and we are watching closely. If you still see "
        "trouble, please answer this message.",
        "La solución para {components} ya está aplicada y la seguimos de cerca. Si el problema "
        "continúa, responda a este mensaje.",
    ),
    Phase.RESOLVED: Words(
        "The trouble with {components} is over. We are sorry for it. If anything is still wrong, "
        "please answer this message.",
        "Los problemas con {components} han terminado. Sentimos las molestias. Si algo sigue mal, "
        "responda a este mensaje.",
    ),
}


def words_of_phases() -> dict[Phase, Words]:
    """How an update of each phase begins on this desk."""
    own = {row.phase: Words(row.text, row.text_es, own=True) for row in Template.objects.all()}
    return {phase: own.get(phase, words) for phase, words in DEFAULTS.items()}


@transaction.atomic
def save(phase: str, text: str, text_es: str, *, by: Agent) -> None:
    """Let updates of this phase begin with these words. Deskbell's own again, if they are those or
    empty. Raises Refused."""
    if phase not in Phase.values:
        raise Refused("There is no such phase.")
    text, text_es = plain(text).strip(), plain(text_es).strip()
    check(text)
    check(text_es)
    usual = DEFAULTS[Phase(phase)]
    if not text and text_es:
        raise Refused("Write the English words, too; everyone reads them who reads no Spanish.")
    if not text or (text, text_es) == (usual.text, usual.text_es):
        Template.objects.filter(phase=phase).delete()
        return
    fields = {"text": text, "text_es": text_es, "changed_by": by, "changed_at": clock.now()}
    Template.objects.update_or_create(phase=phase, defaults=fields)


def check(text: str) -> None:
    """Refuse what can't be kept, and variables that there are not."""
    if len(text) > LONGEST or "\0" in text:
        raise Refused("Words of an update are at most 5,000 letters of plain text.")
    for name in _VARIABLE.findall(text):
        if name not in VARIABLES:
            known = ", ".join(f"{{{each}}}" for each in VARIABLES)
            raise Refused(f"There is no variable {{{name}}}. There are {known}.")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables replaced by what is known; the others stay. Raises Refused."""
    check(text)
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def values_for(incident: Incident, names: Iterable[str]) -> dict[str, str]:
    """What is known before the update is written; `names` are those of the components concerned."""
    return {"title": incident.title, "components": listed(names) or incident.title}


def value_of_promise(promise: timedelta | None) -> dict[str, str]:
    """What is known once the next update is promised. Without a promise the variable has no value."""
    return {"next_update": duration(promise)} if promise else {}


def listed(names: Iterable[str]) -> str:
    """“Sign-in, Streaming and Files”."""
    found = list(names)
    return " and ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))
