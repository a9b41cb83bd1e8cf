"""How commands print: JSON for scripts, columns for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

WIDEST = 60


def print_json(value: Any) -> None:
    """Print JSON as UTF-8, indented; nothing else goes to stdout with it."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def print_table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns under their heads; a long cell is cut."""
    cells = [[_cell(value) for value in row] for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    for row in cells:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def instant(moment: datetime | None) -> str | None:
    """An instant as scripts read it: ISO 8601, in UTC."""
    return moment.astimezone(UTC).isoformat() if moment else None


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    text = " ".join(str("" if value is None else value).split())
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"
