"""`deskbell check`: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import click

from deskbell.cli import places
from deskbell.cli.border import sentence_for
from deskbell.cli.django import load_with_database
from deskbell.cli.output import print_json
from deskbell.config import environment as env


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `problem` is empty if it is well; a `warning` may stay so."""

    about: str
    problem: str = ""
    what_to_do: str = ""
    warning: bool = False


def check(*, as_json: bool) -> None:
    """Print what was found; status 1 if something is wrong."""
    found = list(findings())
    wrong = [finding for finding in found if finding.problem and not finding.warning]
    if as_json:
        print_json({"ok": not wrong, "findings": [asdict(finding) for finding in found]})
    else:
        for finding in found:
            _print(finding)
    if wrong:
        raise SystemExit(1)


def findings() -> Iterator[Finding]:
    """Look at one thing after the other; what needs a broken thing is not looked at."""
    yield from _settings()
    folder = _attempt("data folder", lambda: places.make_writable(env.DATA.value()))
    yield folder
    if folder.problem:
        return
    database = _attempt("database", _ask_database)
    yield database
    if not database.problem:
        yield from _contents()
    yield _relay()


def _settings() -> Iterator[Finding]:
    for variable in env.VARIABLES:
        finding = _attempt(variable.name, variable.value)
        if finding.problem:
            yield finding


def _ask_database() -> None:
    load_with_database()
    from deskbell.cli.preparing import refuse_old_postgres

    refuse_old_postgres()


def _contents() -> Iterator[Finding]:
    """What each desk has: its tables, a policy, an administrator, agreeing clocks."""
    from deskbell.cli.preparing import missing_migrations

    missing = missing_migrations()
    yield Finding(
        "tables",
        f"{len(missing)} migrations have not been applied." if missing else "",
        "Start the desk once with bin/run." if missing else "",
    )
    if missing:
        return
    from deskbell.people.models import Agent
    from deskbell.sla.models import PolicyVersion

    administrators = Agent.objects.filter(role=Agent.Role.ADMINISTRATOR, person__is_active=True)
    yield _unless(
        administrators.exists(),
        "administrator",
        "Nobody is administrator of this desk yet.",
        "Open the link that bin/run prints.",
    )
    yield _unless(
        PolicyVersion.objects.exists(),
        "support policy",
        "There is no support policy, so no clock can run.",
        "Start the desk once with bin/run; it loads Standard Support.",
    )
    yield _clock()


def _clock() -> Finding:
    from django.db import connection

    from deskbell.lib import clock

    with connection.cursor() as cursor:
        before = clock.now()
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
    apart = abs((theirs - before).total_seconds())
    return _unless(
        apart < 2,
        "clock",
        f"The clocks of this machine and of PostgreSQL are {apart:.0f} seconds apart.",
        "Let both keep time by NTP.",
    )


def _relay() -> Finding:
    goes_out = env.EMAIL_URL.is_set or env.MAIL_SERVICE.is_set
    return Finding(
        "mail relay",
        "" if goes_out else "Mails go into the outbox folder and reach nobody.",
        "" if goes_out else "Name your relay in EMAIL_URL, or a service in DESKBELL_MAIL_SERVICE.",
        warning=True,
    )


def _unless(well: bool, about: str, problem: str, what_to_do: str) -> Finding:
    return Finding(about) if well else Finding(about, problem, what_to_do)


def _attempt(about: str, look: Callable[[], object]) -> Finding:
    try:
        look()
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        return Finding(about, sentence)
    return Finding(about)


def _print(finding: Finding) -> None:
    if not finding.problem:
        click.echo(f"well     {finding.about}")
        return
    mark = "notice " if finding.warning else "WRONG  "
    click.echo(f"{mark}  {finding.about}: {finding.problem} {finding.what_to_do}".rstrip())
