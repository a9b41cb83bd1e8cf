"""`deskbell sla ...`: the clocks, proved and tried."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from deskbell.cli.django import load_with_database
from deskbell.cli.output import print_json, print_table
from deskbell.lib.errors import Refused


def verify(*, as_json: bool) -> None:
    """Derive all clocks again; status 1 if a stored one differs."""
    load_with_database()
    from deskbell.sla.verify import differences

    found = list(differences())
    if as_json:
        print_json([asdict(difference) for difference in found])
    elif found:
        for difference in found:
            click.echo(str(difference))
    else:
        click.echo("Every stored clock is what the history says.")
    if found:
        raise SystemExit(1)


def try_file(file: Path, *, as_json: bool) -> None:
    """Play the history in a file. Refused with what to change if it can't be read."""
    from deskbell.sla.core import trying

    try:
        tried = trying.try_text(file.read_bytes())
    except ValueError as error:
        raise Refused(f"{file}: {error}") from error
    if as_json:
        print_json(tried)
        return
    heads = ("metric", "start", "due", "stop", "outcome", "late_by")
    print_table(heads, [[clock.get(head) for head in heads] for clock in tried["clocks"]])
