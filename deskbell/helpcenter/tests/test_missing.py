"""What is missing: searched in vain, left sad, and answered by hand; a draft from a ticket."""

from __future__ import annotations

from datetime import timedelta

from deskbell.helpcenter import asked, feedback, missing
from deskbell.helpcenter.models import Edition, Search, Section
from deskbell.helpcenter.tests.conftest import BrowserOf, Publish
from deskbell.lib import clock
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.replying import note, reply
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town


def test_gaps_come_by_the_tickets_they_cost(publish: Publish, town: Town) -> None:
    for _ in range(3):
        open_for_customer("The webcam is not found", Words("x"), requester=town.tess)
    asked.note("webcam", "en", 0)
    for _ in range(5):
        asked.note("parent portal", "en", 0)
    asked.note("password", "en", 4)  # found
    edition = publish("Print")
    for number in range(4):
        feedback.tell(edition, "sad", "Which menu?" if number == 3 else "", asker=str(number))
    found = [(each.kind, each.title, each.weight) for each in missing.gaps()]
    assert found == [
        ("search", "webcam", 3),
        ("article", "Print", 2),
        ("search", "parent portal", 2),
    ]
    first, second, _ = missing.gaps()
    assert first.ticket_count == 3 and second.said == ["Which menu?"]


def test_what_is_settled_goes_until_it_comes_again(
    publish: Publish, town: Town, browser_of: BrowserOf
) -> None:
    edition = publish("Print")
    feedback.tell(edition, "sad", asker="x")
    asked.note("webcam", "en", 0)
    ana = browser_of(town.ana)
    assert "webcam" in ana.get("/articles/missing").content.decode()
    ana.post("/articles/missing", {"words": "webcam", "language": "en"})
    ana.post("/articles/missing", {"article": str(edition.article_id)})
    assert missing.gaps() == []
    feedback.tell(edition, "sad", asker="y")
    with clock.moved_to(clock.now() + timedelta(days=1)):
        asked.note("webcam", "en", 0)
        assert {each.title for each in missing.gaps()} == {"webcam", "Print"}


def test_a_draft_from_a_ticket_has_nothing_internal(
    section: Section, town: Town, browser_of: BrowserOf
) -> None:
    ticket = open_for_customer("Webcam", Words("It is dark."), requester=town.tess)
    note(ticket, Words("He always says that."), by=town.ben)
    reply(ticket, Words("Allow it beside the address."), by=town.ana)
    ana = browser_of(town.ana)
    assert "Begin an article" not in ana.get(f"/tickets/{ticket.number}").text
    set_state(ticket, "solved", by=town.ana)
    assert "Begin an article" in ana.get(f"/tickets/{ticket.number}").text
    ana.post(f"/tickets/{ticket.number}/article")
    edition = Edition.objects.get()
    assert edition.draft is not None and edition.draft.title == "Webcam"
    body = edition.draft.body
    assert "It is dark." in body and "Allow it beside the address." in body
    assert "always says" not in body and "Tess" not in body
    assert edition.article.began_with == ticket and not edition.is_published


def test_old_searches_are_forgotten(town: Town) -> None:
    asked.note("webcam", "en", 0)
    Search.objects.update(day=(clock.now() - timedelta(days=181)).date())
    asked.note("print", "en", 1)
    assert asked.trim() == 1 and Search.objects.get().words == "print"
