"""Every address of the agents' screens × every role: what each of them gets. A new one needs a row."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern

from deskbell.inbox import urls as inbox_urls
from deskbell.inbox.tests.conftest import ClientOf
from deskbell.lib import files
from deskbell.people import sign_in
from deskbell.people import urls as people_urls
from deskbell.people.models import Person, Team
from deskbell.people.providers.models import Provider
from deskbell.tickets.models import Attachment, Ticket
from tests.town import Town

ASKED_TO_SIGN_IN, NOT_ALLOWED, ONLY_POST = 302, 403, 405


@dataclass(frozen=True)
class Door:
    """One address and method: the status for a stranger, a contact, an agent, an administrator."""

    name: str
    method: str
    stranger: int
    contact: int
    agent: int
    administrator: int


TEAM = (ASKED_TO_SIGN_IN, NOT_ALLOWED)
DOORS = [
    Door("home", "get", *TEAM, 302, 302),
    Door("inbox", "get", *TEAM, 200, 200),
    Door("inbox-rows", "get", *TEAM, 200, 200),
    Door("inbox-counts", "get", *TEAM, 200, 200),
    Door("inbox-completions", "get", *TEAM, 200, 200),
    Door("inbox-palette", "get", *TEAM, 200, 200),
    Door("saved-views", "post", *TEAM, 422, 422),  # without a name
    Door("saved-view-removal", "post", *TEAM, 404, 404),
    Door("bulk", "post", *TEAM, 422, 422),  # what, and with which?
    Door("bulk-progress", "get", *TEAM, 404, 404),
    Door("bulk-undo", "post", *TEAM, 404, 404),
    Door("events", "post", *TEAM, 204, 204),
    Door("inbox-live", "get", *TEAM, 200, 200),
    Door("macros", "get", *TEAM, 200, 200),
    Door("macros", "post", *TEAM, 422, 422),  # without a name
    Door("macro-preview", "post", *TEAM, 200, 200),
    Door("macro", "get", *TEAM, 404, 404),
    Door("macro", "post", *TEAM, 404, 404),
    Door("macro-removal", "post", *TEAM, 404, 404),
    Door("macro-return", "post", *TEAM, 404, 404),
    Door("fields", "get", *TEAM, NOT_ALLOWED, 200),
    Door("fields", "post", *TEAM, NOT_ALLOWED, 422),  # without a name
    Door("field", "get", *TEAM, NOT_ALLOWED, 404),
    Door("field", "post", *TEAM, NOT_ALLOWED, 404),
    Door("field-place", "post", *TEAM, NOT_ALLOWED, 404),
    Door("field-archive", "post", *TEAM, NOT_ALLOWED, 404),
    Door("field-return", "post", *TEAM, NOT_ALLOWED, 404),
    Door("ticket-field", "post", *TEAM, 404, 404),  # which field?
    Door("insertions", "get", *TEAM, 200, 200),
    Door("preview-of-words", "post", *TEAM, 200, 200),
    Door("filled-macro", "get", *TEAM, 404, 404),
    Door("notices-device", "get", *TEAM, 200, 200),
    Door("notices-device", "post", *TEAM, 302, 302),
    Door("devices", "post", *TEAM, 422, 422),  # in which browser?
    Door("device", "post", *TEAM, 404, 404),
    Door("device-test", "post", *TEAM, 404, 404),
    Door("device-removal", "post", *TEAM, 404, 404),
    Door("device-return", "post", *TEAM, 404, 404),
    Door("notices-live", "get", *TEAM, 200, 200),
    Door("chats", "get", *TEAM, 200, 200),
    Door("chats-live", "get", *TEAM, 200, 200),
    Door("chats-mine", "get", *TEAM, 200, 200),
    Door("chats-taking", "post", *TEAM, 302, 302),
    Door("chats-presence", "post", *TEAM, 204, 204),
    Door("chat-rules", "get", *TEAM, 200, 200),
    Door("chat-rules-change", "post", *TEAM, NOT_ALLOWED, 422),
    Door("chat-acceptance", "post", *TEAM, 404, 404),
    Door("chat-handover", "post", *TEAM, 404, 404),
    Door("chat-ticket", "post", *TEAM, 404, 404),
    Door("chat-transcript", "post", *TEAM, 404, 404),
    Door("ticket", "get", *TEAM, 200, 200),
    Door("clocks", "get", *TEAM, 200, 200),
    Door("clocks-pdf", "get", *TEAM, 200, 200),
    Door("clock", "get", *TEAM, 200, 200),
    Door("clock-pdf", "get", *TEAM, 200, 200),
    Door("clock-png", "get", *TEAM, 200, 200),
    Door("ticket-live", "get", *TEAM, 200, 200),
    Door("attachment", "get", *TEAM, 200, 200),
    Door("replies", "post", *TEAM, 422, 422),
    Door("undo", "post", *TEAM, 404, 404),
    Door("notes", "post", *TEAM, 422, 422),
    Door("beside", "get", *TEAM, 200, 200),
    Door("draft-files", "get", *TEAM, 200, 200),
    Door("draft-files", "post", *TEAM, 422, 422),  # which file?
    Door("draft-file-removal", "post", *TEAM, 404, 404),
    Door("opened-attachment", "get", *TEAM, 200, 200),
    Door("draft", "post", *TEAM, 422, 422),  # of what kind?
    Door("ticket-presence", "post", *TEAM, 204, 204),
    Door("tags", "post", *TEAM, 422, 422),
    Door("tag-removal", "post", *TEAM, 422, 422),
    Door("snooze", "post", *TEAM, 422, 422),  # until when?
    Door("waking", "post", *TEAM, 302, 302),
    Door("spam", "post", *TEAM, 302, 302),
    Door("deletion", "post", *TEAM, NOT_ALLOWED, 302),
    Door("return", "post", *TEAM, 302, 302),
    Door("sender", "post", *TEAM, 302, 302),
    Door("impact", "post", *TEAM, 422, 422),
    Door("contest", "post", *TEAM, 422, 422),  # without a reason
    Door("reach", "post", *TEAM, 302, 302),
    Door("state", "post", *TEAM, 422, 422),
    Door("assignment", "post", *TEAM, 302, 302),
    Door("escalation", "get", *TEAM, 200, 200),
    Door("escalation", "post", *TEAM, 404, 404),  # to whom?
    Door("escalation-taking", "post", *TEAM, 422, 422),  # nobody is asked
    Door("escalation-return", "post", *TEAM, 422, 422),
    Door("billing", "get", *TEAM, 200, 200),
    Door("billing", "post", *TEAM, 404, 404),  # from which message?
    Door("link-revocation", "post", *TEAM, 302, 302),
    Door("ticket-team", "post", *TEAM, 404, 404),
    Door("formatted", "get", *TEAM, 200, 200),
    Door("message-translation", "post", *TEAM, 422, 422),  # by which service?
    Door("answer-translation", "post", *TEAM, 422, 422),
    Door("picture", "get", *TEAM, 404, 404),  # it is no picture by its bytes
    Door("followers", "post", *TEAM, 422, 422),
    Door("follower", "post", *TEAM, 302, 302),
    Door("merge", "post", *TEAM, 404, 404),
    Door("split", "post", *TEAM, 404, 404),
    Door("putting-back", "post", *TEAM, 422, 422),
    Door("unmerge", "post", *TEAM, 422, 422),
    Door("ticket-place", "post", *TEAM, 404, 404),  # in which incident?
    Door("welcome", "get", 200, 200, 200, 200),
    Door("sign-in", "get", 200, 200, 200, 200),
    Door("sign-out", "post", 302, 302, 302, 302),
    Door("team", "get", *TEAM, 200, 200),
    Door("team", "post", *TEAM, NOT_ALLOWED, 422),
    Door("agent-access", "post", *TEAM, NOT_ALLOWED, 302),
    Door("agent-invitation", "post", *TEAM, NOT_ALLOWED, 200),
    Door("agent-portrait-removal", "post", *TEAM, NOT_ALLOWED, 302),
    Door("own-portrait", "get", *TEAM, 200, 200),
    Door("own-portrait", "post", *TEAM, 422, 422),  # which?
    Door("own-portrait-removal", "post", *TEAM, 302, 302),
    Door("portrait", "get", 404, 404, 404, 404),  # public, and there is none by this key
    Door("portrait-undo", "post", *TEAM, 404, 404),
    Door("team-lead", "post", *TEAM, NOT_ALLOWED, 302),
    Door("team-tier", "post", *TEAM, NOT_ALLOWED, 422),
    Door("districts", "get", *TEAM, 200, 200),
    Door("districts", "post", *TEAM, NOT_ALLOWED, 422),
    Door("district-people", "get", *TEAM, 200, 200),
    Door("district-people", "post", *TEAM, NOT_ALLOWED, 422),
    Door("district-people-removal", "post", *TEAM, NOT_ALLOWED, 404),
    Door("district-people-undo", "post", *TEAM, NOT_ALLOWED, 404),
    Door("providers", "get", *TEAM, NOT_ALLOWED, 200),
    Door("providers", "post", *TEAM, NOT_ALLOWED, 422),  # which one?
    Door("provider", "get", *TEAM, NOT_ALLOWED, 200),
    Door("provider", "post", *TEAM, NOT_ALLOWED, 422),  # without a name
    Door("provider-switch", "post", *TEAM, NOT_ALLOWED, 302),
    Door("provider-removal", "post", *TEAM, NOT_ALLOWED, 302),
    Door("provider-account-removal", "post", *TEAM, NOT_ALLOWED, 404),
    Door("notices", "get", *TEAM, 200, 200),
    Door("notices", "post", *TEAM, 302, 302),
]
CHANGING = [door for door in DOORS if door.method == "post"]


def patterns() -> dict[str, URLPattern]:
    return {str(each.name): each for each in [*people_urls.urlpatterns, *inbox_urls.urlpatterns]}


@pytest.fixture
def address(ticket: Ticket, town: Town) -> dict[str, str]:
    """Where each door is, with something behind it."""
    file = Attachment.objects.create(
        message=ticket.messages.get(), name="a", media_type="x/y", size=1, sha256=files.keep(b"a")
    )
    found = {
        name: "/" + str(each.pattern).replace("<int:number>", str(ticket.number))
        for name, each in patterns().items()
    }
    for name in ("clock", "clock-pdf", "clock-png"):
        path = found[name].replace("<str:metric>", "first_reply")
        found[name] = path.replace("<int:ordinal>", "1")
    found["attachment"] = found["attachment"].replace("<int:pk>", str(file.pk))
    provider = Provider.objects.create(
        kind=Provider.Kind.GOOGLE, name="Google", issuer="https://g.example"
    )
    support = Team.objects.get(name="Support")
    for name in ("team-lead", "team-tier"):
        found[name] = found[name].replace("<int:pk>", str(support.pk))
    for name, pk in (
        ("attachment", file.pk),
        ("picture", file.pk),
        ("opened-attachment", file.pk),
        ("formatted", file.message_id),
        ("message-translation", file.message_id),
        ("district-people", town.south_ridge.pk),
        ("district-people-removal", town.south_ridge.pk),
        ("district-people-undo", town.south_ridge.pk),
        ("provider", provider.pk),
        ("provider-switch", provider.pk),
        ("provider-removal", provider.pk),
        ("provider-account-removal", provider.pk),
    ):
        found[name] = found[name].replace("<int:pk>", str(pk))
    token = sign_in.invitation_link(town.ben)
    return {
        name: path.replace("<int:pk>", str(town.ben.pk))
        .replace("<str:token>", token)
        .replace("<str:key>", "nothing")
        .replace("<int:incident>", "1000000")
        .replace("<int:place>", "1000000")
        .replace("<int:change>", "1000000")
        .replace("<slug:key>", "nobody-s")
        .replace("<int:account>", "1000000")
        for name, path in found.items()
    }


def test_every_address_has_a_row() -> None:
    assert set(patterns()) == {door.name for door in DOORS}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.name}")
def test_each_role_gets_what_its_row_says(
    door: Door, address: dict[str, str], town: Town, client_of: ClientOf
) -> None:
    roles: dict[str, Person | None] = {
        "stranger": None,
        "contact": town.olivia,
        "agent": town.ana.person,
        "administrator": town.ada.person,
    }
    got = {}
    for role, person in roles.items():
        answer = getattr(client_of(person), door.method)(address[door.name])
        got[role] = answer.status_code
        if answer.streaming:
            assert b"".join(answer) == b"a"
    assert got == {role: getattr(door, role) for role in roles}


@pytest.mark.parametrize("door", CHANGING, ids=lambda door: door.name)
def test_nothing_changes_by_a_form_of_another_site(
    door: Door, address: dict[str, str], town: Town
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(town.ada.person)
    answer = browser.post(address[door.name], {"text": "hello"})
    assert answer.status_code == 403
    assert "This page has expired" in answer.content.decode()


SHOWN_TOO = {
    "notices-device",
    "escalation",
    "billing",
    "team",
    "districts",
    "district-people",
    "own-portrait",
    "providers",
    "provider",
    "notices",
    "macros",
    "macro",
    "fields",
    "field",
    "draft-files",
}


@pytest.mark.parametrize("name", [door.name for door in CHANGING if door.name not in SHOWN_TOO])
def test_nothing_changes_by_following_a_link(
    name: str, address: dict[str, str], town: Town, client_of: ClientOf
) -> None:
    assert client_of(town.ada.person).get(address[name]).status_code == ONLY_POST


def test_an_agent_who_has_left_is_a_stranger_at_once(town: Town, client_of: ClientOf) -> None:
    browser = client_of(town.ana.person)
    assert browser.get("/inbox").status_code == 200
    client_of(town.ada.person).post(f"/team/{town.ana.pk}/access", {"allowed": "no"})
    assert browser.get("/inbox").status_code == ASKED_TO_SIGN_IN


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(onward: str, town: Town) -> None:
    town.ana.person.set_password("a brass bell rings")
    town.ana.person.save()
    form = {"email": "ana@desk.example", "password": "a brass bell rings", "next": onward}
    assert Client().post("/sign-in", form)["Location"] == "/"


def test_signing_in_leads_to_the_page_that_was_asked_for(town: Town) -> None:
    town.ana.person.set_password("a brass bell rings")
    town.ana.person.save()
    asked = Client().get("/tickets/7")["Location"]
    assert asked == "/sign-in?next=/tickets/7"
    form = {"email": "ana@desk.example", "password": "a brass bell rings", "next": "/tickets/7"}
    assert Client().post(asked, form)["Location"] == "/tickets/7"
