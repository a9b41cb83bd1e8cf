"""All commands, and what `--help` says about them. Each imports what it needs when it is called."""

from __future__ import annotations

from pathlib import Path

import click

from deskbell.cli.border import Border

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


@click.group(cls=Border, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="deskbell", message="Deskbell %(version)s")
def main() -> None:
    """Deskbell, the support desk behind a promise.

    `deskbell run` starts the whole desk on this machine. The other commands ask it, or run one of
    its parts alone.
    """


@main.command()
@click.option("--demo", is_flag=True, help="Fill the desk with a make-believe town first.")
def run(demo: bool) -> None:
    """Start the desk: PostgreSQL, pages, worker and SMTP door, until Ctrl-C.

    A part that dies is started again. Settings come from the environment: see `deskbell settings`.
    """
    from deskbell.cli.run import run

    run(demo=demo)


@main.command()
@click.option("--tickets", default=400, show_default=True, type=click.IntRange(1, 20_000))
@click.option("--seed", default=7, show_default=True, help="The same seed tells the same stories.")
@click.option("--remove", is_flag=True, help="Sweep the town away, and nothing else.")
def demo(tickets: int, seed: int, remove: bool) -> None:
    """Fill the desk with a make-believe town: districts, agents, sixty days of tickets."""
    from deskbell.cli.django import load_with_database

    load_with_database()
    from deskbell.cli.demo import commands

    commands.sweep() if remove else commands.fill(tickets, seed)


@main.command()
def web() -> None:
    """Serve the pages and live streams alone (one of many machines)."""
    from deskbell.cli import parts

    parts.alone("web")


@main.command()
def status() -> None:
    """Serve the status page alone, on a port of its own and without the database."""
    from deskbell.cli import parts

    parts.alone("status")


@main.command()
def worker() -> None:
    """Take mail, send mail, watch the clocks and do jobs, alone (one of many machines)."""
    from deskbell.cli import parts

    parts.alone("worker")


@main.command()
def checks() -> None:
    """Ask the desk's own checks, alone (one of many machines)."""
    from deskbell.cli import parts

    parts.alone("checks")


@main.command()
def smtp() -> None:
    """Keep the SMTP door alone (one of many machines)."""
    from deskbell.cli import parts

    parts.alone("smtp")


@main.command()
def imap() -> None:
    """Read the mailboxes elsewhere, alone (of several such processes one reads)."""
    from deskbell.cli import parts

    parts.alone("imap")


@main.command()
def watch() -> None:
    """Watch over all other parts: ping an outside address while all is well, write to the managers if not."""
    from deskbell.cli import parts

    parts.alone("watch")


@main.command()
@as_json
def check(as_json: bool) -> None:
    """Say what is wrong with this installation, and what to do. Status 1 if something is."""
    from deskbell.cli.checking import check

    check(as_json=as_json)


@main.command()
@as_json
def settings(as_json: bool) -> None:
    """Show each environment variable: what it means, its default, and its present value."""
    from deskbell.cli.showing import show_settings

    show_settings(as_json=as_json)


@main.group()
def ticket() -> None:
    """Look at tickets."""


@ticket.command("list")
@click.option(
    "--state",
    multiple=True,
    help="Only tickets in this state: open, pending, waiting, solved, closed. May be repeated.",
)
@as_json
def list_tickets(state: tuple[str, ...], as_json: bool) -> None:
    """List tickets, the next due first."""
    from deskbell.cli.tickets import list_tickets

    list_tickets(state, as_json=as_json)


@ticket.command("show")
@click.argument("number", type=int)
@as_json
def show_ticket(number: int, as_json: bool) -> None:
    """Show one ticket with its messages and events."""
    from deskbell.cli.tickets import show_ticket

    show_ticket(number, as_json=as_json)


@main.group()
def agent() -> None:
    """Look after the team."""


@agent.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The agent's name; customers see the first one.")
def add_agent(email: str, name: str) -> None:
    """Make someone an agent, and print the link with which they sign in for the first time."""
    from deskbell.cli.people import add_agent

    add_agent(email, name)


@main.group()
def district() -> None:
    """Look after the customers."""


@district.command("add")
@click.argument("name")
@click.option("--zone", required=True, help="Its time zone, like America/New_York.")
@click.option(
    "--domain", "domains", multiple=True, help="A mail domain of its people. May be repeated."
)
def add_district(name: str, zone: str, domains: tuple[str, ...]) -> None:
    """Add a school district, in its time zone, with its mail domains."""
    from deskbell.cli.people import add_district

    add_district(name, zone, list(domains))


