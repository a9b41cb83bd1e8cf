"""`deskbell sla replay`: what would have been met under another policy."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deskbell.cli.django import load_with_database
from deskbell.cli.output import instant, print_json, print_table
from deskbell.lib.errors import Refused

if TYPE_CHECKING:
    from deskbell.reports.whatif.comparing import Comparison
    from deskbell.reports.whatif.counting import Turn


def replay(file: Path, first: str, last: str, *, as_json: bool) -> None:
    """Compare, and print a table or JSON. Refused with what to change if something can't be read."""
    written = _read(file)
    days = _day(first, "--from"), _day(last, "--to")
    load_with_database()
    from deskbell.lib import clock
    from deskbell.people.desk import the_desk
    from deskbell.reports.whatif.changing import policy_in_question
    from deskbell.reports.whatif.comparing import Comparison, Period
    from deskbell.sla.policies import current_version
    from deskbell.sla.refusing import refusing

    try:
        policy = policy_in_question(written, current_version().document)
    except Refused as error:
        raise Refused(f"{file}: {error}") from error
    period = Period.of_days(*days, the_desk().zone)
    with refusing():
        work = Comparison(policy, period, clock.now())
        turns = list(_done(work))
        found = {"from": str(days[0]), "to": str(days[1]), "zone": the_desk().zone, **work.result()}
    if as_json:
        print_json({**found, "changed": [_plain(turn) for turn in turns]})
    else:
        _show(found, turns)


def _done(work: Comparison) -> Iterator[Turn]:
    """The work, with its progress on stderr where a person watches."""
    shown = sys.stderr.isatty()
    total = work.total() if shown else 0
    for done, turns in work.steps():
        if shown:
            click.echo(f"\r{done:,} of {total:,} tickets", nl=False, err=True)
        yield from turns
    if shown:
        click.echo(err=True)


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Refused(f"{file} can't be read as JSON: {error}") from error


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{name} is “{text}”: write a day like 2026-07-01.") from None


def _plain(turn: Turn) -> dict[str, Any]:
    was, would_be = ("met", "breached") if turn.to_missed else ("breached", "met")
    return {
        "ticket": turn.about.number,
        "impact": turn.impact,
        "metric": str(turn.metric),
        "ordinal": turn.ordinal,
        "was": was,
        "would_be": would_be,
        "due_was": _instant(turn.due_was),
        "due_would_be": _instant(turn.due_would_be),
    }


def _instant(micros: int | None) -> str | None:
    from deskbell.sla.core.instants import moment

    return None if micros is None else instant(moment(micros))


def _show(found: dict[str, Any], turns: list[Turn]) -> None:
    click.echo(
        f"{found['tickets']:,} tickets, {found['from']} to {found['to']}, by the clock of "
        f"{found['zone']}: {found['to_missed']:,} clocks would have been missed that were met, "
        f"{found['to_met']:,} the other way round.\n"
    )
    heads = ("", "clocks", "met", "would be", "share", "would be", "median", "would be")
    rows = [("all", found)]
    for name, key in (("impact", "impact"), ("metric", "metric"), ("district", "district")):
        rows += [(each[key] or "no district", each) for each in found[f"by_{name}"]]
    print_table(heads, [_row(name, each) for name, each in rows])
    for turn in turns[:20]:
        way = "met, would be missed" if turn.to_missed else "missed, would be met"
        click.echo(f"#{turn.about.number} {turn.metric} {turn.ordinal}: {way}")
    if len(turns) > 20:
        click.echo(f"… and {len(turns) - 20:,} more: use --json to see them all.")


def _row(name: str, sides: dict[str, Any]) -> tuple[object, ...]:
    was, would_be = sides["as_it_was"], sides["would_be"]
    return (
        name,
        was["clocks"],
        was["met"],
        would_be["met"],
        _percent(was["share_met"]),
        _percent(would_be["share_met"]),
        _span(was["median_used"]),
        _span(would_be["median_used"]),
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _span(seconds: int | None) -> str:
    from deskbell.look.words import duration

    return "–" if seconds is None else duration(timedelta(seconds=seconds))
