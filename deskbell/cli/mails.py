"""`deskbell mail read`: how the desk reads a mail, without a desk."""

from __future__ import annotations

from pathlib import Path

import click

from deskbell.cli.django import load
from deskbell.cli.output import print_json


def read(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Print what the desk would make of each file."""
    load()
    from deskbell.mail.inbound import printing

    if as_json:
        print_json([printing.as_document(file.read_bytes()) for file in files])
    else:
        for file in files:
            click.echo(printing.as_text(file.read_bytes()))
