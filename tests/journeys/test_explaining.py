"""A deadline explains itself: to the agent beside the clock, to the teacher by her receipt's link."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import keep_picture
from tests.journeys.running_desk import RunningDesk, text_of

LIVE = 10_000  # ms: one second is usual, the rest is for a busy machine


def test_agent_and_teacher_read_the_same_promise(
    desk: RunningDesk, ada: Page, context: BrowserContext, look: tuple[int, int, str]
) -> None:
    width, _, theme = look
    customer = f"tess.explained.{theme}@northvalley.example"
    desk.receive("Black screen", "All dark.", sender=f"Tess Turner <{customer}>")
    receipt = text_of(desk.relay.mail_to(customer))
    number = found(r"#(\d+)", receipt)

    ada.goto(f"{desk.url}/tickets/{number}")
    ada.keyboard.press("e")
    dialog = ada.get_by_role("dialog", name="How this clock came about")
    expect(dialog).to_contain_text(
        "We promised a first reply within 4 business hours", timeout=LIVE
    )
    expect(dialog.get_by_role("img")).to_be_visible()
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    keep_picture(ada, f"explained-{width}-{theme}")
    sentence = dialog.locator(".summary").inner_text()
    ada.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    teacher = context.new_page()
    teacher.goto(found(r"(http\S+/your/\S+)", receipt))
    expect(teacher.get_by_role("heading", name="We are working on it")).to_be_visible()
    expect(teacher.locator(".summary")).to_have_text(sentence)
    expect(teacher.get_by_text("All dark.")).to_have_count(0)
    teacher.get_by_text("How this came about").click()
    expect(teacher.get_by_text("Tess wrote")).to_be_visible()
    with teacher.expect_download() as saved:
        teacher.get_by_role("link", name="Save this as a PDF").click()
    assert saved.value.suggested_filename == f"clocks-{number}.pdf"
    keep_picture(teacher, f"your-{width}-{theme}")

    ada.get_by_role("button", name="Take the link back").click()
    expect(ada.get_by_role("button", name="Take the link back")).to_have_count(0, timeout=LIVE)
    assert teacher.request.get(teacher.url).status == 404

    told = json.loads(desk.command("sla", "explain", number, "--json"))
    assert [clock["metric"] for clock in told["clocks"]] == ["first_reply"]


@pytest.mark.parametrize("look", [pytest.param((390, 844, "light"), id="narrow")], indirect=True)
def test_without_script_explain_is_a_page(
    desk: RunningDesk, ada: Page, look: tuple[int, int, str]
) -> None:
    customer = "tess.scriptless@northvalley.example"
    desk.receive("Black screen", "All dark.", sender=customer)
    number = found(r"#(\d+)", text_of(desk.relay.mail_to(customer)))
    ada.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))

    ada.goto(f"{desk.url}/tickets/{number}")
    ada.get_by_text("First reply").first.click()
    ada.get_by_role("link", name="Explain First reply").click()
    ada.wait_for_url(f"**/tickets/{number}/clocks/first_reply/1")
    expect(ada.get_by_role("heading", name="How the time is counted")).to_be_visible()


def found(pattern: str, text: str) -> str:
    """What the pattern's group finds in a text."""
    match = re.search(pattern, text)
    assert match, text
    return match.group(1)
