"""`deskbell agent add` and `deskbell district add`."""

from __future__ import annotations

import click

from deskbell.cli.django import load_with_database


def add_agent(email: str, name: str) -> None:
    """Make someone an agent and print their invitation."""
    load_with_database()
    from django.conf import settings

    from deskbell.people import sign_in, teams

    agent = teams.add_agent(email, name)
    token = sign_in.invitation_link(agent)
    click.echo(f"{agent} is an agent. They sign in for the first time with this link, once:")
    click.echo(f"{settings.DESK_URL}/welcome/{token}")


def add_district(name: str, zone: str, domains: list[str]) -> None:
    """Add a district with its mail domains."""
    load_with_database()
    from deskbell.people import districts

    district = districts.add_district(name, zone=zone, domains=domains)
    known = ", ".join(domains) or "no mail domain yet"
    click.echo(f"Added {district}, in {district.zone}, with {known}.")
