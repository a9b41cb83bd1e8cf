"""What an event of a school's calendar probably means for the hours: closed, shorter, or nothing."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_CLOSED = """
    no school|no schools|no classes|no class|no students|student holiday|schools? closed|closed
    |offices? closed|holidays?|recess|(?:summer|fall|autumn|winter|spring|mid-?winter|february
    |thanksgiving|christmas|holiday) break|break|vacation|snow day|weather day
    |thanksgiving|labor day|memorial day|independence day|juneteenth|veterans day|columbus day
    |indigenous peoples.? day|presidents.? day|martin luther king|mlk|christmas|new year.?s
    |good friday
    |no hay (?:clases|escuela)|sin clases|no habra clases|escuelas? cerradas?|cerrad[oa]s?
    |feriado|dia festivo|festivos?|vacaciones|receso|descanso|asueto|dia libre|puente
"""
_SHORTER = """
    early dismissal|early release|early out|early closing|half[- ]days?|minimum day|shortened day
    |dismissed? early|noon dismissal|delayed (?:start|opening)|late start|two[- ]hour delay
    |salida temprana|salida anticipada|medio dia|media jornada|jornada reducida|horario reducido
    |entrada tardia
"""
# Said of a break, but on a day of school.
_NOT = """
    resumes?|returns?|reopens?|classes begin|before|after|registration|deadline|sign-?ups?
    |breakfast|camp|se reanudan|reanudan|regres[oa]n?|inscripci[oó]n
"""


class Guess(StrEnum):
    """What a person would probably choose."""

    CLOSED = "closed"
    SHORTER = "shorter"
    NOTHING = "nothing"


def guess(name: str) -> Guess:
    """By the words of its title, in English or Spanish; a person has the last word."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name.casefold())
        if not unicodedata.combining(letter)
    )
    if _SHORTER_WORDS.search(plain):
        return Guess.SHORTER
    if _CLOSED_WORDS.search(plain) and not _NOT_WORDS.search(plain):
        return Guess.CLOSED
    return Guess.NOTHING


def _words(choices: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{re.sub(chr(10) + ' *', '', choices)})\b")


_CLOSED_WORDS, _SHORTER_WORDS, _NOT_WORDS = map(_words, (_CLOSED, _SHORTER, _NOT))
