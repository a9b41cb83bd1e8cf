"""The `deskbell` command: starts, watches, asks and tells. Decides nothing about tickets."""

from deskbell.cli.commands import main

__all__ = ["main"]
