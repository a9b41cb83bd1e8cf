"""A desk that runs, a browser that looks at it, and four ways to look: wide and narrow, light and dark."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.journeys.running_desk import RunningDesk, running_desk

ADMINISTRATOR = ("ada@desk.example", "a long enough password")
LOOKS = [
    pytest.param((1440, 900, "light"), id="wide-light"),
    pytest.param((390, 844, "dark"), id="narrow-dark"),
]
ALL_LOOKS = [
    pytest.param((width, height, theme), id=f"{width}-{theme}")
    for width, height in ((1440, 900), (390, 844))
    for theme in ("light", "dark")
]
# What a browser on a machine without a network must not try, so that it doesn't complain.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=20_000)  # ms, everywhere: a machine may be five times slower


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """A desk on an empty folder, shared by the journeys; its administrator is Ada."""
    with running_desk(tmp_path_factory.mktemp("desk"), DESKBELL_TRY="1") as desk:
        yield desk


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys; each gets a context of its own."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest) -> tuple[int, int, str]:
    """Width, height and theme."""
    width, height, theme = request.param
    return width, height, theme


@pytest.fixture
def complaints() -> list[str]:
    """What pages of the browser complain of; a test that causes some takes them out again."""
    return []


@pytest.fixture
def context(
    browser: Browser, look: tuple[int, int, str], complaints: list[str]
) -> Iterator[BrowserContext]:
    """A browser of a person in the Eastern zone; it fails the test if a page complains."""
    width, height, theme = look
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        timezone_id="America/New_York",
        locale="en-US",
    )
    context.set_default_timeout(10_000)
    context.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A fresh page."""
    return context.new_page()


@pytest.fixture
def ada(desk: RunningDesk, page: Page) -> Page:
    """A page on which the administrator is signed in; the first one takes the welcome link."""
    if desk.has_administrator:
        sign_in(desk, page)
    else:
        become_administrator(desk, page)
        desk.has_administrator = True
    return page


def become_administrator(desk: RunningDesk, page: Page) -> None:
    """Take the one-time link that the first start printed."""
    page.goto(desk.welcome_link)
    page.get_by_label("Your name").fill("Ada Abara")
    page.get_by_label("Email").fill(ADMINISTRATOR[0])
    page.get_by_label("Password").fill(ADMINISTRATOR[1])
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/inbox")


def sign_in(desk: RunningDesk, page: Page) -> None:
    """Sign in as the administrator."""
    page.goto(f"{desk.url}/sign-in")
    page.get_by_label("Email").fill(ADMINISTRATOR[0])
    page.get_by_label("Password").fill(ADMINISTRATOR[1])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/inbox")


def keep_picture(page: Page, name: str, *, whole: bool = False) -> None:
    """Keep a picture of the page where DESKBELL_PICTURES says, for people to look at."""
    folder = os.environ.get("DESKBELL_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)
