"""`python -m deskbell` is the `deskbell` command."""

from deskbell.cli import main

main()
