"""`deskbell demo` and `bin/run --demo`: fill the desk with the town, or sweep it away."""

from __future__ import annotations

import click

from deskbell.cli.demo.playing import play
from deskbell.cli.demo.removing import remove
from deskbell.lib.errors import Refused
from deskbell.people.models import District


def fill(tickets: int, seed: int) -> None:
    """Write the town, with a progress bar. Refused if it stands already."""
    if exists():
        raise Refused("The make-believe town is there already; `deskbell demo --remove` sweeps it.")
    label = f"Living through 60 days of {tickets} tickets"
    with click.progressbar(length=tickets, label=label) as bar:
        for _ in play(tickets, seed):
            bar.update(1)


def sweep() -> None:
    """Remove the town and nothing else; says what went."""
    gone = remove()
    click.echo(
        f"Removed {gone['tickets']} tickets, {gone['people']} people and "
        f"{gone['districts']} districts of the make-believe town."
    )


def exists() -> bool:
    """Does the town stand?"""
    return District.objects.filter(demo=True).exists()
