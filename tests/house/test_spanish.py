"""Every page of a customer, read once in each language: what is the same in both was left in English.

A sentence that no table knows is found by the rooms' own tests; here is what they can't see: words that a
template, a form or another room brings along.
"""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest
from django.test import Client

from deskbell.guidance.beginning import begin
from deskbell.guidance.models import Step
from deskbell.helpcenter import publishing
from deskbell.helpcenter.models import Collection, Section
from deskbell.incidents.declaring import declare
from deskbell.incidents.models import Severity
from deskbell.lib.clock import moved_to
from deskbell.monitoring.models import Component, Service
from deskbell.people.customer_links import new_link
from deskbell.people.customers import customer
from deskbell.tickets.links import link_for
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import hear, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.triage import set_impact
from deskbell.tickets.words import Words
from tests.town import Town, at

SAID_BY = {"aria-label", "alt", "title", "placeholder", "data-own"}
UNSEEN = {"script", "style"}
VOID = {
    "area",
    "br",
    "col",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
    "rect",
    "line",
    "circle",
}
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
# What somebody wrote, or is called; then what both languages write alike.
WRITTEN = re.compile(
    r"North Valley|Lincoln High|Maple Street|Olivia Ortiz|\bOO\b|Victor Voss|Eve Engström|\bAna\b|Kiosk|Xyz"
    r"|Support\b|Streaming|Applications|[\w.]+@[\w.]+"
)
ALIKE = re.compile(r"\b(Portal|Normal|No|Editor|min|Chat|UTC|name@school.org)\b")
ENGLISH = re.compile(r"\b(the|and|of|your|you|we|was|with|for|not|this|that|from|by|is)\b", re.I)
LINK = re.compile(r'href="(/(?:portal|help)[^"#]*)"')


