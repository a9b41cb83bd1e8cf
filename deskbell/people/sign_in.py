"""Coming in: by a one-time link the first time, by address and password from then on.

The first administrator's link is printed where the desk is started; whoever can read that owns the
machine. Only a link's digest is stored, so the database alone lets nobody in.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from deskbell.lib import clock
from deskbell.lib.callers import caller_of
from deskbell.lib.errors import NotFound, Refused
from deskbell.lib.ids import digest, new_token
from deskbell.lib.zones import checked_zone
from deskbell.people import desk, teams
from deskbell.people.models import Agent, Desk, Person, SignInFailure, SignInLink

FIRST_LINK_LASTS = timedelta(hours=24)
INVITATION_LASTS = timedelta(days=7)
GUESSES, GUESSES_WITHIN = 10, timedelta(minutes=15)


def sign_in(request: HttpRequest, email: str, password: str) -> Person:
    """The person with this address and password. Refused if they don't fit, or after ten guesses."""
    address, machine = email.strip().lower()[:320], caller_of(request)[:45]
    _refuse_guessing(address, machine)
    person = authenticate(request, username=address, password=password)
    if not isinstance(person, Person) or not person.is_agent:
        SignInFailure.objects.create(address=address, machine=machine)
        raise Refused("This address and password don't belong together. Try once more.")
    SignInFailure.objects.filter(address=address, machine=machine).delete()
    return person


@transaction.atomic
def first_administrator_link() -> str | None:
    """A new one-time token for the first administrator; None when the desk has one.

    Links that an earlier start printed and nobody took are void from now on.
    """
    if Agent.objects.filter(role=Agent.Role.ADMINISTRATOR, person__is_active=True).exists():
        return None
    SignInLink.objects.filter(person=None).delete()
    return _new_link(None, FIRST_LINK_LASTS)


@transaction.atomic
def invite(email: str, name: str, *, role: str = Agent.Role.AGENT) -> tuple[Agent, str]:
    """Make an agent; returns them and the one-time token with which they choose a password."""
    agent = teams.add_agent(email, name, role=role)
    return agent, invitation_link(agent)


def invitation_link(agent: Agent) -> str:
    """A new one-time token for an agent; an earlier one is void from now on."""
    SignInLink.objects.filter(person=agent.person, used_at=None, door=SignInLink.Door.DESK).delete()
    return _new_link(agent.person, INVITATION_LASTS)


def open_link(token: str) -> SignInLink:
    """The link of a token. NotFound if there is none, or it was used, or is too old."""
    of_the_desk = SignInLink.objects.filter(door=SignInLink.Door.DESK).select_related("person")
    link = of_the_desk.filter(token_digest=digest(token)).first()
    if link is None or not link.is_open:
        raise NotFound(
            "This link was used already, or is too old. Ask for a new one; "
            "the first administrator's is printed when the desk starts."
        )
    return link


@transaction.atomic
def become_administrator(
    token: str, *, name: str, email: str, password: str, desk_name: str, zone: str
) -> Person:
    """Take the first administrator's link: name the desk, and be the one who looks after it."""
    link = _take(token)
    if link.person is not None:
        raise NotFound("This link is an invitation, not the first administrator's.")
    agent = teams.add_agent(email, name, role=Agent.Role.ADMINISTRATOR)
    _choose_password(agent.person, password)
    desk.ensure_desk()
    Desk(name=desk_name.strip()[:100] or "Support", zone=checked_zone(zone)).save()
    return agent.person


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str) -> Person:
    """Take an invitation: choose a password, and how to be called."""
    person = _take(token).person
    if person is None:
        raise NotFound("This link is the first administrator's, not an invitation.")
    if name.strip():
        person.name = name.strip()[:200]
        person.save(update_fields=["name"])
    _choose_password(person, password)
    return person


def _new_link(person: Person | None, lasts: timedelta) -> str:
    token = new_token()
    SignInLink.objects.create(
        person=person, token_digest=digest(token), expires_at=clock.now() + lasts
    )
    return token


def _take(token: str) -> SignInLink:
    """Use a link up, under its lock: of two who click at once only one gets in."""
    found = SignInLink.objects.select_for_update().filter(pk=open_link(token).pk)
    link = found.first()
    if link is None or not link.is_open:
        raise NotFound("This link was used just now.")
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    return link


def _choose_password(person: Person, password: str) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    person.set_password(password)
    person.save(update_fields=["password"])


def _refuse_guessing(address: str, machine: str) -> None:
    since = clock.now() - GUESSES_WITHIN
    SignInFailure.objects.filter(at__lt=since).delete()
    if SignInFailure.objects.filter(address=address, machine=machine).count() >= GUESSES:
        raise Refused("Too many attempts. Wait a quarter of an hour, then try again.")
