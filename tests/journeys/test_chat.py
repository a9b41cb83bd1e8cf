"""P3: a visitor's chat and an agent's answer, live on both sides, also when the line was cut."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.journeys.conftest import ALL_LOOKS, keep_picture
from tests.journeys.running_desk import RunningDesk, wait_for

LIVE = 10_000  # ms: one second is usual, the rest is for a busy machine


@pytest.fixture
def visitor(browser: Browser, look: tuple[int, int, str]) -> Iterator[Page]:
    """A pupil on the customer's portal, in a browser of their own."""
    width, height, theme = look
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        timezone_id="America/Chicago",
        locale="en-US",
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("look", ALL_LOOKS, indirect=True)
def test_a_chat_goes_both_ways_without_reload_and_survives_a_cut_line(
    desk: RunningDesk, ada: Page, visitor: Page, look: tuple[int, int, str]
) -> None:
    width, _, theme = look
    words = f"I can't sign in {width} {theme}"
    ada.goto(f"{desk.url}/inbox")
    visitor.goto(f"{desk.url}/try")
    open_bubble(visitor)
    say(visitor, words)

    row = ada.get_by_role("link", name=words)
    expect(row).to_be_visible(timeout=LIVE)
    row.click()
    ada.wait_for_url("**/tickets/*")
    number = ada.url.rpartition("/")[2]
    answer(ada, "Which school are you at?")
    expect(visitor.get_by_text("Which school are you at?", exact=True)).to_be_visible(timeout=LIVE)
    keep_picture(visitor, f"chat-{width}-{theme}")
    keep_picture(ada, f"chat-ticket-{width}-{theme}")

    visitor.context.set_offline(True)
    say(visitor, "Lincoln High, room 214")
    answer(ada, "Are you still there?")
    visitor.context.set_offline(False)

    expect(visitor.get_by_text("Are you still there?", exact=True)).to_be_visible(timeout=20_000)
    wait_for(lambda: len(texts(desk, number)) == 4 or None, "both messages")
    assert sorted(texts(desk, number)) == sorted(
        [words, "Which school are you at?", "Lincoln High, room 214", "Are you still there?"]
    )
    for text in texts(desk, number):
        expect(visitor.get_by_text(text, exact=True)).to_have_count(1)
        expect(ada.get_by_role("article").filter(has_text=text)).to_have_count(1, timeout=LIVE)


@pytest.mark.parametrize("look", [(1440, 900, "light")], indirect=True)
def test_a_laptop_that_slept_for_an_hour_has_everything_once(
    desk: RunningDesk, ada: Page, visitor: Page
) -> None:
    """The lid closes while words are on their way: they arrive, but not the answer that they did. An hour
    later the stream is long dead, and the desk doesn't take its list of topics any more."""
    visitor.clock.install()
    visitor.goto(f"{desk.url}/try")
    open_bubble(visitor)
    say(visitor, "My laptop gets hot")
    ada.goto(f"{desk.url}/inbox")
    ada.get_by_role("link", name="My laptop gets hot").click()
    answer(ada, "How hot is it?")
    expect(visitor.get_by_text("How hot is it?", exact=True)).to_be_visible(timeout=LIVE)

    def shut(route: Route) -> None:
        visitor.context.set_offline(True)
        route.fetch()  # by another way than the page's own
        route.abort()

    visitor.route("**/bubble/messages", shut, times=1)
    say(visitor, "As a stove")
    expect(visitor.get_by_text("Not sent yet. We’ll try again by ourselves.")).to_be_visible()
    answer(ada, "Close the lid")
    answer(ada, "Then call us")
    visitor.route("**/live?*", lambda route: route.continue_(url=route.request.url + "x"), times=1)
    visitor.clock.fast_forward("01:00:00")
    visitor.context.set_offline(False)

    said = ["My laptop gets hot", "How hot is it?", "As a stove", "Close the lid", "Then call us"]
    for text in said:
        expect(visitor.get_by_text(text, exact=True)).to_have_count(1, timeout=40_000)
        expect(ada.get_by_role("article").filter(has_text=text)).to_have_count(1, timeout=LIVE)
    expect(visitor.get_by_text("Not sent yet.")).to_have_count(0)
    answer(ada, "Are you there?")  # the stream that was begun anew brings it
    expect(visitor.get_by_text("Are you there?", exact=True)).to_have_count(1, timeout=40_000)


def open_bubble(visitor: Page) -> None:
    visitor.get_by_role("button", name="Chat with support").click()


def say(visitor: Page, text: str) -> None:
    field = visitor.get_by_label("Your message")
    field.fill(text)
    field.press("Enter")


def answer(agent: Page, text: str) -> None:
    agent.get_by_role("textbox", name="Reply to").fill(text)
    agent.get_by_role("button", name="Send", exact=True).click()
    expect(agent.get_by_role("article").filter(has_text=text)).to_be_visible(timeout=LIVE)


def texts(desk: RunningDesk, number: str) -> list[str]:
    ticket = json.loads(desk.command("ticket", "show", number, "--json"))
    return [message["text"].strip() for message in ticket["messages"]]
