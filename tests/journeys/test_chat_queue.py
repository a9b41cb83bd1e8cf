"""P3, P6: the team's side of a chat: it waits, is taken, handed on, becomes a ticket; an Urgent one pages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import ADMINISTRATOR, keep_picture
from tests.journeys.running_desk import RunningDesk, running_desk, text_of

LIVE = 20_000  # ms: one second is usual, the rest is for a busy machine
WIDE = [(1440, 900, "light")]
ANSWER_LATE = """() => {
    const form = document.querySelector("#reply");
    form.querySelector("textarea").value = "One moment";
    form.requestSubmit();
}"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """A desk of its own: its team grows, and it closes for a day."""
    with running_desk(tmp_path_factory.mktemp("queue"), DESKBELL_TRY="1") as desk:
        yield desk


@pytest.fixture
def visitor(browser: Browser, desk: RunningDesk) -> Iterator[Page]:
    """Someone on the customer's portal, with the bubble open."""
    with browser.new_context(locale="en-US", timezone_id="America/Chicago") as context:
        context.set_default_timeout(LIVE)
        page = context.new_page()
        page.goto(f"{desk.url}/try")
        page.get_by_role("button", name="Chat with support").click()
        yield page


@pytest.fixture
def ben(browser: Browser, desk: RunningDesk, ada: Page) -> Iterator[Page]:
    """A colleague whom Ada has invited, with the page of chats open."""
    ada.goto(f"{desk.url}/team")
    invite = ada.locator("form", has=ada.get_by_role("button", name="Make a link"))
    invite.get_by_label("Name").fill("Ben Baker")
    invite.get_by_label("Email").fill("ben@desk.example")
    invite.get_by_role("button", name="Make a link").click()
    link = ada.get_by_label("One-time link").input_value()
    with browser.new_context(locale="en-US", timezone_id="America/New_York") as context:
        context.set_default_timeout(LIVE)
        page = context.new_page()
        page.goto(link)
        page.get_by_label("Password").fill("a brass bell rings")
        page.get_by_role("button", name="Join").click()
        page.wait_for_url("**/inbox")
        page.goto(f"{desk.url}/inbox/chats")
        yield page


@pytest.mark.parametrize("look", WIDE, indirect=True)
def test_a_chat_waits_is_taken_handed_on_and_becomes_a_ticket(
    desk: RunningDesk, ada: Page, ben: Page, visitor: Page
) -> None:
    ada.goto(f"{desk.url}/inbox/chats")
    say(visitor, "The projector shows nothing")
    waits = chat(ada, "The projector shows nothing")
    expect(waits.locator("time-waited")).to_have_text(re.compile(r"[1-9]\d* s|min"), timeout=LIVE)
    expect(waits.get_by_text("First reply")).to_be_visible()
    expect(chat(ben, "The projector shows nothing")).to_be_visible(timeout=LIVE)
    keep_picture(ada, "queue-waits")

    ada.keyboard.press("a")
    ada.wait_for_url("**/tickets/*")
    number = ada.url.rpartition("/")[2]
    expect(ben.locator("[data-list=theirs]").get_by_text(f"#{number}")).to_be_visible(timeout=LIVE)
    ada.get_by_role("textbox", name="Reply to").fill("Is its lamp on?")
    ada.get_by_role("button", name="Send", exact=True).click()
    expect(visitor.get_by_text("Is its lamp on?", exact=True)).to_be_visible(timeout=LIVE)

    ada.get_by_text("Hand it over").click()
    whom = ada.get_by_label("To", exact=True)
    whom.select_option("Ben Baker")
    whom.focus()
    ada.evaluate(ANSWER_LATE)  # what comes back for an earlier press takes nothing out of her hands
    expect(ada.locator("#timeline").get_by_text("One moment")).to_be_visible()
    expect(whom.locator("option:checked")).to_have_text("Ben Baker")
    ada.get_by_label("Note for them").fill("The lamp is old, I believe")
    ada.get_by_role("button", name="Hand over").click()
    ada.wait_for_url("**/inbox/chats")
    expect(visitor.get_by_text("A colleague takes over").first).to_be_visible(timeout=LIVE)
    expect(chat(ben, f"#{number}")).to_contain_text("Given to Ben Baker", timeout=LIVE)
    keep_picture(ben, "queue-given")

    ben.keyboard.press("a")
    ben.wait_for_url(f"**/tickets/{number}")
    expect(ben.get_by_role("article", name="Note by Ada Abara")).to_contain_text("The lamp is old")
    ben.get_by_role("textbox", name="Reply to").fill("I bring a new lamp")
    ben.get_by_role("button", name="Send", exact=True).click()
    expect(visitor.get_by_text("I bring a new lamp", exact=True)).to_be_visible(timeout=LIVE)
    expect(visitor.get_by_text("The lamp is old")).to_have_count(0)

    ben.locator("h1").click()  # out of the field: keys are letters there
    ben.keyboard.press("m")
    expect(ben.get_by_role("button", name="Make it a ticket")).to_be_focused()
    ben.keyboard.press("Enter")
    expect(ben.get_by_text("Hand it over")).to_have_count(0)
    ada.goto(f"{desk.url}/inbox/chats")
    expect(chat(ada, f"#{number}")).to_have_count(0)


@pytest.mark.parametrize("look", WIDE, indirect=True)
def test_an_urgent_one_pages_whoever_is_on_call_while_nobody_is_on_shift(
    desk: RunningDesk, ada: Page, visitor: Page
) -> None:
    ada.goto(f"{desk.url}/promises/coverages/business_hours/closure")
    ada.get_by_label("Closed because of").fill("Snow storm")
    ada.get_by_role("button", name="See what follows").click()
    ada.get_by_role("button", name="Close, and move open tickets").click()
    expect(ada.get_by_text("Snow storm").first).to_be_visible()

    visitor.get_by_role("button", name="Is it urgent?").click()
    for choice in ("No: it’s down, or can’t be used", "The whole school, or more", "No"):
        visitor.get_by_role("button", name=choice, exact=True).click()
    expect(visitor.get_by_text("We take this as Urgent").first).to_be_visible(timeout=LIVE)
    keep_picture(visitor, "bubble-urgent")

    page = text_of(desk.relay.mail_to(ADMINISTRATOR[0], saying="/page/"))
    found = re.search(r"http\S+/page/\S+", page)
    assert found
    ada.goto(found.group())
    ada.get_by_role("button", name="Acknowledge").click()
    expect(ada.get_by_text("Ada Abara has it")).to_be_visible()
    ada.goto(f"{desk.url}/inbox/chats")
    waits = chat(ada, "Can the service be used?")
    expect(waits).to_contain_text("Urgent")
    waits.get_by_role("link").first.click()
    expect(
        ada.get_by_text("it can’t be used, the whole school, no way around it").first
    ).to_be_visible()


def chat(page: Page, text: str) -> Locator:
    """A line of the page of chats."""
    return page.locator("li.chat").filter(has_text=text)


def say(visitor: Page, text: str) -> None:
    field = visitor.get_by_label("Your message")
    field.fill(text)
    field.press("Enter")
