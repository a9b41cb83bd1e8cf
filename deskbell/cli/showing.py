"""`deskbell settings`: every environment variable, and what it says now."""

from __future__ import annotations

import click

from deskbell.cli.output import print_json
from deskbell.config.environment import VARIABLES


def show_settings(*, as_json: bool) -> None:
    """Print the variables with meaning, default and present value; secrets stay hidden."""
    shown = [
        {
            "name": variable.name,
            "meaning": variable.meaning,
            "default": variable.default,
            "value": variable.shown(),
            "set": variable.is_set,
        }
        for variable in VARIABLES
    ]
    if as_json:
        print_json(shown)
        return
    for variable in shown:
        mark = "" if variable["set"] else " (default)"
        click.secho(str(variable["name"]), bold=True)
        click.echo(f"    {variable['meaning']}")
        click.echo(f"    now: {variable['value'] or '(empty)'}{mark}")
        if variable["set"]:
            click.echo(f"    default: {variable['default'] or '(empty)'}")
