"""How old something is, as people say it: “over a week ago”, “hace más de una semana”."""

from __future__ import annotations

from datetime import datetime, timedelta

from deskbell.lib import clock

DAY = timedelta(days=1)
STEPS: tuple[tuple[int, str, str], ...] = (  # from so many days on
    (0, "today", "hoy"),
    (1, "yesterday", "ayer"),
    (2, "this week", "esta semana"),
    (7, "over a week ago", "hace más de una semana"),
    (14, "over two weeks ago", "hace más de dos semanas"),
    (30, "over a month ago", "hace más de un mes"),
    (60, "over two months ago", "hace más de dos meses"),
    (90, "over three months ago", "hace más de tres meses"),
    (180, "over half a year ago", "hace más de medio año"),
    (365, "over a year ago", "hace más de un año"),
    (730, "over two years ago", "hace más de dos años"),
)


def ago(instant: datetime, language: str) -> str:
    """Whole days count, so that a page says the same all day."""
    days = (clock.now() - instant) // DAY
    _, english, spanish = next(step for step in reversed(STEPS) if max(days, 0) >= step[0])
    return spanish if language == "es" else english
