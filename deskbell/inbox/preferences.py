"""How each agent likes the desk: kept by the desk, so that it is so on all their devices."""

from __future__ import annotations

from collections.abc import Collection

from deskbell.inbox.models import Preferences
from deskbell.people.models import Agent


def preferences_of(agent: Agent) -> Preferences:
    """What this agent has chosen; who has chosen nothing gets what is usual."""
    return Preferences.objects.filter(agent=agent).first() or Preferences(agent=agent)


def hide_events(agent: Agent, *, hidden: bool) -> None:
    """Whether the thin lines between the messages are shown to them."""
    Preferences.objects.update_or_create(agent=agent, defaults={"hides_events": hidden})


def speak_of(agent: Agent, topics: Collection[str], *, sounds: bool) -> None:
    """Of what their devices speak from now on, and whether with a sound. Unknown topics are left out."""
    chosen = [topic for topic in Preferences.Topic.values if topic in topics]
    Preferences.objects.update_or_create(
        agent=agent, defaults={"speaks_of": chosen, "sounds": sounds}
    )
