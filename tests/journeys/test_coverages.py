"""P5, K9: a summer of eleven weeks is closed, seen in the year, and undone; a week by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import ALL_LOOKS, keep_picture
from tests.journeys.running_desk import RunningDesk

HOURS = "/promises/coverages/business_hours"


@pytest.mark.parametrize("look", ALL_LOOKS, indirect=True)
def test_a_summer_is_closed_seen_in_the_year_and_undone(
    desk: RunningDesk, ada: Page, look: tuple[int, int, str]
) -> None:
    width, _, theme = look
    ada.goto(f"{desk.url}{HOURS}/dates")
    ada.get_by_label("From").fill("2027-06-14")
    ada.get_by_label("To, included").fill("2027-08-29")
    ada.get_by_label("Name").fill("Summer break")
    ada.get_by_role("button", name="See what follows").click()
    expect(ada.get_by_role("heading", name="What will follow")).to_be_focused()
    expect(ada.get_by_text("583 h become 0 min")).to_be_visible()
    keep_picture(ada, f"coverage-review-{width}-{theme}")
    ada.get_by_label("Why?").fill("School is out")
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_text("77 days, 11 weeks")).to_be_visible()

    ada.goto(f"{desk.url}{HOURS}?year=2026&day=2027-06-13")
    keep_picture(ada, f"coverage-year-{width}-{theme}")
    ada.locator(".day[aria-current]").focus()
    ada.keyboard.press("ArrowRight")
    expect(ada.locator("#day")).to_have_text("Monday, June 14, 2027: closed (Summer break).")
    keep_picture(ada, f"coverage-summer-{width}-{theme}")

    ada.goto(f"{desk.url}{HOURS}/history")
    ada.get_by_role("button", name="Undo").click()
    expect(ada.get_by_text("Undone: Added Summer break")).to_be_visible()


def test_a_week_is_edited_from_the_keyboard(desk: RunningDesk, ada: Page) -> None:
    ada.goto(f"{desk.url}{HOURS}/week")
    ada.get_by_role("button", name="Copy Monday to all days").press("Enter")
    ada.get_by_role("button", name="Sunday: closed").press("Enter")
    ada.get_by_role("button", name="Saturday: 24 hours").press("Enter")
    ada.get_by_role("button", name="Add hours to Tuesday").press("Enter")
    expect(ada.get_by_label("Tuesday, hours 2, from")).to_be_focused()
    ada.get_by_label("Wednesday, hours 1, from").fill("20:00")
    ada.get_by_label("Wednesday, hours 1, until").fill("06:00")
    ada.get_by_label("Wednesday, hours 1, until").blur()
    expect(ada.get_by_text("until 06:00 the next day")).to_be_visible()
    ada.get_by_role("button", name="See what follows").first.click()
    told = ada.locator(".review")
    expect(told.get_by_role("row", name="Every Wednesday")).to_contain_text("8:00 pm until 6:00 am")
    expect(told.get_by_role("row", name="Every Saturday")).to_contain_text("24 hours")
    expect(told.get_by_role("row", name="Every Tuesday")).to_contain_text("8:00 pm to 11:00 pm")
    expect(told.get_by_role("row", name="Every Sunday")).to_have_count(0)