class Reading(HTMLParser):
    """What a page says, text by text; what it marks as of another language itself is left out."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language, self.texts = language, set[str]()
        self._hidden: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        other = tag != "html" and (told.get("lang") or self.language) != self.language
        hidden = tag in UNSEEN or other or any(self._hidden[-1:])
        if tag not in VOID:
            self._hidden.append(hidden)
        if not hidden:
            for name in SAID_BY & told.keys():
                self.handle_data(told[name] or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._hidden.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._hidden:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._hidden[-1:]):
            self.texts.add(" ".join(data.split()))


@pytest.fixture
def town_in_use(town: Town) -> Town:
    """North Valley with all that its portal shows: clocks of every kind, trouble, onboarding, an article."""
    service = Service.objects.create(name="Applications")
    streaming = Component.objects.create(service=service, name="Streaming", key="streaming")
    with moved_to(at("2026-11-02 09:00")):
        begin(
            town.north_valley,
            starts_on=date(2026, 11, 2),
            goes_live_on=date(2026, 12, 7),
            lead=town.eve,
            by=town.ana,
        )
    with moved_to(at("2026-11-10 09:00")):
        late = open_for_customer("Kiosk", Words("Xyz"), requester=town.olivia)
    with moved_to(at("2026-11-12 09:00")):
        reply(late, Words("Xyz"), by=town.ana)
        set_state(late, "pending", by=town.ana)
        hear(late, Words("Xyz"), author=town.olivia)
        set_impact(late, "urgent", by=town.ana)
    with moved_to(at("2026-11-12 10:00")):
        for state in ("open", "waiting", "solved"):
            ticket = open_for_customer("Kiosk", Words("Xyz"), requester=town.olivia)
            reply(ticket, Words("Xyz"), by=town.ana)
            set_state(ticket, state, by=town.ana)
        declare("Xyz", severity=Severity.MAJOR, by=town.ana, components={streaming: "major_outage"})
    section = Section.objects.create(
        collection=Collection.objects.create(titles={"en": "Kiosk"}), titles={"en": "Kiosk"}
    )
    edition = publishing.begin(section, language="en", title="Kiosk", body="Xyz", by=town.ana)
    publishing.publish(edition, by=None)
    return town


@pytest.fixture
def readers(town_in_use: Town) -> tuple[Client, Client]:
    """The browser of an owner who reads English, and the one of the same owner who reads Spanish."""
    who = customer(town_in_use.olivia)
    assert who
    english, spanish = Client(), Client(headers={"accept-language": "es-US"})
    for browser, language in ((english, "en"), (spanish, "es")):
        browser.post(f"/portal/enter/{new_link(who)}")
        browser.post("/portal/language", {"language": language})
    return english, spanish


def left_in(english: str, spanish: str) -> set[str]:
    """What of the chrome both say alike, and what of the Spanish has an English word in it."""
    texts = []
    for page, language in ((english, "en"), (spanish, "es")):
        reading = Reading(language)
        reading.feed(page)
        assert reading.texts
        texts.append({WRITTEN.sub("", text) for text in reading.texts})
    alike = {text for text in texts[0] & texts[1] if WORD.search(ALIKE.sub("", text))}
    return alike | {text for text in texts[1] if ENGLISH.search(text)}


def in_spanish(path: str) -> str:
    return path if "/help/es" in path else path.replace("/help", "/help/es", 1)


def test_no_page_that_a_customer_reaches_is_left_in_english(
    town_in_use: Town, readers: tuple[Client, Client]
) -> None:
    """From link to link through portal and help center, the page behind a receipt, and what is not there."""
    english, spanish = readers
    ticket = Ticket.objects.filter(requester=town_in_use.olivia).first()
    assert ticket
    receipt = "/your/" + link_for(ticket, town_in_use.olivia).rpartition("/your/")[2]
    ahead = ["/portal", "/portal/new", "/help", "/help/promise", "/help/search?q=zzz", receipt]
    ahead += [
        "/portal/requests/999",
        "/portal/enter/used",
        "/portal/sign-in",
        "/help/nowhere",
        "/your/used",
    ]
    seen, left = set[str](), dict[str, set[str]]()
    with moved_to(at("2026-11-12 11:00")):
        while ahead:
            path = ahead.pop()
            seen.add(path)
            pages = english.get(path, follow=True), spanish.get(in_spanish(path), follow=True)
            if not all("text/html" in page["Content-Type"] for page in pages):
                continue  # a table, a picture
            if found := left_in(*(page.content.decode() for page in pages)):
                left[path] = found
            links = map(unescape, LINK.findall(pages[0].content.decode()))
            ahead += {link for link in links if "/es" not in link} - seen - set(ahead)
    assert left == {}
    assert len(seen) > 40
    for needed in ("/portal/people", "/portal/figures", "/portal/onboarding", "/portal/status"):
        assert needed in seen


REFUSED = [
    ("/portal/sign-in", {"email": "nobody"}),
    ("/portal/new", {"subject": " ", "text": ""}),
    ("/portal/new", {"subject": "Kiosk", "text": "Xyz", "usable": "?"}),
    ("/portal/requests/1/replies", {"text": " "}),
    ("/portal/requests/1/contests", {"impact": "urgent", "why": ""}),
    ("/portal/requests/1/contests", {"impact": "?", "why": "Xyz"}),
    ("/portal/people", {"email": "nobody", "name": "", "role": "viewer", "where": "x"}),
    ("/portal/people", {"email": "a@b.example", "name": "Xyz", "role": "?", "where": "x"}),
    ("/portal/onboarding/1/steps/1/question", {"subject": "", "text": ""}),
]


@pytest.mark.parametrize(("path", "form"), REFUSED)
def test_no_refusal_is_left_in_english(
    town_in_use: Town, readers: tuple[Client, Client], path: str, form: dict[str, str]
) -> None:
    ticket = Ticket.objects.filter(requester=town_in_use.olivia).earliest("number")
    step = Step.objects.earliest("pk")
    path = path.replace("requests/1", f"requests/{ticket.number}")
    path = path.replace("onboarding/1/steps/1", f"onboarding/{step.onboarding_id}/steps/{step.pk}")
    english, spanish = (browser.post(path, form) for browser in readers)
    assert english.status_code == spanish.status_code == 422
    assert left_in(english.content.decode(), spanish.content.decode()) == set()
