"""The border at which an error becomes one sentence on stderr and a status; no trace passes it."""

from __future__ import annotations

import sys
from typing import Any

import click


class Border(click.Group):
    """A group of commands that ends with status 1 and a sentence when the desk refuses."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            sentence = sentence_for(error)
            if sentence is None:
                raise
            click.echo(sentence, err=True)
            ctx.exit(1)


def sentence_for(error: Exception) -> str | None:
    """What to tell a person about this error, or None if it is a fault of ours."""
    if _is_named(error, "Refused", "NotFound", "PostgresError"):
        return str(error)
    if _is_named(error, "OperationalError"):
        return f"The database doesn't answer: {str(error).strip().splitlines()[0]}"
    if _is_named(error, "ProgrammingError") and "does not exist" in str(error):
        return "The database has not been prepared: start the desk once with bin/run."
    return None


def _is_named(error: Exception, *names: str) -> bool:
    """By name, so that `deskbell --help` need not load Django to know its errors."""
    return any(kind.__name__ in names for kind in type(error).__mro__)


def complain(sentence: str) -> None:
    """One line on stderr."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201
