"""The screens on which administrators set the bubble up: they work, fit and are usable by everyone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import ALL_LOOKS, keep_picture
from tests.journeys.running_desk import RunningDesk

# It styles its own marks and fetches style sheets by itself, which our policy does not let it.
OF_AXE = re.compile("inline style|404 ")


@pytest.mark.parametrize("look", ALL_LOOKS, indirect=True)
def test_a_site_its_keys_and_the_look_are_set_up(
    desk: RunningDesk, ada: Page, complaints: list[str], look: tuple[int, int, str]
) -> None:
    width, _, theme = look
    name = f"Parent portal {width} {theme}"
    ada.goto(f"{desk.url}/sites")
    ada.get_by_label("Name").fill(name)
    ada.get_by_label("Addresses of its pages").fill(f"https://parents-{width}-{theme}.example.org")
    ada.get_by_role("button", name="Add the site").click()
    expect(ada.get_by_role("heading", level=1, name=name)).to_be_visible()
    ada.get_by_role("button", name="Make a shared secret").click()
    expect(ada.get_by_label("Secret", exact=True)).to_be_visible()
    fits(ada, complaints, f"site-{width}-{theme}")
    ada.goto(f"{desk.url}/sites")
    fits(ada, complaints, f"sites-{width}-{theme}")

    ada.get_by_role("link", name="Look").click()
    inside = ada.frame_locator("iframe")
    expect(inside.get_by_role("dialog", name="How can we help?")).to_be_visible()
    ada.get_by_label("Heading").first.fill("Ask us anything")
    expect(inside.get_by_role("dialog", name="Ask us anything")).to_be_visible()
    ada.get_by_label("Launcher").select_option("label")
    ada.locator("main").get_by_role("combobox", name="Theme").select_option("dark")
    ada.locator("main").get_by_role("combobox", name="Language").select_option("es")
    expect(inside.get_by_role("dialog", name="¿En qué podemos ayudar?")).to_be_visible()
    fits(ada, complaints, f"look-{width}-{theme}")
    ada.goto("about:blank")  # what axe itself was refused has come by then
    complaints[:] = [each for each in complaints if not OF_AXE.search(each)]


def fits(page: Page, complaints: list[str], name: str) -> None:
    """Nothing stands out at the side, and axe finds no fault."""
    keep_picture(page, name, whole=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [each for each in complaints if not OF_AXE.search(each)] == []
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
    found = Axe().run(page, context="main", options=options)
    assert [each["id"] for each in found.response["violations"]] == []
