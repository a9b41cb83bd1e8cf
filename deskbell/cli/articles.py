"""`deskbell help import`: articles from a folder, from Zendesk or from Intercom."""

from __future__ import annotations

from pathlib import Path

import click

from deskbell.cli.django import load_with_database
from deskbell.lib.errors import Refused

SHOWN = 20


def bring(place: Path, kind: str, *, owner: str, publish: bool) -> None:
    """Import with a progress bar; says what came of it, and what was held back and why."""
    load_with_database()
    from deskbell.helpcenter.importing import exports, folder, pieces
    from deskbell.people.models import Agent

    address = owner.strip().lower()
    agent = Agent.objects.filter(person__email=address, person__is_active=True).first()
    if agent is None:
        raise Refused(f"{owner} is no agent of this desk.")
    if kind == "folder":
        found = folder.read(place, by=agent)
    else:
        found = exports.zendesk(place) if kind == "zendesk" else exports.intercom(place)
    with click.progressbar(length=len(found), label="Importing articles") as bar:
        outcome = pieces.bring_all(found, by=agent, publish=publish, told=lambda: bar.update(1))
    click.echo(str(outcome))
    for why in [*outcome.refused, *outcome.held][:SHOWN]:
        click.echo(f"  {why}")
