"""An address that a visitor leaves: only who reads the mail there confirms it; the whole goes there alone."""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.test import Client

from deskbell.chat.models import Visit
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.mail.models import OutboundMail
from deskbell.messenger.tests.conftest import Bubble, Portal
from deskbell.people.models import Person
from deskbell.tickets.models import Ticket
from deskbell.tickets.replying import hear, note, reply
from deskbell.tickets.words import Words
from tests.town import Town

TESS = "tess@northvalley.example"


def link_mailed_to(address: str) -> str:
    """The path of the newest link there."""
    mail = OutboundMail.objects.filter(to_address=address).order_by("id").last()
    assert mail is not None
    found = re.search(re.escape(settings.DESK_URL) + r"(/bubble/address/\S+)", mail.text)
    assert found
    return found[1]


def confirmed(tab: Bubble) -> bool:
    known: bool = tab.get("conversation")[1]["confirmed"]
    return known


def test_the_link_in_the_mail_confirms_it_and_opening_it_alone_does_not(bubble: Bubble) -> None:
    told = bubble.post("address", {"address": TESS})[1]
    assert told == {"address": TESS, "confirmed": False}
    path = link_mailed_to(TESS)
    assert TESS in Client().get(path).content.decode()
    assert not confirmed(bubble)
    assert Client().post(path).status_code == 200
    assert confirmed(bubble)
    bubble.post("address", {"address": TESS})  # left again, it stays confirmed
    assert confirmed(bubble) and OutboundMail.objects.count() == 1


def test_another_address_has_to_be_confirmed_anew(bubble: Bubble) -> None:
    bubble.post("address", {"address": TESS})
    path = link_mailed_to(TESS)
    bubble.post("address", {"address": "other@northvalley.example"})
    assert Client().post(path).status_code == 404
    assert not confirmed(bubble)
    Client().post(link_mailed_to("other@northvalley.example"))
    assert confirmed(bubble)


def test_a_link_that_was_changed_confirms_nothing(bubble: Bubble) -> None:
    bubble.post("address", {"address": TESS})
    path = link_mailed_to(TESS)
    assert Client().post(f"{path}x").status_code == 404
    assert not confirmed(bubble)


def test_nobody_is_flooded_with_links(bubble: Bubble) -> None:
    for name in ("a", "b") * 6:
        assert bubble.post("address", {"address": f"{name}@northvalley.example"})[0] == 200
    assert OutboundMail.objects.filter(to_address="a@northvalley.example").count() == 5


def test_the_mail_speaks_the_language_of_the_page(bubble: Bubble) -> None:
    bubble.post("address", {"address": TESS, "lang": "es"})
    assert OutboundMail.objects.get().subject == "¿Es esta su dirección?"
    assert "Sí, es mía" in Client().get(link_mailed_to(TESS)).content.decode()


def test_the_transcript_goes_to_a_confirmed_address_alone(bubble: Bubble, town: Town) -> None:
    reply(Ticket.objects.get(), Words("Which room?"), by=town.ana)
    note(Ticket.objects.get(), Words("SECRET"), by=town.ana)
    status, told = bubble.post("transcript", {})
    assert status == 422 and "Confirm your address" in told["error"]
    bubble.post("address", {"address": TESS})
    assert bubble.post("transcript", {})[0] == 422
    Client().post(link_mailed_to(TESS))
    assert bubble.post("transcript", {"lang": "es"}) == (200, {"address": TESS})
    mail = OutboundMail.objects.order_by("id").last()
    assert mail is not None and mail.to_address == TESS
    assert f"[#{Ticket.objects.get().number}]" in mail.subject
    assert mail.text.index("My screen is black") < mail.text.index("Which room?")
    assert "Ana" in mail.text and "Alvarez" not in mail.text and "SECRET" not in mail.text
    assert "Usted" in mail.text and "hora del Este" in mail.text and "Which room?" in mail.html


def test_it_is_mailed_once_in_ten_minutes(portal: Portal) -> None:
    tess = portal.tab("tess", email=TESS)
    assert tess.post("transcript", {})[0] == 422  # nothing was said yet
    tess.say("Help")
    now = clock.now()
    with moved_to(now):
        assert [tess.post("transcript", {})[0] for _ in range(2)] == [200, 422]
    with moved_to(now + timedelta(minutes=11)):
        assert tess.post("transcript", {})[0] == 200
    assert OutboundMail.objects.filter(to_address=TESS).count() == 2


def test_an_agent_sees_whether_it_is_confirmed_and_mails_the_transcript(
    bubble: Bubble, town: Town
) -> None:
    browser = Client()
    browser.force_login(town.ana.person)
    ticket = Ticket.objects.get()
    bubble.post("address", {"address": TESS})
    page = f"/tickets/{ticket.number}"
    assert "Not confirmed: it proves nothing" in browser.get(page).content.decode()
    refused = browser.post(f"/inbox/chats/{Visit.objects.get().pk}/transcript")
    assert refused.status_code == 422
    Client().post(link_mailed_to(TESS))
    assert "Not confirmed" not in browser.get(page).content.decode()
    where = f"/inbox/chats/{Visit.objects.get().pk}/transcript"
    assert [browser.post(where).status_code for _ in range(2)] == [302, 422]
    assert "My screen is black" in OutboundMail.objects.order_by("-id")[0].text


def test_an_address_from_which_someone_answered_is_not_given_up_for_another(
    bubble: Bubble,
) -> None:
    """Their words would be quoted to the next one."""
    bubble.post("address", {"address": TESS})
    hear(Ticket.objects.get(), Words("A secret"), author=Person.objects.with_address(TESS))
    status, told = bubble.post("address", {"address": "eve@evil.example"})
    assert status == 422 and "has answered here already" in told["error"]
    assert bubble.post("address", {"address": TESS})[0] == 200
