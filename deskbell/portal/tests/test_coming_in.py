"""Coming in: a link by mail, used once, that opens the portal and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.mail.models import OutboundMail
from deskbell.people import customer_links
from deskbell.people.customer_links import new_link
from deskbell.people.customers import customer
from deskbell.people.models import Agent, Contact, Person, SignInLink
from deskbell.people.sign_in import invitation_link
from deskbell.portal import coming_in, link_mails
from deskbell.portal.tests.conftest import ClientOf
from tests.town import Town

ASK = "/portal/sign-in"


@pytest.fixture(autouse=True)
def jobs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's part happens at once."""
    monkeypatch.setattr(coming_in, "soon", lambda _, **given: link_mails.send(**given))


def link_in(mail: OutboundMail) -> str:
    found = re.search(r"/portal/enter/\S+", mail.text)
    assert found
    return found[0]


def test_a_customer_comes_in_by_the_link_in_the_mail_and_only_once(town: Town) -> None:
    browser = Client()
    browser.post(ASK, {"email": " Olivia@NorthValley.example "})
    mail = OutboundMail.objects.get()
    assert mail.recipient == "olivia@northvalley.example"
    path = link_in(mail)
    assert "Welcome, Olivia Ortiz" in browser.get(path).content.decode()
    assert browser.post(path).headers["Location"] == "/portal"
    assert browser.get("/portal").status_code == 200
    again = Client().post(path)
    assert again.status_code == 404 and "used already" in again.content.decode()


def test_looking_at_the_link_uses_nothing_up(town: Town) -> None:
    who = customer(town.sam)
    assert who
    path = f"/portal/enter/{new_link(who)}"
    scanner = Client()
    assert scanner.get(path).status_code == 200 and scanner.head(path).status_code == 200
    assert scanner.get("/portal").status_code == 302
    assert Client().post(path).status_code == 302


def test_a_link_leads_to_the_page_that_was_asked_for_and_never_elsewhere(town: Town) -> None:
    browser = Client()
    asked = browser.get("/portal?show=solved")
    assert asked.headers["Location"] == "/portal/sign-in?next=%2Fportal%3Fshow%3Dsolved"
    browser.post(ASK, {"email": "sam@southridge.example", "next": "/portal?show=solved"})
    path = link_in(OutboundMail.objects.get())
    token, _, query = path.partition("?")
    assert "next=%2Fportal%3Fshow%3Dsolved" in query
    led = browser.post(token, {"next": "/portal?show=solved"})
    assert led.headers["Location"] == "/portal?show=solved"
    for bad in ("https://evil.example/portal/", "//evil.example", "/tickets/1", "/portalx"):
        who = customer(town.sam)
        assert who
        led = Client().post(f"/portal/enter/{new_link(who)}", {"next": bad})
        assert led.headers["Location"] == "/portal", bad


@pytest.mark.parametrize(
    "address",
    [
        "olivia@northvalley.example",
        "new.teacher@northvalley.example",  # of a district, though we have never met
        "nobody@elsewhere.example",
        "ana@desk.example",  # of the team
    ],
)
def test_every_address_gets_the_same_answer(town: Town, address: str) -> None:
    browser = Client()
    page = browser.post(ASK, {"email": address}).content.decode()
    of_another = Client().post(ASK, {"email": "x@y.example"}).content.decode()
    assert re.sub(r'value="[^"]{64}"', "", page).replace(address, "x@y.example") == re.sub(
        r'value="[^"]{64}"', "", of_another
    )


def test_only_customers_are_written_to(town: Town) -> None:
    gone = Person.objects.with_address("gone@northvalley.example")
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    for address in ("nobody@elsewhere.example", "ana@desk.example", "gone@northvalley.example"):
        Client().post(ASK, {"email": address})
    assert not OutboundMail.objects.exists()
    assert not Person.objects.filter(email="nobody@elsewhere.example").exists()
    Client().post(ASK, {"email": "new@northvalley.example"})
    assert OutboundMail.objects.get().recipient == "new@northvalley.example"


def test_what_is_no_address_is_said_at_once(town: Town) -> None:
    for wrong in ("olivia", "a@b@c.example", "", "x" * 400):
        answer = Client().post(ASK, {"email": wrong})
        assert answer.status_code == 422
        assert "That is no mail address" in answer.content.decode()


def test_an_address_is_not_written_to_in_storms_and_hears_the_same(town: Town) -> None:
    for _ in range(customer_links.OF_AN_ADDRESS + 2):
        assert Client().post(ASK, {"email": "sam@southridge.example"}).status_code == 200
    assert OutboundMail.objects.count() == customer_links.OF_AN_ADDRESS
    with moved_to(clock.now() + timedelta(hours=2)):
        Client().post(ASK, {"email": "sam@southridge.example"})
    assert OutboundMail.objects.count() == customer_links.OF_AN_ADDRESS + 1


