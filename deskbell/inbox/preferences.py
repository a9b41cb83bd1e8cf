"""How each agent likes the desk: kept by the desk, so that it is so on all their devices."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time

from deskbell.inbox.models import Preferences, Topic
from deskbell.people.models import Agent


def preferences_of(agent: Agent) -> Preferences:
    """What this agent has chosen; who has chosen nothing gets what is usual."""
    return Preferences.objects.filter(agent=agent).first() or Preferences(agent=agent)


def hide_events(agent: Agent, *, hidden: bool) -> None:
    """Whether the thin lines between the messages are shown to them."""
    Preferences.objects.update_or_create(agent=agent, defaults={"hides_events": hidden})


def speak_of(agent: Agent, topics: Collection[str], *, sounds: bool) -> None:
    """Of what their open pages speak from now on, and whether with a sound. Unknown topics are left out."""
    Preferences.objects.update_or_create(
        agent=agent, defaults={"speaks_of": _known(topics), "sounds": sounds}
    )


def push(agent: Agent, topics: Collection[str], *, quiet: tuple[time, time] | None) -> None:
    """Of what their devices are told while no page is open, and at which hours of none of it. Unknown
    topics are left out."""
    begins, ends = quiet or (None, None)
    chosen = {"pushes": _known(topics), "quiet_from": begins, "quiet_until": ends}
    Preferences.objects.update_or_create(agent=agent, defaults=chosen)


def _known(topics: Collection[str]) -> list[str]:
    return [topic for topic in Topic.values if topic in topics]
