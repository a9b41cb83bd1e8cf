"""Writing an update: it begins with words, is previewed as customers read it, and is published once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from deskbell.incidents import wordings
from deskbell.incidents.joining import join
from deskbell.incidents.models import (
    Incident,
    IncidentUpdate,
    Phase,
    PrivatePage,
    Subscriber,
    Template,
)
from deskbell.incidents.tests.conftest import BrowserOf
from deskbell.incidents.tests.test_desk import text_of, ticket_of
from deskbell.lib import clock
from deskbell.monitoring.models import Component
from deskbell.people.models import Person
from tests.town import Town


def form(**fields: Any) -> dict[str, Any]:
    usual = {"key": "of-this-form", "phase": "investigating", "text": "We are on it.", "next": "60"}
    return {**usual, **fields}


def address(incident: Incident, what: str = "") -> str:
    return f"/incidents/{incident.pk}/update{what}"


def test_it_begins_with_the_words_of_its_phase_filled_in(browser: Client, broken: Incident) -> None:
    page = text_of(browser, address(broken, "?phase=identified"))

    assert "We have found the cause of the trouble with Streaming and are working" in page
    assert 'value="identified" checked' in page
    assert 'name="next" value="240" checked' in page  # the usual one of a major incident


def test_what_everyone_reads_names_no_component_of_some_districts_alone(
    browser: Client, broken: Incident, streaming: Component
) -> None:
    shared = Component.objects.create(service=streaming.service, name="Grades", key="grades")
    states = {f"state-{each.pk}": "degraded" for each in (streaming, shared)}
    text = "Trouble with {components}."
    preview = browser.post(address(broken, "/preview"), form(text=text, **states))
    assert "Trouble with Grades." in preview.content.decode()

    broken.concerned.create(component=shared, state="degraded")
    broken.for_everyone = True
    broken.save()
    assert "trouble with Grades and are working" in text_of(
        browser, address(broken, "?phase=identified")
    )
    broken.concerned.filter(component=shared).delete()
    assert "trouble with Black screens and are working" in text_of(
        browser, address(broken, "?phase=identified")
    )


def test_publishing_tells_every_joined_ticket_once(
    town: Town, browser: Client, broken: Incident, streaming: Component
) -> None:
    join(broken, [ticket := ticket_of(town.tess)], by=town.ana)

    sent = form(**{f"state-{streaming.pk}": "major_outage"})
    answers = [browser.post(address(broken), sent) for _ in range(2)]

    assert [each.status_code for each in answers] == [302, 302]
    update = IncidentUpdate.objects.get()
    assert update.next_update_at and update.next_update_at > clock.now() + timedelta(minutes=55)
    assert ticket.messages.filter(side="team").count() == 1
    assert broken.concerned.get().state == "major_outage"


def test_a_script_is_sent_on_when_it_is_published(browser: Client, broken: Incident) -> None:
    answer = browser.post(address(broken), form(), headers={"HX-Request": "true"})
    assert answer.status_code == 204 and answer.headers["HX-Redirect"] == f"/incidents/{broken.pk}"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": " "}, "Write what customers should know"),
        ({"phase": "done"}, "how far you are"),
        ({"text": "About {titel}"}, "There is no variable {titel}"),
        ({"text": "In {next_update}", "next": "none"}, "but none is promised"),
        ({"next": "custom", "next_at": "soon"}, "Which time is that?"),
        ({"next": "9" * 5000}, "Choose when the next update comes"),
        ({"next": "custom", "next_at": "2020-01-01T10:00"}, "late already"),
        ({"key": ""}, "This page is too old"),
    ],
)
def test_what_is_refused_is_still_in_its_form(
    browser: Client, broken: Incident, wrong: dict[str, str], sentence: str
) -> None:
    sent = form(**{"text_es": "Lo sabemos.", **wrong})
    answer = browser.post(address(broken), sent)

    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page
    assert "Lo sabemos." in page and sent["text"] in page
    assert not IncidentUpdate.objects.exists()
    by_script = browser.post(address(broken), sent, headers={"HX-Request": "true"})
    assert by_script.status_code == 422 and sentence in by_script.content.decode()


def test_own_words_and_components_come_back_after_a_refusal(
    town: Town, browser: Client, broken: Incident, streaming: Component
) -> None:
    own = {f"wording-{town.north_valley.pk}": "Use lab 2.", f"state-{streaming.pk}": "degraded"}
    page = browser.post(address(broken), form(text="", **own)).content.decode()

    assert "Use lab 2." in page and '<option value="degraded" selected>' in page


def test_a_variable_of_the_promise_is_filled_in_when_it_is_told(
    browser: Client, broken: Incident
) -> None:
    browser.post(address(broken), form(text="{title}: more in {next_update}.", next="30"))
    assert IncidentUpdate.objects.get().text == "Black screens: more in 30 min."


def test_the_preview_shows_a_district_its_own_words_and_clock(
    town: Town, browser: Client, broken: Incident
) -> None:
    own = {f"wording-{town.north_valley.pk}": "Use lab 2.", "district": town.north_valley.pk}
    preview = browser.post(address(broken, "/preview"), form(**own)).content.decode()
    others = browser.post(address(broken, "/preview"), form()).content.decode()

    assert "North Valley reads, in words of their own" in preview
    assert "Use lab 2." in preview and "Eastern." in preview and "We are on it." not in preview
    assert "We are on it." in others and "Use lab 2." not in others
    assert not IncidentUpdate.objects.exists()


def test_the_preview_counts_whom_it_reaches(
    town: Town, browser: Client, broken: Incident, streaming: Component
) -> None:
    join(broken, [ticket_of(town.tess), ticket_of(town.sam)], by=town.ana)
    for each in (town.north_valley, town.south_ridge):
        PrivatePage.objects.create(district=each)
    for number, (district, confirmed) in enumerate(
        [(None, True), (town.north_valley, True), (town.south_ridge, True), (None, False)]
    ):
        Subscriber.objects.create(
            way="mail",
            person=Person.objects.with_address(f"s{number}@example.org"),
            district=district,
            confirmed_at=clock.now() if confirmed else None,
        )

    preview = " ".join(browser.post(address(broken, "/preview"), form()).content.decode().split())
    assert "2 tickets, 1 district, 1 subscriber<" in preview

    streaming.for_everyone = True
    streaming.save()
    sent = form(**{f"state-{streaming.pk}": "degraded"})
    preview = " ".join(browser.post(address(broken, "/preview"), sent).content.decode().split())
    assert "2 tickets, everyone (2 districts), 3 subscribers" in preview


def test_the_preview_says_what_is_wrong(browser: Client, broken: Incident) -> None:
    answer = browser.post(address(broken, "/preview"), form(text="{what}"))
    assert answer.status_code == 200 and "There is no variable {what}" in answer.content.decode()


def test_resolving_is_an_update(browser: Client, broken: Incident) -> None:
    browser.post(address(broken), form(phase="resolved", text="All is well."))
    broken.refresh_from_db()
    assert not broken.is_open and broken.next_update_at is None
    assert browser.post(address(broken), form(key="another-form")).status_code == 422


def test_a_desk_begins_with_its_own_words(
    town: Town, browser_of: BrowserOf, browser: Client, broken: Incident
) -> None:
    words = {"phase": "investigating", "text": "{components} hakt.", "text_es": ""}
    assert browser.post("/incidents/templates", words).status_code == 403
    managers = browser_of(town.max)

    managers.post("/incidents/templates", words)
    assert "Streaming hakt." in text_of(browser, address(broken, "?phase=investigating"))
    assert "Back to Deskbell’s words" in text_of(managers, "/incidents/templates")

    managers.post("/incidents/templates", {"phase": "investigating"})
    assert not Template.objects.exists()
    assert "We know about the trouble with Streaming" in text_of(browser, address(broken))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"phase": "investigating", "text": "{componets}"}, "no variable {componets}"),
        ({"phase": "investigating", "text_es": "Lo sabemos"}, "Write the English words, too"),
        ({"phase": "nowhere", "text": "x"}, "There is no such phase"),
        ({"phase": "resolved", "text": "x" * 5001}, "5,000 letters"),
    ],
)
def test_words_that_are_wrong_are_refused_and_kept(
    town: Town, browser_of: BrowserOf, words: dict[str, str], sentence: str
) -> None:
    answer = browser_of(town.max).post("/incidents/templates", words)
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page
    if words["phase"] in Phase.values:
        assert words.get("text", "") in page and words.get("text_es", "") in page


def test_every_phase_has_words_in_both_languages_whose_variables_there_are() -> None:
    assert set(wordings.DEFAULTS) == set(Phase)
    for words in wordings.DEFAULTS.values():
        wordings.check(words.text)
        wordings.check(words.text_es)
        assert words.text and words.text_es
