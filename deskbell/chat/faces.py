"""How the bubble looks and what it says first: one face for the desk, chosen in its screens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import models

from deskbell.lib.errors import Refused
from deskbell.lib.numbers import whole

COLOR = re.compile(r"#[0-9a-f]{6}")
USUAL_COLOR = "#2f4bbd"
LANGUAGES = ("en", "es")
# What the desk may say in its own words, and how long that may be.
WORDS = {"hello": 60, "begin": 300, "foot": 80, "label": 24}
HIGHEST = 200  # pixels above the lower edge: room for a cookie bar


class Face(models.Model):
    """One row, made when someone changes what it begins with."""

    class Side(models.TextChoices):
        END = "end", "On the right; on the left in Arabic"
        START = "start", "On the left; on the right in Arabic"

    class Launcher(models.TextChoices):
        ROUND = "round", "A round button"
        LABEL = "label", "A button with a word"

    color = models.CharField(max_length=7, default=USUAL_COLOR)
    side = models.CharField(max_length=5, choices=Side.choices, default=Side.END)
    above = models.PositiveSmallIntegerField(default=20)  # pixels from the lower edge
    launcher = models.CharField(max_length=5, choices=Launcher.choices, default=Launcher.ROUND)
    words = models.JSONField(default=dict)  # by language, then by name

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="only_one_face_of_the_bubble")
        ]

    def __str__(self) -> str:
        return f"the bubble in {self.color}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)


def the_face() -> Face:
    """The face as it was saved, else as the desk begins."""
    return Face.objects.first() or Face()


def face_in(form: Mapping[str, str]) -> Face:
    """The face that a form describes, not saved. Refused with what can't be."""
    color = form.get("color", USUAL_COLOR).strip().lower()
    if not COLOR.fullmatch(color):
        raise Refused("Write the color like #2f4bbd.")
    above = whole(form.get("above", "20").strip(), most=HIGHEST)
    if above is None:
        raise Refused(f"The distance from the lower edge is 0 to {HIGHEST} pixels.")
    return Face(
        color=color,
        side=_one_of(Face.Side, form.get("side", Face.Side.END), "side"),
        above=above,
        launcher=_one_of(Face.Launcher, form.get("launcher", Face.Launcher.ROUND), "launcher"),
        words={language: _words(form, language) for language in LANGUAGES},
    )


def _words(form: Mapping[str, str], language: str) -> dict[str, str]:
    said = {}
    for name, longest in WORDS.items():
        text = " ".join(form.get(f"{name}-{language}", "").split())
        if len(text) > longest:
            raise Refused(f"“{text[:30]} …” is too long: {longest} characters fit.")
        if text:
            said[name] = text
    return said


def _one_of(choices: type[models.TextChoices], value: str, what: str) -> str:
    if value not in choices.values:
        raise Refused(f"Choose one of the {what}s offered.")
    return value
