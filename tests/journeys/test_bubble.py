"""P3: the bubble on a portal with a strict policy, signed in and out, in other languages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import keep_picture
from tests.journeys.host_page import HostPage, host_page
from tests.journeys.running_desk import RunningDesk

LIVE = 10_000


@pytest.fixture(scope="module")
def portal(desk: RunningDesk) -> Iterator[HostPage]:
    with host_page(desk.url) as page:
        yield page


@pytest.fixture
def secret(desk: RunningDesk, ada: Page, portal: HostPage) -> tuple[str, str]:
    """Ada allows the portal and makes a key for it: its id and the secret, which she is shown once."""
    ada.goto(f"{desk.url}/sites")
    if ada.get_by_role("link", name="Test portal").count() == 0:
        ada.get_by_label("Name").fill("Test portal")
        ada.get_by_label("Addresses of its pages").fill(portal.url)
        ada.get_by_role("button", name="Add the site").click()
    else:
        ada.get_by_role("link", name="Test portal").click()
    ada.get_by_role("button", name="Make a shared secret").click()
    kid = ada.get_by_label("Its id, for the token").input_value()
    return kid, ada.get_by_label("Secret", exact=True).input_value()


@pytest.fixture
def pupil(browser: Browser) -> Iterator[Page]:
    """A Chromebook that several pupils use."""
    context: BrowserContext = browser.new_context(locale="en-US", timezone_id="America/Chicago")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def signed(secret: tuple[str, str], sub: str, **said: Any) -> str:
    claims = {"sub": sub, "exp": int(time.time()) + 600, **said}
    return jwt.encode(claims, secret[1], algorithm="HS256", headers={"kid": secret[0]})


def launcher(page: Page) -> Any:
    return page.get_by_role("button", name="Chat with support")


def say(page: Page, text: str) -> None:
    field = page.get_by_label("Your message")
    field.fill(text)
    field.press("Enter")
    expect(page.get_by_text("Sent ·").last).to_be_visible(timeout=LIVE)


@pytest.mark.parametrize("look", [(1440, 900, "light")], indirect=True)
def test_the_next_pupil_on_the_same_chromebook_sees_nothing_of_the_last_one(
    desk: RunningDesk, portal: HostPage, secret: tuple[str, str], pupil: Page, ada: Page
) -> None:
    portal.identity = signed(secret, "mia", name="Mia Moss")
    pupil.goto(portal.url)
    launcher(pupil).click()
    expect(pupil.get_by_text("Hello Mia, how can we help?")).to_be_visible()
    say(pupil, "I forgot my password")

    pupil.reload()
    expect(pupil.get_by_text("I forgot my password")).to_be_visible()

    portal.identity = None  # the sign-in page, on which nobody is yet
    pupil.goto(portal.url)
    expect(pupil.get_by_role("button", name="Close chat").first).to_be_hidden()
    launcher(pupil).click()
    expect(pupil.get_by_text("How can we help?")).to_be_visible()
    expect(pupil.get_by_text("I forgot my password")).to_be_hidden()

    portal.identity = signed(secret, "max", name="Max Moor")
    pupil.goto(portal.url)
    expect(pupil.get_by_text("Hello Max, how can we help?")).to_be_visible()
    expect(pupil.get_by_text("I forgot my password")).to_be_hidden()
    say(pupil, "My screen is black")

    portal.identity = signed(secret, "mia", name="Mia Moss")
    pupil.goto(portal.url)
    launcher(pupil).click()
    expect(pupil.get_by_text("I forgot my password")).to_be_visible(timeout=LIVE)
    expect(pupil.get_by_text("My screen is black")).to_be_hidden()

    ada.goto(f"{desk.url}/inbox")
    ada.get_by_role("link", name="My screen is black").click()
    expect(ada.get_by_text("Verified by Test portal")).to_be_visible()
    keep_picture(ada, "verified")


@pytest.mark.parametrize("look", [(1440, 900, "light")], indirect=True)
def test_a_page_speaks_with_the_bubble_by_a_module_under_a_strict_policy(
    desk: RunningDesk, portal: HostPage, secret: tuple[str, str], pupil: Page
) -> None:
    complaints: list[str] = []
    pupil.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    pupil.on("pageerror", lambda error: complaints.append(str(error)))
    portal.identity = None
    portal.module = f"""
      import {{ open, close, identify, on }} from "{desk.url}/bubble.mjs";
      const told = [];
      for (const event of ["ready", "open", "close", "unread"]) on(event, () => told.push(event));
      addEventListener("ask", ({{ detail: [what, token] }}) => ({{ open, close, identify }})[what](token));
      document.addEventListener("told", () => {{ document.title = told.join(" "); }});
    """

    def call(what: str, token: str | None = None) -> None:
        pupil.evaluate(
            "([what, token]) => dispatchEvent(new CustomEvent('ask', {detail: [what, token]}))",
            [what, token],
        )

    try:
        pupil.goto(portal.url)
        expect(launcher(pupil)).to_be_visible()
        before = pupil.evaluate("Object.keys(window).length")
        call("identify", signed(secret, "zoe", name="Zoe Zane"))
        call("open")
        expect(pupil.get_by_text("Hello Zoe, how can we help?")).to_be_visible()
        say(pupil, "Where is my file?")
        call("identify", None)
        expect(pupil.get_by_text("Where is my file?")).to_be_hidden()
        expect(pupil.get_by_text("How can we help?")).to_be_visible()
        assert "zoe" not in str(pupil.evaluate("({...sessionStorage, ...localStorage})"))
        call("close")
        expect(pupil.get_by_role("dialog")).to_be_hidden()
        pupil.evaluate("document.dispatchEvent(new Event('told'))")
        assert pupil.title().split() == ["ready", "open", "close"]
        assert pupil.evaluate("Object.keys(window).length") == before
        assert (
            pupil.locator("deskbell-bubble").count() == 1
        )  # the line and the module are one bubble
        assert pupil.context.cookies() == []
    finally:
        portal.module = ""
    assert complaints == []


@pytest.mark.parametrize("look", [(1440, 900, "light")], indirect=True)
def test_nothing_is_fetched_before_the_page_is_drawn_and_nothing_moves(
    desk: RunningDesk, portal: HostPage, secret: tuple[str, str], pupil: Page
) -> None:
    portal.identity = None
    pupil.add_init_script(
        "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(e => {"
        " window.moved += e.value; })).observe({type: 'layout-shift', buffered: true});"
    )
    pupil.goto(portal.url)
    expect(launcher(pupil)).to_be_visible()
    painted, fetched = pupil.evaluate(
        "[performance.getEntriesByName('first-paint')[0].startTime,"
        " performance.getEntriesByType('resource').filter(e => e.name.endsWith('.mjs'))[0].startTime]"
    )
    assert painted <= fetched
    asked = pupil.evaluate(
        "performance.getEntriesByType('resource').filter(e => e.name.includes('/bubble/')).length"
    )
    assert asked == 0  # nobody has opened it
    launcher(pupil).click()
    expect(pupil.get_by_text("How can we help?")).to_be_visible()
    assert pupil.evaluate("window.moved") == 0
