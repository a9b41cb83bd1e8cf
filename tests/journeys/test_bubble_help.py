"""P3: help first in the bubble, on a slow Chromebook; and both sides of a chat see each other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import ADMINISTRATOR, keep_picture
from tests.journeys.running_desk import RunningDesk

LIVE = 20_000  # ms: one second is usual, the rest is for a busy machine
ARTICLE = """---
title: The picture freezes
summary: What to try before the class begins.
collection: Apps and screens
section: Using apps
---
1. Press *reload*.
2. Close other tabs.
"""


@pytest.fixture
def pupil(browser: Browser) -> Iterator[Page]:
    """A Chromebook with a quarter of this machine's speed."""
    with browser.new_context(locale="en-US", timezone_id="America/Chicago") as context:
        context.set_default_timeout(LIVE)
        page = context.new_page()
        slow = context.new_cdp_session(page)
        slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        yield page


@pytest.mark.parametrize("look", [(1440, 900, "light")], indirect=True)
def test_an_article_is_found_while_typing_and_read_in_the_bubble(
    desk: RunningDesk, ada: Page, pupil: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "freezes.en.md").write_text(ARTICLE)
    desk.command("help", "import", str(folder), "--owner", ADMINISTRATOR[0], "--publish")
    pupil.goto(f"{desk.url}/try")
    pupil.get_by_role("button", name="Chat with support").click()
    search = pupil.get_by_role("searchbox", name="Search the help center")
    search.press_sequentially("picture free")
    answered = pupil.locator("""[data-told*='"picture free"']""")  # no redraw is under way
    expect(answered).to_be_attached(timeout=LIVE)
    pupil.get_by_role("button", name="The picture freezes").click()
    title = pupil.get_by_role("heading", name="The picture freezes")
    expect(title).to_be_focused(timeout=LIVE)
    expect(pupil.get_by_text("Close other tabs.")).to_be_visible()
    keep_picture(pupil, "bubble-article")
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
    found = Axe().run(pupil, context="deskbell-bubble", options=options)
    assert [each["id"] for each in found.response["violations"]] == []
    pupil.keyboard.press("Escape")  # back to what was found, and then to the conversation
    expect(search).to_be_focused()
    pupil.keyboard.press("Escape")
    expect(pupil.get_by_role("log")).to_be_visible()


@pytest.mark.parametrize("look", [(1440, 900, "light")], indirect=True)
def test_both_sides_see_each_other_type_and_what_was_seen(
    desk: RunningDesk, ada: Page, pupil: Page
) -> None:
    pupil.goto(f"{desk.url}/try")
    pupil.get_by_role("button", name="Chat with support").click()
    field = pupil.get_by_label("Your message")
    field.fill("It froze in the library")
    field.press("Enter")
    ada.goto(f"{desk.url}/inbox/chats")
    waits = ada.get_by_role("listitem").filter(has_text="It froze in the library").last
    waits.get_by_role("link").first.click()
    expect(pupil.get_by_text("Seen ·")).to_be_visible(timeout=LIVE)

    ada.get_by_role("textbox", name="Reply to").press_sequentially("Which one?")
    expect(pupil.get_by_text("Ada is typing…")).to_be_visible(timeout=LIVE)
    ada.get_by_role("button", name="Send", exact=True).click()
    expect(pupil.get_by_text("Ada is here for you")).to_be_visible(timeout=LIVE)
    near = ada.locator("#near")
    expect(near).to_contain_text("has seen your last words", timeout=LIVE)

    field.press_sequentially("The one on")
    expect(near).to_contain_text("is typing", timeout=LIVE)
    pupil.context.set_offline(True)  # in mid-sentence
    field.press_sequentially(" the left")
    field.press("Enter")
    expect(pupil.get_by_text("You’re offline.")).to_be_visible(timeout=LIVE)
    pupil.context.set_offline(False)
    heard = ada.get_by_role("article").filter(has_text="The one on the left")
    expect(heard).to_have_count(1, timeout=40_000)
