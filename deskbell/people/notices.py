"""Telling an agent something: in the app at once. Who listens to a clock decides `sla`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deskbell.lib.telling import tell
from deskbell.people.models import Agent, Notice


@dataclass(frozen=True)
class Noticed:
    """Agents were told something; the live stream shows it, mail may carry it."""

    notices: tuple[Notice, ...]


def notify(agents: Iterable[Agent], text: str, *, path: str, urgent: bool = False) -> None:
    """Leave each of the agents a notice that leads to `path`. Belongs in the change's transaction."""
    notices = Notice.objects.bulk_create(
        Notice(recipient=agent, text=text[:300], path=path, urgent=urgent) for agent in agents
    )
    if notices:
        tell(Noticed(tuple(notices)))
