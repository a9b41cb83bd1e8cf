"""A portal says who its visitors are: what they then see is theirs, and the next one's is not."""

from __future__ import annotations

import time
from datetime import timedelta

import jwt
import pytest
from django.test import Client

from deskbell.chat.models import Identity, Session, Visitor
from deskbell.chat.sites.models import Site
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.messenger.tests.conftest import PORTAL, Bubble, Portal
from deskbell.realtime import topics
from deskbell.tickets.models import Ticket
from tests.town import Town

ELSEWHERE = "https://elsewhere.example"


def test_the_next_pupil_sees_nothing_of_the_last_one(portal: Portal) -> None:
    mia = portal.tab("mia", name="Mia Moss")
    mia.say("My password does not work")
    max_ = portal.tab("max", name="Max Moor")
    told = max_.get("conversation")[1]
    assert (told["messages"], told["you"], told["proved"]) == ([], "Max Moor", True)
    assert portal.tab("mia").texts() == ["My password does not work"]


def test_signing_out_ends_the_session_for_whoever_holds_its_token(portal: Portal) -> None:
    mia, other_device = portal.tab(), portal.tab()
    mia.say("My password does not work")
    assert mia.post("sessions/end", {})[0] == 200
    assert mia.get("conversation")[0] == 401
    assert mia.post("sessions/end", {})[0] == 200
    assert other_device.texts() == ["My password does not work"]


def test_a_proved_session_ends_after_half_a_day_though_the_tab_stays(portal: Portal) -> None:
    mia = portal.tab()
    for hours in (5, 11):
        with moved_to(clock.now() + timedelta(hours=hours)):
            assert mia.get("conversation")[0] == 200
    with moved_to(clock.now() + timedelta(hours=13)):
        assert mia.get("conversation")[0] == 401


def test_who_is_signed_in_is_not_remembered_on_a_device(portal: Portal) -> None:
    assert portal.tab().post("sessions/memory", {"remembered": "yes"})[0] == 422
    assert not Session.objects.filter(remembered=True).exists()


def test_who_is_not_signed_in_may_ask_to_be_remembered(bubble: Bubble) -> None:
    assert bubble.post("sessions/memory", {"remembered": "yes"}) == (200, {"remembered": True})
    assert Session.objects.get().remembered
    bubble.post("sessions/memory", {"remembered": "no"})
    assert not Session.objects.get().remembered


def test_a_forged_identity_is_refused_kindly_and_makes_nothing(portal: Portal) -> None:
    forged = jwt.encode({"sub": "mia", "exp": int(time.time()) + 600}, "x" * 43, algorithm="HS256")
    bubble = Bubble(Client(headers={"Origin": PORTAL}))
    for token in (forged, "x", portal.token()[:-2] + "xx"):
        status, told = bubble.post("sessions", {"identity": token})
        assert (status, told["expired"]) == (403, False)
        assert "confirm who you are" in told["error"]
    assert not Visitor.objects.exists() and not Identity.objects.exists()


def test_an_expired_identity_says_so_to_the_bubble(portal: Portal) -> None:
    bubble = Bubble(Client(headers={"Origin": PORTAL}))
    status, told = bubble.post("sessions", {"identity": portal.token(exp=1)})
    assert (status, told["expired"]) == (403, True)


def test_a_token_of_the_portal_is_nothing_on_another_page(portal: Portal) -> None:
    Site.objects.create(name="Elsewhere", origins=[ELSEWHERE])
    bubble = Bubble(Client(headers={"Origin": ELSEWHERE}))
    assert bubble.post("sessions", {"identity": portal.token()})[0] == 403


def test_the_pass_for_the_stream_is_for_that_page_alone(portal: Portal) -> None:
    given = topics.read(portal.tab().get("conversation")[1]["topics"])
    assert given.origin == PORTAL


@pytest.mark.parametrize(
    "path", ["welcome", "conversation", "sessions", "sessions/end", "messages", "presence"]
)
def test_a_page_that_is_not_of_a_site_gets_no_answer(portal: Portal, path: str) -> None:
    mia = portal.tab()
    said = {"Origin": "https://evil.example"}
    ask = mia.get if path in {"welcome", "conversation"} else lambda p, **h: mia.post(p, {}, **h)
    status, told = ask(path, **said)
    assert status == 403
    assert "messages" not in told


def test_trouble_of_the_proved_district_is_told_before_anything_is_typed(
    portal: Portal, town: Town
) -> None:
    mia = portal.tab(district="North Valley")
    given = topics.read(mia.get("conversation")[1]["topics"])
    assert f"trouble:{town.north_valley.pk}" in given.topics


def test_an_agent_sees_who_is_verified(portal: Portal, town: Town) -> None:
    portal.tab(name="Mia Moss", role="student", school="Lincoln High").say("Help")
    Bubble(Client()).begin().say("Me too")
    pages = {}
    for ticket in Ticket.objects.all():
        browser = Client()
        browser.force_login(town.ana.person)
        pages[ticket.subject] = browser.get(f"/tickets/{ticket.number}").content.decode()
    assert "Verified by Customer portal" in pages["Help"]
    assert "student, Lincoln High" in pages["Help"]
    assert "Verified" not in pages["Me too"]


def test_answers_to_a_verified_address_need_no_other(portal: Portal, town: Town) -> None:
    tess = portal.tab("tess", email="tess@northvalley.example")
    tess.say("Help")
    assert tess.get("conversation")[1]["address"] == "tess@northvalley.example"
    status, told = tess.post("address", {"address": "other@northvalley.example"})
    assert status == 422 and "tess@northvalley.example" in told["error"]
    assert Ticket.objects.get().requester == town.tess
