"""`deskbell mail read`: how the desk reads a mail, without a desk. `deskbell mail receive`: a mail comes."""

from __future__ import annotations

import sys
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


def receive(*, sender: str | None, recipients: tuple[str, ...]) -> int:
    """Store the mail on standard input; answers the status with which the command is to end.

    Whatever goes wrong on our side, the mail server must keep the mail: that is what 75 says.
    """
    from deskbell.config import environment as env
    from deskbell.config.database import database_url
    from deskbell.mail.door import pipe
    from deskbell.mail.door.storing import Envelope

    try:
        most = env.MAX_MAIL_MB.value() * 1024 * 1024
        raw = sys.stdin.buffer.read(most + 1)
        if not raw.strip() or len(raw) > most:
            click.echo(f"A mail has between 1 and {most} bytes; this one was not taken.", err=True)
            return pipe.NOT_A_MAIL
        to = list(recipients) or [env.SUPPORT_ADDRESS.value()]
        by = pipe.sender_in(raw) if sender is None else sender.removeprefix("<").removesuffix(">")
        envelope = Envelope(by, to, peer="", door="pipe")
        pipe.take(raw, envelope, database_url=database_url(env.DATA.value()))
    except Exception as error:  # noqa: BLE001 - see above
        click.echo(f"The desk can't take the mail now; please keep it: {error}", err=True)
        return pipe.COME_AGAIN
    return pipe.STORED


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
