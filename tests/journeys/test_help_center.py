"""What customers see of help center, promise and portal: whole at each width, without a fault by axe."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import (
    ADMINISTRATOR,
    become_administrator,
    keep_picture,
    sign_in,
)
from tests.journeys.running_desk import RunningDesk, text_of

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_AXE = re.compile("inline style|404 ")  # it styles its own marks and fetches style sheets itself
Form = dict[str, str | float | bool]
TEACHER = "tess@northvalley.example"
ARTICLE = """---
title: The screen stays black
summary: What to try before the class begins.
collection: Apps and screens
section: Using apps
---
## Reload it

1. Press reload.
2. Close other tabs with video.

> [!TIP]
> Press the full screen key.

## Write it down

| Key | What it does |
|---|---|
| F5 | reloads |

## Where is the key?

> [!TAB] Chromebook
> In the top row.

> [!TAB] Windows
> F11.

[Reload it, in a minute](https://www.youtube.com/watch?v=aqz-KE-bpKQ)

## Still black

Write to us.
"""


@pytest.fixture(scope="module")
def town(
    desk: RunningDesk, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A desk with an article for everyone, and the browser of a district's owner, signed in to the portal."""
    folder = tmp_path_factory.mktemp("articles")
    (folder / "black.en.md").write_text(ARTICLE)
    with browser.new_context() as agents:
        page = agents.new_page()
        if desk.has_administrator:
            sign_in(desk, page)
        else:
            become_administrator(desk, page)
            desk.has_administrator = True
        page.goto(f"{desk.url}/districts")
        form: Form = {
            "name": "North Valley",
            "zone": "America/New_York",
            "domains": TEACHER.partition("@")[2],
            **token_of(page),
        }
        assert page.request.post(f"{desk.url}/districts", form=form).ok
        page.goto(f"{desk.url}/onboardings/new")
        option = page.locator("select[name=district] option", has_text="North Valley")
        district = option.get_attribute("value")
        page.get_by_label("District").select_option(district)
        page.get_by_label("Start").fill("2026-11-02")
        page.get_by_label("Go-live").fill("2027-06-01")
        page.locator("main form button.main").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("North Valley")
        place = {
            "email": TEACHER,
            "name": "Tess Turner",
            "role": "owner",
            "school": "",
            **token_of(page),
        }
        assert page.request.post(f"{desk.url}/districts/{district}/people", form=place).ok
    desk.command("help", "import", str(folder), "--owner", ADMINISTRATOR[0], "--publish")
    desk.receive("Black screen", "The screen stays black in period 2.", sender=TEACHER)
    desk.relay.mail_to(TEACHER)  # the receipt: now the desk knows her
    with browser.new_context() as teachers:
        page = teachers.new_page()
        page.goto(f"{desk.url}/portal/sign-in")
        page.get_by_label("Mail address").fill(TEACHER)
        page.get_by_role("button", name="Send me the link").click()
        letter = text_of(desk.relay.mail_to(TEACHER, saying="/portal/enter/"))
        found = re.search(r"/portal/enter/\S+", letter)
        assert found, letter
        page.goto(desk.url + found[0])
        page.locator("main form button").click()
        expect(page.get_by_role("link", name="Black screen")).to_be_visible()
        yield teachers


def test_every_page_is_whole_and_axe_finds_no_fault(
    desk: RunningDesk,
    town: BrowserContext,
    page: Page,
    complaints: list[str],
    look: tuple[int, int, str],
) -> None:
    name = f"{look[0]}-{look[2]}"
    page.goto(f"{desk.url}/help")
    fits(page, complaints, f"help-{name}")
    page.get_by_role("link", name="Apps and screens").click()
    fits(page, complaints, f"help-collection-{name}")
    page.get_by_role("link", name="The screen stays black").click()
    expect(page.get_by_role("tabpanel", name="Windows")).to_be_hidden()
    page.get_by_role("tab", name="Chromebook").press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="Windows")).to_have_text(re.compile("F11"))
    expect(page.get_by_role("tab", name="Windows")).to_be_focused()
    expect(page.get_by_role("link", name="Reload it, in a minute")).to_be_visible()
    fits(page, complaints, f"help-article-{name}")
    page.emulate_media(media="print")
    expect(page.get_by_text("In the top row.")).to_be_visible()  # paper has every way
    page.emulate_media(media="screen")
    page.get_by_role("button", name="No").click()
    expect(page.get_by_label("What was missing?")).to_be_visible()
    fits(page, complaints, f"help-sad-{name}")
    for path in ("search?q=blank+screen", "search?q=zzz", "promise", "es/promise", "nowhere"):
        page.goto(f"{desk.url}/help/{path}")
        fits(page, complaints, f"help-{re.sub(r'[^a-z]', '-', path)}-{name}")
    page.goto(f"{desk.url}/portal/sign-in")
    fits(page, complaints, f"portal-sign-in-{name}")
    cookies = [each for each in town.cookies() if each["name"] == "sessionid"]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto(f"{desk.url}/portal")
    fits(page, complaints, f"portal-{name}")
    page.get_by_role("link", name="Black screen").click()
    fits(page, complaints, f"portal-request-{name}")
    page.goto(f"{desk.url}/portal/new")
    fits(page, complaints, f"portal-new-{name}")
    page.goto("about:blank")  # what axe itself was refused has come by then
    complaints[:] = [each for each in complaints if not OF_AXE.search(each)]


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_portal_is_whole_in_both_languages(
    desk: RunningDesk,
    town: BrowserContext,
    page: Page,
    complaints: list[str],
    look: tuple[int, int, str],
    language: str,
) -> None:
    """Contesting an impact, the explanation of a clock, articles beside the form, and what an owner sees."""
    name = f"{language}-{look[0]}-{look[2]}"
    page.context.add_cookies(town.cookies())  # type: ignore[arg-type]
    chosen = {"name": "portal-language", "value": language, "url": desk.url}
    page.context.add_cookies([chosen])  # type: ignore[list-item]
    page.goto(f"{desk.url}/portal")
    page.get_by_role("link", name="Black screen").click()
    page.locator(".portal-contest > summary").click()
    page.locator(".portal-clock > summary").first.click()
    first = {"en": "We promised a first reply", "es": "Prometimos una primera respuesta"}[language]
    expect(page.get_by_text(first).first).to_be_visible()
    fits(page, complaints, f"portal-explained-{name}")
    page.goto(f"{desk.url}/portal/new")
    page.locator("[name=subject]").press_sequentially("The screen stays black")
    expect(page.get_by_text("The screen stays black").first).to_be_visible()
    fits(page, complaints, f"portal-suggested-{name}")
    for path in ("people", "figures", "status", "onboarding"):
        page.goto(f"{desk.url}/portal/{path}")
        fits(page, complaints, f"portal-{path}-{name}")
    page.goto("about:blank")
    complaints[:] = [each for each in complaints if not OF_AXE.search(each)]


def token_of(page: Page) -> Form:
    """The token of a form on this page, for what is posted without it."""
    field = page.locator("[name=csrfmiddlewaretoken]").first
    return {"csrfmiddlewaretoken": field.get_attribute("value") or ""}


def fits(page: Page, complaints: list[str], name: str) -> None:
    """Nothing stands out at the side, and axe finds no fault."""
    page.wait_for_load_state()  # a link that was pressed has only begun its page
    keep_picture(page, name, whole=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert [each for each in complaints if not OF_AXE.search(each)] == []
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    faults = [
        f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes']]}"
        for each in found.response["violations"]
    ]
    assert faults == [], name
    assert len(found.response["passes"]) > 5  # it has looked
