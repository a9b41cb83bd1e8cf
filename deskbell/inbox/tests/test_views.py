"""The lists: those of the desk, those that people keep, and how many tickets stand in each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from deskbell.inbox.finding import asking, lists
from deskbell.inbox.models import SavedView
from deskbell.inbox.tests.conftest import ClientOf
from deskbell.lib import clock
from deskbell.lib.errors import NotFound, Refused
from deskbell.people.models import Team
from deskbell.tickets.assigning import assign
from deskbell.tickets.models import State, Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.solving import set_state
from deskbell.tickets.words import Words
from tests.town import Town


def write(town: Town, subject: str) -> Ticket:
    return open_for_customer(subject, Words("Please help"), requester=town.tess)


def test_each_list_counts_its_own(town: Town, browser: Client) -> None:
    town.ana.teams.set(Team.objects.filter(name="Support"))
    write(town, "no one's")
    assign(write(town, "mine"), town.ana, by=town.ben)
    set_state(write(town, "waits"), State.WAITING, by=town.ben, unanswered=True)
    set_state(write(town, "done"), State.SOLVED, by=town.ben, unanswered=True)
    later = write(town, "later")
    Ticket.objects.filter(pk=later.pk).update(snoozed_until=clock.now() + timedelta(hours=1))
    counts = browser.get("/inbox/counts").json()
    assert counts == {
        "open": "3",
        "mine": "1",
        "unassigned": "2",
        "team": "3",
        "escalated": "0",
        "breaching": "0",
        "waiting": "1",
        "snoozed": "1",
        "mentions": "0",
        "drafts": "0",
        "solved": "1",
    }


def test_a_count_ends_at_a_thousand(
    town: Town, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_COUNTED", 2)
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    for number in range(2):
        write(town, f"number {number}")
    assert browser.get("/inbox/counts").json()["open"] == "2"
    write(town, "one more")
    assert browser.get("/inbox/counts").json()["open"] == "2+"


def test_a_view_is_kept_shared_and_taken_away(town: Town, client_of: ClientOf) -> None:
    write(town, "Black screen")
    ana, ben = client_of(town.ana.person), client_of(town.ben.person)
    form = {"q": "district:north screen", "name": "North screens"}
    kept = ana.post("/inbox/views", form)
    assert "Black screen" in ana.get(kept["Location"]).content.decode()
    assert "North screens" not in ben.get("/inbox").content.decode()
    assert "Tickets: All open" in ben.get(kept["Location"]).content.decode()
    ana.post("/inbox/views", {**form, "shared": "yes"})
    assert "North screens" in ben.get("/inbox").content.decode()
    view = SavedView.objects.get()
    assert ben.get("/inbox/counts").json()[f"saved-{view.pk}"] == "1"
    assert ben.post(f"/inbox/views/{view.pk}/removal").status_code == 422
    assert client_of(town.max.person).post(f"/inbox/views/{view.pk}/removal").status_code == 302
    assert "North screens" not in ana.get("/inbox").content.decode()


@pytest.mark.parametrize(
    ("question", "name", "sentence"),
    [
        ("screen", " ", "Give the view a name"),
        ("screen", "x" * 61, "Give the view a name"),
        ("", "Mine", "Search for something first"),
        ("impact:huge,", "Mine", "Say what “impact:” should be"),
    ],
)
def test_a_view_needs_a_name_and_a_question(
    question: str, name: str, sentence: str, town: Town
) -> None:
    with pytest.raises(Refused, match=sentence):
        lists.save(question, name, by=town.ana, shared=False)


def test_the_private_view_of_another_does_not_exist(town: Town) -> None:
    kept = lists.save("screen", "Screens", by=town.ana, shared=False)
    with pytest.raises(NotFound):
        lists.remove(kept.pk, by=town.max)


def test_a_view_that_names_what_is_gone_says_so_and_breaks_no_page(
    town: Town, browser: Client
) -> None:
    kept = lists.save("district:north", "North", by=town.ana, shared=False)
    town.north_valley.name = "Valley of the North"
    town.north_valley.save()
    assert browser.get("/inbox/counts").json()[f"saved-{kept.pk}"] == ""
    answer = browser.get(f"/inbox?view=saved-{kept.pk}")
    assert "There is no district “north”." in answer.content.decode()


def test_the_page_asks_which_changed_tickets_belong_to_its_list(
    town: Town, browser: Client
) -> None:
    dark, loud = write(town, "Black screen"), write(town, "Too loud")
    asked = f"/inbox/rows?q=screen&numbers={dark.pk},{loud.pk},x,0"
    html = browser.get(asked).content.decode()
    assert "Black screen" in html and "Too loud" not in html
    assert "Too loud" in browser.get(f"/inbox/rows?view=open&numbers={loud.pk}").content.decode()