def test_a_network_that_asks_for_everyone_has_to_wait(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customer_links, "OF_A_NETWORK", 2)
    got = [Client().post(ASK, {"email": f"t{n}@northvalley.example"}) for n in range(3)]
    assert [each.status_code for each in got] == [200, 200, 422]
    assert "Too many links" in got[2].content.decode()


def test_a_link_is_too_old_after_half_an_hour(town: Town) -> None:
    who = customer(town.sam)
    assert who
    path = f"/portal/enter/{new_link(who)}"
    with moved_to(clock.now() + timedelta(minutes=31)):
        assert Client().post(path).status_code == 404


def test_a_link_opens_its_own_door_alone(town: Town) -> None:
    who = customer(town.sam)
    assert who
    token = new_link(who)
    assert Client().get(f"/welcome/{token}").status_code == 404
    assert Client().post(f"/welcome/{token}", {"password": "long enough 99"}).status_code == 404
    assert Client().post(f"/portal/enter/{invitation_link(town.ana)}").status_code == 404
    town.sam.refresh_from_db()
    assert not town.sam.has_usable_password() or not town.sam.password


def test_a_customers_session_never_opens_the_desk_and_an_agents_never_the_portal(
    town: Town, portal_of: ClientOf
) -> None:
    customers = portal_of(town.olivia)
    for page in ("/inbox", "/districts", "/tickets/1", "/team"):
        assert customers.get(page).headers["Location"].startswith("/sign-in")
    agents = Client()
    agents.force_login(town.ada.person)
    assert agents.get("/portal").headers["Location"].startswith("/portal/sign-in")


def test_who_joins_the_team_or_leaves_is_out_at_once(town: Town, portal_of: ClientOf) -> None:
    browser = portal_of(town.sam)
    assert browser.get("/portal").status_code == 200
    Agent.objects.create(person=town.sam)
    assert browser.get("/portal").status_code == 302
    assert browser.get("/inbox").status_code == 302
    other = portal_of(town.olivia)
    Person.objects.filter(pk=town.olivia.pk).update(is_active=False)
    assert other.get("/portal").status_code == 302


def test_signing_out_ends_it_here_and_leaves_the_agents_session(
    town: Town, portal_of: ClientOf
) -> None:
    browser = portal_of(town.sam)
    browser.post("/portal/sign-out")
    assert browser.get("/portal").status_code == 302


def test_the_session_has_a_new_key_so_that_a_planted_one_is_worth_nothing(town: Town) -> None:
    browser = Client()
    browser.force_login(town.ana.person)  # any session that was there before
    before = browser.cookies["sessionid"].value
    who = customer(town.sam)
    assert who
    browser.post(f"/portal/enter/{new_link(who)}")
    assert browser.cookies["sessionid"].value != before


def test_the_mail_and_the_pages_speak_the_browsers_language_or_the_chosen_one(town: Town) -> None:
    browser = Client(headers={"accept-language": "fr;q=1, es-MX;q=0.9, en;q=0.5"})
    assert "Envíenme el enlace" in browser.get(ASK).content.decode()
    browser.post(ASK, {"email": "sam@southridge.example"})
    mail = OutboundMail.objects.get()
    assert mail.subject.startswith("Su enlace a") and "Sirve una sola vez" in mail.text
    browser.post("/portal/language", {"language": "en", "next": ASK})
    assert "Send me the link" in browser.get(ASK).content.decode()
    browser.post("/portal/language", {"language": "tlh"})
    assert "Send me the link" in browser.get(ASK).content.decode()


def test_no_cache_keeps_a_page_of_the_portal(town: Town, portal_of: ClientOf) -> None:
    for answer in (portal_of(town.sam).get("/portal"), Client().get(ASK), Client().get("/portal")):
        assert answer["Cache-Control"] == "no-store" and "noindex" in answer["X-Robots-Tag"]


def test_a_used_link_takes_the_unused_ones_along(town: Town) -> None:
    who = customer(town.sam)
    assert who
    first, second = new_link(who), new_link(who)
    assert Client().post(f"/portal/enter/{second}").status_code == 302
    assert Client().post(f"/portal/enter/{first}").status_code == 404
    assert SignInLink.objects.filter(used_at=None).count() == 0


def test_a_new_place_shows_what_is_theirs_alone() -> None:
    assert Contact().role == Contact.Role.MEMBER
