"""`deskbell run`: the whole desk on one machine. First everything is checked, then it is started."""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from pathlib import Path

import click

from deskbell.cli import places
from deskbell.cli.django import load
from deskbell.cli.smtp import certificate
from deskbell.cli.supervisor import Supervisor
from deskbell.config import environment as env
from deskbell.lib.errors import Refused
from deskbell.postgres.cluster import Cluster

SECONDS_TO_ANSWER = 30


def run(*, demo: bool = False) -> None:
    """Start the desk and watch it until Ctrl-C or SIGTERM. Refused if it can't start here."""
    os.umask(0o077)
    data: Path = env.DATA.value()
    for variable in env.VARIABLES:
        variable.value()
    host, http, smtp = env.HOST.value(), env.HTTP_PORT.value(), env.SMTP_PORT.value()
    url = env.URL.value().rstrip("/") or f"http://{host}:{http}"
    places.make_writable(data)
    with places.only_one(data, url):
        places.refuse_taken_port(host, http, env.HTTP_PORT)
        places.refuse_taken_port(host, smtp, env.SMTP_PORT)
        for variable in (env.LMTP_PORT, env.STATUS_PORT):
            if port := variable.value():
                places.refuse_taken_port(host, port, variable)
        certificate()
        cluster = None if env.DATABASE_URL.is_set else Cluster(data)
        try:
            _start_and_watch(data, cluster, url, demo=demo)
        finally:
            if cluster:
                cluster.stop()


def _start_and_watch(data: Path, cluster: Cluster | None, url: str, *, demo: bool) -> None:
    supervisor = Supervisor(data / "log", cluster)
    supervisor.catch_signals()
    if cluster:
        cluster.ensure_running()
    load()
    from deskbell.cli import parts, preparing, web
    from deskbell.monitoring import sources

    link = preparing.prepare(url, say=click.echo)
    alerts = sources.address(sources.ensure_default_source())
    if demo:
        _fill_with_demo()
    web.preload()
    preparing.forget_connections()
    for name, work in parts.of_this_desk().items():
        supervisor.add(name, work)
    if _wait_until_it_answers(supervisor):
        _tell(url, link, alerts)
    supervisor.watch()
    click.echo("The desk has stopped.")


def _fill_with_demo() -> None:
    """Let the make-believe town stand before anyone looks; a second start finds it there."""
    from deskbell.cli.demo import commands

    if not commands.exists():
        commands.fill(tickets=400, seed=7)


def _wait_until_it_answers(supervisor: Supervisor) -> bool:
    """Watch the beginning; False if the desk was stopped meanwhile."""
    limit = time.monotonic() + SECONDS_TO_ANSWER
    while not supervisor.stopping:
        supervisor.look()
        if _answers():
            return True
        if time.monotonic() > limit:
            raise Refused(
                f"The pages don't answer after {SECONDS_TO_ANSWER} seconds; "
                f"read {supervisor.logs / 'web.log'}."
            )
        supervisor.pause(0.05)
    return False


def _answers() -> bool:
    """Do the pages answer, and does the door greet?"""
    host = places.reachable(env.HOST.value())
    try:
        address = f"http://{host}:{env.HTTP_PORT.value()}/health"
        with urllib.request.urlopen(address, timeout=2) as answer:
            pages = answer.status == 200
    except OSError:
        return False
    return pages and places.accepts(env.HOST.value(), env.SMTP_PORT.value())


def _tell(url: str, link: str | None, alerts: str) -> None:
    goes_out = env.EMAIL_URL.is_set or env.MAIL_SERVICE.is_set
    way = "your mail service" if env.MAIL_SERVICE.is_set else "your relay"
    relay = f"through {way}" if goes_out else str(env.DATA.value() / "outbox")
    lines = [
        ("The desk", url),
        ("Support address", env.SUPPORT_ADDRESS.value()),
        ("Mail comes in at", f"{env.HOST.value()}:{env.SMTP_PORT.value()} (SMTP)"),
        ("Mail goes out", relay if goes_out else f"nowhere yet; see {relay}"),
        ("Alertmanager sends to", alerts),
    ]
    if link:
        lines.append(("First administrator", link))
    click.echo("\nDeskbell runs. Ctrl-C stops it.\n")
    for what, value in lines:
        click.echo(f"  {what + ':':<24}{value}")
    click.echo("")
