"""The team's list of incidents, declaring in one step, and the page of one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from deskbell.incidents.declaring import declare
from deskbell.incidents.editing import Role, give
from deskbell.incidents.events import Kind, append, changing
from deskbell.incidents.joining import join
from deskbell.incidents.models import Incident, IncidentTicket, Proposal, Severity
from deskbell.incidents.tests.conftest import BrowserOf
from deskbell.incidents.updating import Draft, publish
from deskbell.monitoring.models import Component
from deskbell.people.models import Agent, Notice
from deskbell.realtime.models import LiveEvent
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town


def ticket_of(person: Any) -> Ticket:
    return open_for_customer("Black screen", Words("All screens are black"), requester=person)


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_an_empty_list_says_what_to_do_next(browser: Client) -> None:
    page = text_of(browser, "/incidents")
    assert "Nothing is broken for many" in page and 'href="/incidents/new"' in page


def test_the_list_tells_how_each_stands(town: Town, browser: Client, broken: Incident) -> None:
    join(broken, [ticket_of(town.tess), ticket_of(town.sam)], by=town.ana)

    page = text_of(browser, "/incidents")

    assert "Black screens" in page and "2 tickets · 1 district" in page
    assert "Customers don’t know yet" in page and "Ana Alvarez leads" in page
    assert "Streaming" in page and "Major" in page


def test_the_gravest_stands_first(town: Town, browser: Client) -> None:
    declare("Grave", severity=Severity.CRITICAL, by=town.ana)
    declare("Small", severity=Severity.MINOR, by=town.ana)

    page = text_of(browser, "/incidents")

    assert page.index("Grave") < page.index("Small")


def test_the_list_asks_the_same_number_of_queries_for_many(
    town: Town, browser: Client, streaming: Component, django_assert_max_num_queries: Any
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(40) as asked:
            browser.get("/incidents")
        return len(asked)

    def one_of_each(name: str) -> None:
        for title in (f"Open {name}", f"Past {name}"):
            made = declare(
                title, severity=Severity.MAJOR, by=town.ana, components={streaming: "degraded"}
            )
            join(made, [ticket_of(town.tess)], by=town.ana)
        publish(made, Draft(key=f"key {name}", phase="resolved", text="Over."), by=town.ana)
        Proposal.objects.create(title=name, reason="Alike", component=streaming)

    one_of_each("first")
    browser.get("/incidents")
    before = queries()
    for name in ("second", "third", "fourth"):
        one_of_each(name)
    assert queries() == before


def test_declaring_by_hand_leads_to_the_incident(
    town: Town, browser: Client, streaming: Component
) -> None:
    form = {
        "title": "Black screens",
        "severity": "major",
        f"state-{streaming.pk}": "major_outage",
        "started": "2026-11-20T08:10",
    }
    answer = browser.post("/incidents", form)

    made = Incident.objects.get()
    assert answer.headers["Location"] == f"/incidents/{made.pk}"
    assert made.lead == town.ana and list(made.districts.all()) == [town.north_valley]
    assert made.started_at.isoformat() == "2026-11-20T13:10:00+00:00"
    assert browser.post("/incidents", form).headers["Location"] == f"/incidents/{made.pk}"


def test_what_is_wrong_with_a_declaration_loses_nothing(
    browser: Client, streaming: Component
) -> None:
    form = {"title": "Black screens", f"state-{streaming.pk}": "degraded", "started": "soon"}
    answer = browser.post("/incidents", {**form, "severity": "minor"})

    page = answer.content.decode()
    assert answer.status_code == 422 and "Which time is that?" in page
    assert 'value="Black screens"' in page and 'value="minor" required checked' in page
    assert '<option value="degraded" selected>' in page
    again = browser.post("/incidents", {"title": "Black screens"})
    assert "Choose how bad it is" in again.content.decode()
    assert not Incident.objects.exists()


def test_one_press_at_a_ticket_declares_it_once(town: Town, browser: Client) -> None:
    ticket = ticket_of(town.tess)

    first, second = (browser.post(f"/tickets/{ticket.number}/incident") for _ in range(2))

    made = Incident.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == f"/incidents/{made.pk}"
    assert made.tickets.get().ticket == ticket


def test_one_press_at_a_component_declares_it_once(browser: Client, streaming: Component) -> None:
    for _ in range(2):
        browser.post(f"/components/{streaming.pk}/incident")

    assert Incident.objects.get().concerned.get().component == streaming


def test_the_page_tells_all_that_is_known(town: Town, browser: Client, broken: Incident) -> None:
    join(broken, [ticket_of(town.tess)], by=town.ana)
    publish(broken, Draft(key="a key", phase="identified", text="A bad disk."), by=town.max)

    page = text_of(browser, f"/incidents/{broken.pk}")

    for words in ("Black screens", "Streaming", "North Valley", "1 joined", "A bad disk.", "Told"):
        assert words.casefold() in page.casefold()
    assert '<li aria-current="step">Identified' in page


def test_correcting_a_component_moves_the_districts(
    town: Town, browser: Client, broken: Incident, streaming: Component
) -> None:
    files = Component.objects.create(service=streaming.service, name="Files", key="files")

    form = {f"state-{streaming.pk}": "degraded", f"state-{files.pk}": "major_outage"}
    browser.post(f"/incidents/{broken.pk}/components", form)

    broken.refresh_from_db()
    assert broken.for_everyone
    page = text_of(browser, f"/incidents/{broken.pk}")
    assert "set Streaming to degraded" in page and "set Files to major outage" in page


def test_districts_that_were_chosen_are_not_worked_out_until_somebody_asks(
    town: Town, browser: Client, broken: Incident, streaming: Component
) -> None:
    address = f"/incidents/{broken.pk}/districts"
    browser.post(address, {"whom": "chosen", "districts": [town.south_ridge.pk]})
    browser.post(f"/incidents/{broken.pk}/components", {f"state-{streaming.pk}": "degraded"})
    assert list(broken.districts.all()) == [town.south_ridge]

    browser.post(address, {"whom": "worked_out"})
    assert list(broken.districts.all()) == [town.north_valley]
    assert browser.post(address, {"whom": "chosen"}).status_code == 422


def test_whoever_gets_a_role_is_told(town: Town, browser: Client, broken: Incident) -> None:
    browser.post(f"/incidents/{broken.pk}/roles", {"role": "communications", "to": "me"})
    assert not Notice.objects.exists()

    browser.post(f"/incidents/{broken.pk}/roles", {"role": "lead", "to": town.ben.pk})

    notice = Notice.objects.get()
    assert notice.recipient == town.ben and notice.path == f"/incidents/{broken.pk}"
    assert "Ana Alvarez gave you the lead" in notice.text
    broken.refresh_from_db()
    assert (broken.lead, broken.communications) == (town.ben, town.ana)
    assert "made Ben Baker the lead" in text_of(browser, f"/incidents/{broken.pk}")


def test_proposed_tickets_join_or_stay_away_by_one_press(
    town: Town, browser: Client, broken: Incident
) -> None:
    one, other, third = ticket_of(town.tess), ticket_of(town.sam), ticket_of(town.tess)
    for each in (one, other, third):
        IncidentTicket.objects.create(
            incident=broken, ticket=each, state="proposed", reason="Similar words"
        )
    assert "3 tickets may belong to it" in text_of(browser, f"/incidents/{broken.pk}")

    browser.post(f"/incidents/{broken.pk}/tickets/leaving", {"tickets": one.pk})
    browser.post(f"/incidents/{broken.pk}/tickets", {"all": "proposed"})

    states = dict(broken.tickets.values_list("ticket", "state"))
    assert states == {one.pk: "left", other.pk: "joined", third.pk: "joined"}


@pytest.mark.parametrize(
    ("said", "sentence"), [("#9999", "There is no ticket #9999"), ("", "Name a ticket")]
)
def test_a_ticket_that_there_is_not_is_said(
    browser: Client, broken: Incident, said: str, sentence: str
) -> None:
    answer = browser.post(f"/incidents/{broken.pk}/tickets", {"tickets": said})
    assert answer.status_code == 422 and sentence in answer.content.decode()


def test_all_joined_tickets_are_listed_on_their_page(
    town: Town, browser: Client, broken: Incident
) -> None:
    join(broken, [ticket_of(town.tess), ticket_of(town.sam)], by=town.ana)
    page = text_of(browser, f"/incidents/{broken.pk}/tickets")
    assert "2 tickets of Black screens" in page and "Told nothing yet" in page


def test_a_note_is_for_the_team(browser: Client, broken: Incident) -> None:
    browser.post(f"/incidents/{broken.pk}/notes", {"text": "The disk is full"})
    assert browser.post(f"/incidents/{broken.pk}/notes", {"text": " "}).status_code == 422

    assert "The disk is full" in text_of(browser, f"/incidents/{broken.pk}?only=note")
    assert "The disk is full" not in text_of(browser, f"/incidents/{broken.pk}?only=told")


def test_what_is_resolved_says_what_is_left_to_do(
    town: Town, browser: Client, broken: Incident
) -> None:
    join(broken, [ticket_of(town.tess)], by=town.ana)
    publish(broken, Draft(key="the end", phase="resolved", text="Over."), by=town.ana)

    page = text_of(browser, f"/incidents/{broken.pk}")
    assert "Solve the joined tickets together" in page and "Begin the postmortem" in page
    assert 'id="update"' not in page

    browser.post(f"/incidents/{broken.pk}/reopening")
    assert 'id="update"' in text_of(browser, f"/incidents/{broken.pk}")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Say what should be different"),
        ({"title": " "}, "Give it a title"),
        ({"severity": "awful"}, "critical, major or minor"),
        ({"started": "yesterday"}, "Which time is that?"),
        ({"started": "2199-01-01T00:00"}, "begun after now"),
    ],
)
def test_facts_that_are_wrong_are_refused(
    browser: Client, broken: Incident, form: dict[str, str], sentence: str
) -> None:
    answer = browser.post(f"/incidents/{broken.pk}/facts", form)
    assert answer.status_code == 422 and sentence in answer.content.decode()


def test_facts_are_corrected(browser: Client, broken: Incident) -> None:
    form = {"title": "No screens", "severity": "critical", "started": "2026-11-20T08:10"}
    browser.post(f"/incidents/{broken.pk}/facts", form)

    page = text_of(browser, f"/incidents/{broken.pk}")
    assert "named it “No screens”" in page and "from Major to Critical" in page


def test_every_change_is_told_to_the_page_and_the_list(
    town: Town, browser_of: BrowserOf, broken: Incident
) -> None:
    LiveEvent.objects.all().delete()
    give(broken, Role.COMMUNICATIONS, town.ben, by=town.ana)

    told = set(LiveEvent.objects.filter(name="moved").values_list("topic", flat=True))
    assert told == {f"incident:{broken.pk}", "incidents"}


def test_the_rail_leads_there(town: Town, browser_of: BrowserOf) -> None:
    agents: list[Agent] = [town.ana, town.max]
    for agent in agents:
        assert 'href="/incidents"' in text_of(browser_of(agent), "/inbox")


def proposal_of(ticket: Ticket) -> Proposal:
    made = Proposal.objects.create(title="Black screens", reason="Three look alike.")
    made.tickets.add(ticket)
    return made


def test_a_proposal_stands_on_top_and_is_declared_by_one_press(town: Town, browser: Client) -> None:
    proposal = proposal_of(ticket_of(town.tess))
    page = text_of(browser, "/incidents")
    assert "Three look alike." in page and page.index("Three look alike.") < page.index("Going on")

    answer = browser.post(f"/incidents/proposals/{proposal.pk}/declaration")

    made = Incident.objects.get()
    assert answer.headers["Location"] == f"/incidents/{made.pk}"
    assert made.tickets.count() == 1 and "Three look alike." not in text_of(browser, "/incidents")


def test_whoever_joined_late_is_told_what_is_known_by_one_press(
    town: Town, browser: Client, broken: Incident
) -> None:
    publish(broken, Draft(key="a key", phase="identified", text="A bad disk."), by=town.max)
    join(broken, [late := ticket_of(town.tess)], by=town.ana)
    assert "1 has not been told what is known" in text_of(browser, f"/incidents/{broken.pk}")

    browser.post(f"/incidents/{broken.pk}/tickets/telling", {"all": "untold"})

    assert late.messages.get(side="team").text == "A bad disk."
    page = text_of(browser, f"/incidents/{broken.pk}")
    assert "not been told" not in page and f"told #{late.pk} what is known" in page


def test_what_the_desk_does_itself_is_said_as_its_own(
    town: Town, browser: Client, broken: Incident
) -> None:
    with changing(broken) as locked:
        append(locked, Kind.PROPOSED, tickets=[7])
        append(locked, Kind.ALERT, alerts=[1, 2])
        append(locked, Kind.REMINDED, names=["Ben Baker", "Max Meyer"])

    page = text_of(browser, f"/incidents/{broken.pk}")

    assert "#7 may belong to it" in page
    assert "The desk joined 2 alerts that looked alike" in page
    assert "Reminded Ben Baker and Max Meyer of the promised update" in page
