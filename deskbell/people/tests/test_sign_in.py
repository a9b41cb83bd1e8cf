"""Coming in: the one-time links, the password, and what stops a guesser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import NotFound, Refused
from deskbell.people import sign_in as doors
from deskbell.people.desk import the_desk
from deskbell.people.models import Agent, Person, SignInLink
from deskbell.people.teams import set_access
from tests.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """A hash that takes half a second is for guessers, not for tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


PASSWORD = "a brass bell rings"
FIRST = {
    "name": "Ada Abara",
    "email": "ada@desk.example",
    "password": PASSWORD,
    "desk_name": "Harbor Help",
    "zone": "America/Chicago",
}


def try_to_sign_in(email: str, password: str, machine: str = "192.0.2.1") -> Person:
    return doors.sign_in(RequestFactory(REMOTE_ADDR=machine).get("/sign-in"), email, password)


def test_the_first_link_makes_the_administrator_and_names_the_desk() -> None:
    token = doors.first_administrator_link()
    assert token
    doors.become_administrator(token, **FIRST)
    assert try_to_sign_in("Ada@Desk.example ", PASSWORD).agent.is_administrator
    assert (the_desk().name, the_desk().zone) == ("Harbor Help", "America/Chicago")


def test_a_desk_with_an_administrator_makes_no_first_link(town: Town) -> None:
    assert doors.first_administrator_link() is None


def test_a_new_start_voids_the_link_of_the_last() -> None:
    old, new = doors.first_administrator_link(), doors.first_administrator_link()
    assert old
    assert new
    with pytest.raises(NotFound, match="used already, or is too old"):
        doors.open_link(old)
    assert doors.open_link(new)


def test_a_link_lets_in_once() -> None:
    token = doors.first_administrator_link() or ""
    doors.become_administrator(token, **FIRST)
    with pytest.raises(NotFound):
        doors.become_administrator(token, **{**FIRST, "email": "mallory@desk.example"})
    assert Agent.objects.count() == 1


def test_the_first_link_is_good_for_a_day() -> None:
    token = doors.first_administrator_link() or ""
    with moved_to(clock.now() + timedelta(hours=23, minutes=59)):
        assert doors.open_link(token)
    with moved_to(clock.now() + timedelta(hours=24, minutes=1)), pytest.raises(NotFound):
        doors.become_administrator(token, **FIRST)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("password", "short", "too short"),
        ("password", "ada@desk.example", "too similar"),
        ("name", " ", "Give the agent a name"),
        ("email", "ada", "is no mail address"),
        ("zone", "EST", "is no time zone"),
    ],
)
def test_what_is_refused_at_the_first_run_uses_no_link_up(
    field: str, value: str, sentence: str
) -> None:
    token = doors.first_administrator_link() or ""
    with pytest.raises(Refused, match=sentence):
        doors.become_administrator(token, **{**FIRST, field: value})
    assert not Agent.objects.exists()
    assert doors.open_link(token)


def test_an_invited_agent_chooses_name_and_password(town: Town) -> None:
    agent, token = doors.invite("ivy@desk.example", "Ivy")
    doors.accept_invitation(token, name="Ivy Ito", password=PASSWORD)
    assert try_to_sign_in("ivy@desk.example", PASSWORD) == agent.person
    assert Person.objects.get(pk=agent.pk).name == "Ivy Ito"


def test_a_new_invitation_voids_the_one_before(town: Town) -> None:
    old, new = doors.invitation_link(town.ana), doors.invitation_link(town.ana)
    with pytest.raises(NotFound):
        doors.accept_invitation(old, name="", password=PASSWORD)
    doors.accept_invitation(new, name="", password=PASSWORD)


def test_an_invitation_makes_nobody_an_administrator(town: Town) -> None:
    with pytest.raises(NotFound):
        doors.become_administrator(doors.invitation_link(town.ana), **FIRST)


def test_the_database_keeps_nothing_that_lets_one_in(town: Town) -> None:
    token = doors.invitation_link(town.ana)
    assert token not in str(list(SignInLink.objects.values()))


@pytest.mark.parametrize("email", ["olivia@northvalley.example", "nobody@desk.example", ""])
def test_only_the_team_signs_in(town: Town, email: str) -> None:
    with pytest.raises(Refused, match="don't belong together"):
        try_to_sign_in(email, PASSWORD)


def test_a_customer_with_the_right_password_is_told_no_more_than_a_stranger(town: Town) -> None:
    town.olivia.set_password(PASSWORD)
    town.olivia.save()
    with pytest.raises(Refused, match="don't belong together"):
        try_to_sign_in("olivia@northvalley.example", PASSWORD)


def test_who_has_left_the_team_does_not_come_in_and_may_be_let_back(town: Town) -> None:
    doors.accept_invitation(doors.invitation_link(town.ana), name="", password=PASSWORD)
    town.ana.refresh_from_db()
    set_access(town.ana, allowed=False, by=town.ada)
    with pytest.raises(Refused):
        try_to_sign_in("ana@desk.example", PASSWORD)
    set_access(town.ana, allowed=True, by=town.ada)
    assert try_to_sign_in("ana@desk.example", PASSWORD)


def test_after_ten_guesses_even_the_right_password_has_to_wait_a_quarter_of_an_hour(
    town: Town,
) -> None:
    doors.accept_invitation(doors.invitation_link(town.ana), name="", password=PASSWORD)
    for _ in range(10):
        with pytest.raises(Refused, match="don't belong together"):
            try_to_sign_in("ana@desk.example", "guess")
    with pytest.raises(Refused, match="Wait a quarter of an hour"):
        try_to_sign_in("ana@desk.example", PASSWORD)
    assert try_to_sign_in("ana@desk.example", PASSWORD, machine="192.0.2.2")
    with moved_to(clock.now() + timedelta(minutes=16)):
        assert try_to_sign_in("ana@desk.example", PASSWORD)


def test_coming_in_forgets_the_guesses_before(town: Town) -> None:
    doors.accept_invitation(doors.invitation_link(town.ana), name="", password=PASSWORD)
    for _ in range(2):
        for _ in range(9):
            with pytest.raises(Refused):
                try_to_sign_in("ana@desk.example", "guess")
        assert try_to_sign_in("ana@desk.example", PASSWORD)
