"""`deskbell sla ...`: the clocks, proved and tried."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deskbell.cli.django import load_with_database
from deskbell.cli.output import print_json, print_table
from deskbell.lib.errors import NotFound, Refused

if TYPE_CHECKING:
    from deskbell.sla.explaining import Explanation


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


def explain(number: int, metric: str | None, *, language: str, as_json: bool) -> None:
    """Explain a ticket's clocks in the desk's zone. NotFound, or Refused for an unknown metric."""
    load_with_database()
    from deskbell.people.desk import the_desk
    from deskbell.sla.core import Metric
    from deskbell.sla.explaining import Audience, account_of, plain
    from deskbell.tickets.models import Ticket

    if metric is not None and metric not in set(Metric):
        raise Refused(f"“{metric}” is no metric: write one of {', '.join(Metric)}.")
    ticket = Ticket.objects.filter(number=number).first()
    if ticket is None:
        raise NotFound(f"There is no ticket #{number}.")
    account = account_of(
        ticket, zone=the_desk().zone, audience=Audience.AGENT, language=language, dated=True
    )
    found = [each for each in account.clocks if metric in {None, each.metric}]
    if as_json:
        print_json({**plain(account), "clocks": plain(found)})
    elif not found:
        click.echo(f"Nothing of that kind is promised on #{number}.")
    for each in [] if as_json else found:
        _tell(each)


def _tell(each: Explanation) -> None:
    """One clock: its sentence, what is special about it, and its spans as a table."""
    from deskbell.look.words import amount
    from deskbell.sla.explaining.sentences import STANDINGS
    from deskbell.sla.explaining.voice import Voice

    say = Voice(each.zone, each.language)
    click.echo(f"{each.label} {each.ordinal} ({say(STANDINGS[each.standing])}): {each.summary}")
    for remark in each.remarks:
        click.echo(f"  {remark.words}")
    for promise in each.promises:
        made = "{line}: {target} of {hours}, by {version}"
        target, hours = amount(promise.target), promise.coverage
        told = say(made, line=promise.line, target=target, hours=hours, version=promise.version)
        if promise.due and len(each.promises) > 1:
            told = f"{told}; {say('alone due {instant}', instant=say.moment(promise.due))}"
            told = (
                say("{what}: the earlier one, so it counts", what=told) if promise.counts else told
            )
        click.echo(f"  {told}")
    zones = dict.fromkeys([each.zone, each.other_zone or each.zone])
    rows = []
    for step in each.steps:
        spans = [say.there(zone).span(step.start, step.end) for zone in zones]
        why = say("{why}, after it was due", why=step.reason) if step.late else step.reason
        rows.append([*spans, amount(step.counted), amount(step.total), why])
    print_table([*zones, say("Counts"), say("In all"), say("Why")], rows)
    click.echo()


def rebuild(ticket: int | None, *, as_json: bool) -> None:
    """Derive all clocks again, or one ticket's, and store what differs."""
    load_with_database()
    from deskbell.sla.rebuilding import rebuild
    from deskbell.tickets.models import Ticket

    looked_at, changed = 0, []
    total = 1 if ticket else Ticket.objects.count()
    with click.progressbar(length=total, label="Rebuilding", file=sys.stderr) as bar:
        for part in rebuild(ticket):
            looked_at += part.tickets
            changed += part.changed
            bar.update(part.tickets)
    if as_json:
        print_json({"tickets": looked_at, "changed": [asdict(each) for each in changed]})
        return
    for each in changed:
        click.echo(f"#{each.ticket} {each.metric} {each.ordinal}: {each.field} was {each.stored}")
    right = "All was right" if not changed else f"Put right {len(changed)}"
    click.echo(f"{looked_at} tickets rebuilt. {right}.")


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