@main.group()
def sla() -> None:
    """Prove the clocks."""


@sla.command()
@as_json
def verify(as_json: bool) -> None:
    """Derive every clock again from the history and print the differences. Status 1 if there are."""
    from deskbell.cli.promises import verify

    verify(as_json=as_json)


@sla.command()
@click.argument("number", type=int)
@click.option("--metric", help="Only clocks of this metric, such as first_reply.")
@click.option(
    "--language", type=click.Choice(["en", "es"]), default="en", help="In which language."
)
@as_json
def explain(number: int, metric: str | None, language: str, as_json: bool) -> None:
    """Explain how each clock of ticket NUMBER came about, derived again from its events."""
    from deskbell.cli.promises import explain

    explain(number, metric, language=language, as_json=as_json)


@sla.command()
@click.option("--ticket", type=int, help="The number of one ticket; all of them without it.")
@as_json
def rebuild(ticket: int | None, as_json: bool) -> None:
    """Derive every clock again from the history and store what differs. Tells nobody anything."""
    from deskbell.cli.promises import rebuild

    rebuild(ticket, as_json=as_json)


@sla.command("try")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def try_file(file: Path, as_json: bool) -> None:
    """Play a policy and a story of events from FILE, and explain each clock. Needs no desk."""
    from deskbell.cli.promises import try_file

    try_file(file, as_json=as_json)


@sla.command()
@click.option(
    "--policy",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file: a whole policy, changes to the present one, or a file of `sla try`.",
)
@click.option("--from", "first", required=True, help="The first day, like 2026-07-01.")
@click.option("--to", "last", required=True, help="The last day; it is included.")
@as_json
def replay(file: Path, first: str, last: str, as_json: bool) -> None:
    """Replay the histories of some days under another policy, beside what was. Changes nothing.

    Days are by the clock of the desk. What counts are the clocks that began in them.
    """
    from deskbell.cli.whatif import replay

    replay(file, first, last, as_json=as_json)


@main.group()
def mail() -> None:
    """Look into mails, and take them in."""


@mail.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@as_json
def read(files: tuple[Path, ...], as_json: bool) -> None:
    """Show how the desk reads the mails in FILES (.eml). Needs no desk and changes nothing."""
    from deskbell.cli.mails import read

    read(files, as_json=as_json)


@mail.command()
@click.option(
    "--sender",
    help="The sender of the envelope; empty for a bounce. Without it, the mail's own headers say.",
)
@click.option(
    "--recipient", "recipients", multiple=True, help="A recipient of the envelope. May be repeated."
)
def receive(sender: str | None, recipients: tuple[str, ...]) -> None:
    """Take a mail from standard input, for the pipe of a mail server.

    Ends with 0 when the mail is stored, with 75 if the server must keep it and come again, and with
    65 if it is empty or too large.
    """
    from deskbell.cli.mails import receive

    raise SystemExit(receive(sender=sender, recipients=recipients))


@main.group(name="help")
def help_center() -> None:
    """Bring articles into the help center."""


@help_center.command(name="import")
@click.argument("place", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--from",
    "kind",
    type=click.Choice(["folder", "zendesk", "intercom"]),
    default="folder",
    show_default=True,
    help="What PLACE holds: Markdown files, or the JSON of Zendesk's or Intercom's API.",
)
@click.option("--owner", required=True, help="The mail address of the agent who owns them.")
@click.option("--publish", is_flag=True, help="Show them to readers at once; drafts otherwise.")
def import_articles(place: Path, kind: str, owner: str, publish: bool) -> None:
    """Bring in the articles in PLACE; again changes only what has changed there."""
    from deskbell.cli.articles import bring

    bring(place, kind, owner=owner, publish=publish)


@main.group()
def oncall() -> None:
    """Look at rotas."""


@oncall.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "start", required=True, help="An instant, or a wall-clock time there.")
@click.option("--to", "end", required=True, help="Likewise; it is not included.")
@as_json
def preview(file: Path, start: str, end: str, as_json: bool) -> None:
    """Print who is on call by the rota in FILE (JSON), in UTC. Needs no desk."""
    from deskbell.cli.oncall import preview

    preview(file, start, end, as_json=as_json)
