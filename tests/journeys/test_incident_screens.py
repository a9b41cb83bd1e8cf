"""Two people look at one incident: what one does, the other sees, and nothing moves under their hands.

What is typed is kept: in a note, in an update that is refused, in a page that was left.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import keep_picture
from tests.journeys.running_desk import RunningDesk


@pytest.fixture
def incident(desk: RunningDesk, ada: Page, look: tuple[int, int, str]) -> str:
    """Declared from the keyboard; the address of its page."""
    page = ada
    page.goto(f"{desk.url}/incidents")
    page.locator("#declare").wait_for()
    page.keyboard.press("c")
    page.get_by_label("What is broken, as customers would say it").fill(title(look))
    page.get_by_label("Major").check(force=True)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/incidents/\d+$"))
    return page.url


@pytest.mark.parametrize("look", [pytest.param((1440, 900, "light"), id="wide")], indirect=True)
def test_what_one_does_the_other_sees_and_nothing_jumps(
    context: BrowserContext, page: Page, incident: str
) -> None:
    other = context.new_page()
    for each in (page, other):
        each.goto(incident)
        expect(each.get_by_text("Live", exact=True)).to_be_visible()

    note(page, "The relay is full")
    expect(other.locator("#timeline")).to_contain_text("The relay is full")
    page.keyboard.press("t")
    expect(other.locator("#communications")).not_to_have_value("")

    entry = other.locator("#timeline li").last
    entry.hover()
    before = entry.bounding_box()
    note(page, "It is empty again")
    expect(other.locator("#newcomers")).to_have_text("1 new entry")
    assert entry.bounding_box() == before
    other.mouse.move(700, 5)
    expect(other.locator("#timeline")).to_contain_text("It is empty again")
    keep_picture(other, "incident")


@pytest.mark.parametrize("look", [pytest.param((390, 844, "dark"), id="narrow")], indirect=True)
def test_what_is_typed_is_kept_until_it_is_told(
    desk: RunningDesk,
    page: Page,
    incident: str,
    look: tuple[int, int, str],
    complaints: list[str],
) -> None:
    begun = (
        f"We have found the cause of the trouble with {title(look)} and are working on the repair."
    )
    page.goto(f"{desk.url}/components")
    token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    made = {"name": "Sign-in", "service": "Portal", "csrfmiddlewaretoken": token}
    assert page.request.post(f"{desk.url}/components", form=made).ok
    page.goto(incident)
    page.locator("#update").wait_for()
    page.keyboard.press("u")
    words = page.get_by_label("What customers read")
    expect(words).to_be_focused()
    words.press("Escape")
    page.keyboard.press("2")
    expect(words).to_have_value(begun)
    words.fill("Use the {other} room")
    expect(page.locator("#previewed")).to_contain_text("There is no variable {other}")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#writing .refusal")).to_contain_text("There is no variable {other}")
    complaints.clear()  # a browser notes each refusal
    expect(words).to_have_value("Use the {other} room")

    words.fill("Use the other room")
    expect(page.locator("#previewed")).to_contain_text("Use the other room")
    state = page.get_by_label("State of Sign-in")
    state.select_option("degraded")
    page.goto(f"{incident}/update?phase=resolved")  # an end is begun, and left
    words.fill("All is well")
    page.goto(f"{incident}/update")
    expect(words).to_have_value("Use the other room")
    expect(page.get_by_label("Identified")).to_be_checked()
    expect(state).to_have_value("degraded")
    keep_picture(page, "incident-update")

    words.press("Control+Enter")
    page.wait_for_url(incident)
    expect(page.locator("#timeline")).to_contain_text("Use the other room")
    page.locator("#update").click()
    expect(words).to_have_value(begun.replace(title(look), "Sign-in"))

    page.goto(incident)
    page.locator("#update").wait_for()
    page.keyboard.press("r")
    expect(page.get_by_label("Resolved")).to_be_checked()
    expect(words).to_have_value("All is well")
    words.press("Control+Enter")
    page.wait_for_url(incident)
    page.locator(".next").wait_for()
    page.keyboard.press("p")
    page.wait_for_url(f"{incident}/postmortem")


def note(page: Page, words: str) -> None:
    page.locator("body").press("n")
    expect(page.locator("#note")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#note")).to_have_value("")


def title(look: tuple[int, int, str]) -> str:
    """Of an incident of its own: the same title within a minute would be the same incident."""
    return f"Black screens of {look[0]} pixels"
