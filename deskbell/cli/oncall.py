"""`deskbell oncall ...`: rotas, tried without a desk."""

from __future__ import annotations

from pathlib import Path

import click

from deskbell.cli.output import print_json, print_table
from deskbell.lib.errors import Refused
from deskbell.oncall.rota.preview import preview as final_schedule
from deskbell.oncall.rota.schedule import BadSchedule


def preview(file: Path, start: str, end: str, *, as_json: bool) -> None:
    """Print the final schedule of the rota in a file. Refused with what to change."""
    try:
        found = final_schedule(file.read_bytes(), start, end)
    except BadSchedule as error:
        raise Refused(f"{file}: {error}") from error
    if as_json:
        print_json(found)
    elif not found:
        click.echo("Nobody is on call in that time.")
    else:
        rows = [[each["from"], each["to"], *map(", ".join, _names(each))] for each in found]
        print_table(("from", "to", "on call", "why"), rows)


def _names(each: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    return each["people"], each["why"]
