"""`deskbell mail read`: how the desk reads a mail, without a desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from deskbell.cli.output import print_json


def read(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Print what the desk makes of each file: one JSON object for one file, an array for several."""
    from deskbell.mail.inbound import printing, reading

    mails = [printing.as_json(reading.read(file.read_bytes())) for file in files]
    if as_json:
        print_json(mails[0] if len(mails) == 1 else mails)
        return
    for file, mail in zip(files, mails, strict=True):
        _print(file, mail)


def _print(file: Path, mail: dict[str, Any]) -> None:
    click.secho(str(file), bold=True)
    for name in ("from", "subject", "date", "message_id", "automatic"):
        click.echo(f"  {name + ':':<12} {_plain(mail[name])}")
    for warning in mail["warnings"]:
        click.echo(f"  warning:     {warning}")
    for file_name in mail["attachments"]:
        click.echo(f"  attachment:  {file_name['name']}")
    click.echo(f"\n{mail['visible_text']}\n")


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value.get('name', '')} <{value.get('address', value.get('email', ''))}>".strip()
    return str(value or "")
