"""Words that mean the same to search: those that every school district uses, and those of the desk's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from deskbell.helpcenter.folding import words_in
from deskbell.helpcenter.models import Synonyms
from deskbell.lib.errors import Refused

Phrase = tuple[str, ...]
USUAL = {
    "en": (
        "chromebook, laptop, notebook, computer, device",
        "sign in, log in, login, signin, log on, logon",
        "password, passcode, passphrase",
        "wifi, wi-fi, wireless, network, internet",
        "app, application, program, software",
        "black, blank, dark",
        "slow, lag, laggy, sluggish, freezes, frozen",
        "sound, audio, microphone, headset",
        "teacher, educator, staff",
        "student, pupil, learner",
        "roster, rostering, class list",
        "invoice, bill, billing, payment",
        "print, printer, printing",
        "outage, down, offline",
        "allow, allowlist, whitelist, unblock",
    ),
    "es": (
        "chromebook, portatil, laptop, computadora, ordenador, equipo",
        "iniciar sesion, entrar, acceder, acceso",
        "contraseña, clave, password",
        "wifi, wi-fi, red, internet, conexion",
        "aplicacion, app, programa",
        "lento, lenta, tarda, congelada, congelado",
        "sonido, audio, microfono, auriculares",
        "maestro, maestra, profesor, profesora, docente",
        "alumno, alumna, estudiante",
        "factura, cobro, pago",
        "imprimir, impresora, impresion",
    ),
}
MOST_GROUPS, MOST_IN_A_GROUP = 300, 12


def alternatives(language: str) -> dict[Phrase, set[Phrase]]:
    """For each word or phrase the others that mean the same."""
    found: dict[Phrase, set[Phrase]] = defaultdict(set)
    rows = Synonyms.objects.filter(language=language).values_list("words", flat=True)
    for phrases in [*_usual(language), *map(_phrases, rows)]:
        for each in phrases:
            found[each] |= phrases - {each}
    return found


def save(language: str, text: str) -> None:
    """Keep the desk's own: a line for each group, its words divided by commas. Refused if one is alone."""
    groups = []
    for line in filter(None, map(str.strip, text.splitlines())):
        words = [" ".join(words_in(each)) for each in line.split(",")]
        words = list(dict.fromkeys(filter(None, words)))
        if len(words) < 2:
            raise Refused(
                f"“{line[:60]}” stands alone. Write words that mean the same, with commas."
            )
        if len(words) > MOST_IN_A_GROUP:
            raise Refused(
                f"A line takes {MOST_IN_A_GROUP} words; “{line[:30]} …” has {len(words)}."
            )
        groups.append(Synonyms(language=language, words=[each[:60] for each in words]))
    if len(groups) > MOST_GROUPS:
        raise Refused(f"There is room for {MOST_GROUPS} lines.")
    Synonyms.objects.filter(language=language).delete()
    Synonyms.objects.bulk_create(groups)


def written(language: str) -> str:
    """As `save` takes it."""
    rows = Synonyms.objects.filter(language=language).order_by("pk")
    return "\n".join(", ".join(row.words) for row in rows)


@cache
def _usual(language: str) -> list[frozenset[Phrase]]:
    return [_phrases(line.split(",")) for line in USUAL.get(language, ())]


def _phrases(group: Iterable[str]) -> frozenset[Phrase]:
    return frozenset(tuple(words_in(each)) for each in group) - {()}
