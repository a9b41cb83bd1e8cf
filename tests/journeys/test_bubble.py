"""P3: the bubble on a portal with a strict policy, signed in and out, in other languages."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import keep_picture
from tests.journeys.host_page import HostPage, host_page
from tests.journeys.running_desk import RunningDesk
from tests.pictures import picture

LIVE = 10_000


@pytest.fixture(scope="module")
def portal(desk: RunningDesk) -> Iterator[HostPage]:
    with host_page(desk.url) as page:
        yield page


SECRETS: dict[
    str, tuple[str, str]
] = {}  # of each desk: a site keeps a few keys only, so all use one


@pytest.fixture
def secret(desk: RunningDesk, ada: Page, portal: HostPage) -> tuple[str, str]:
    """Ada allows the portal and makes a key for it: its id and the secret, which she is shown once."""
    if desk.url in SECRETS:
        return SECRETS[desk.url]
    ada.goto(f"{desk.url}/sites")
    ada.get_by_label("Name").fill("Test portal")
    ada.get_by_label("Addresses of its pages").fill(portal.url)
    ada.get_by_role("button", name="Add the site").click()
    ada.get_by_role("button", name="Make a shared secret").click()
    kid = ada.get_by_label("Its id, for the token").input_value()
    SECRETS[desk.url] = kid, ada.get_by_label("Secret", exact=True).input_value()
    return SECRETS[desk.url]


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
    launcher(pupil).click()
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
def test_two_tabs_hold_one_conversation_and_who_signs_out_in_one_is_gone_in_the_other(
    desk: RunningDesk, portal: HostPage, secret: tuple[str, str], pupil: Page, ada: Page
) -> None:
    portal.identity = signed(secret, "ivy", name="Ivy Inge")
    portal.module = f"""
      import {{ identify }} from "{desk.url}/bubble.mjs";
      addEventListener("sign-out", () => identify(null));
    """
    other = pupil.context.new_page()
    try:
        for tab in (pupil, other):
            tab.goto(portal.url)
            launcher(tab).click()
            expect(tab.get_by_text("Hello Ivy, how can we help?")).to_be_visible()
        say(pupil, "Said in the first tab")
        expect(other.get_by_text("Said in the first tab", exact=True)).to_be_visible(timeout=LIVE)
        say(other, "Said in the second")
        ada.goto(f"{desk.url}/inbox")
        ada.get_by_role("link", name="Said in the first tab").click()
        ada.get_by_placeholder("Write to Ivy Inge").fill("We see both")
        ada.get_by_role("button", name="Send", exact=True).click()
        words = ("Said in the first tab", "Said in the second", "We see both")
        for tab in (pupil, other):
            expect(tab.get_by_text("We see both", exact=True)).to_be_visible(timeout=LIVE)
            for each in words:
                expect(tab.get_by_text(each, exact=True)).to_have_count(1)
        pupil.evaluate("dispatchEvent(new Event('sign-out'))")
        for tab in (pupil, other):
            expect(tab.get_by_text("How can we help?")).to_be_visible()
            for each in words:
                expect(tab.get_by_text(each, exact=True)).to_have_count(0)
            assert "ivy" not in str(tab.evaluate("({...sessionStorage, ...localStorage})"))
    finally:
        portal.module = ""


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
    assert painted <= fetched + 50  # ms: a paint is stamped when it is shown, some frames later
    asked = pupil.evaluate(
        "performance.getEntriesByType('resource').filter("
        "e => e.name.includes('/bubble/') && !e.name.includes('/bubble/words-')).length"
    )
    assert asked == 0  # nobody has opened it
    launcher(pupil).click()
    expect(pupil.get_by_text("How can we help?")).to_be_visible()
    assert pupil.evaluate("window.moved") == 0


@pytest.mark.parametrize("look", [(1440, 900, "light")], indirect=True)
def test_files_are_picked_pasted_and_dropped_and_the_team_has_them(
    desk: RunningDesk, portal: HostPage, secret: tuple[str, str], pupil: Page, ada: Page
) -> None:
    portal.identity = signed(secret, "lea", name="Lea Lind")
    pupil.goto(portal.url)
    launcher(pupil).click()
    expect(
        pupil.get_by_role("button", name="Attach files: 5 at most, of 5 MB each")
    ).to_be_visible()
    pick = pupil.locator("input[type=file]")
    essay = {"name": "essay.txt", "mimeType": "text/plain", "buffer": b"My essay"}
    shot = {"name": "shot.png", "mimeType": "image/png", "buffer": picture(1600, 900)}
    pick.set_input_files([essay, shot])
    for name in ("essay.txt", "shot.png"):
        expect(pupil.get_by_role("button", name=f"Remove {name}")).to_be_visible(timeout=LIVE)
    give(pupil, "textarea", "paste", "clipboardData", "screen.png")
    expect(pupil.get_by_role("button", name="Remove screen.png")).to_be_visible(timeout=LIVE)
    give(pupil, ".panel", "drop", "dataTransfer", "homework.bat")
    expect(pupil.get_by_text("This file can’t be sent here.").first).to_be_visible(timeout=LIVE)
    pupil.get_by_role("button", name="Remove homework.bat").click()
    say(pupil, "It looks like this")
    link = pupil.get_by_role("link", name="screen.png")
    expect(link).to_be_visible(timeout=LIVE)
    keep_picture(pupil, "files-1440-light")

    ada.goto(f"{desk.url}/inbox")
    ada.get_by_role("link", name="It looks like this").click()
    for name in ("essay.txt", "screen.png"):
        expect(ada.get_by_role("link", name=name, exact=True)).to_be_visible()

    # The portal's policy allows no pictures of the desk: the bubble draws them.
    small = pupil.get_by_role("link", name="shot.png").get_by_role("img")
    expect(small).to_have_js_property("width", 480)
    ticket = ada.url
    ada.goto(f"{desk.url}/you/picture")
    ada.get_by_label("A picture of your face").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": picture(400, 300)}
    )
    ada.get_by_role("button", name="Show this picture").click()
    expect(ada.get_by_role("button", name="Take it away")).to_be_visible()
    ada.goto(ticket)
    ada.get_by_placeholder("Write to Lea Lind").fill("I see it")
    ada.get_by_role("button", name="Send", exact=True).click()
    expect(pupil.get_by_text("I see it", exact=True)).to_be_visible(timeout=LIVE)
    expect(pupil.locator(".face canvas")).to_have_js_property("width", 192)


def give(page: Page, where: str, event: str, field: str, name: str) -> None:
    """Paste or drop a small PNG of this name."""
    page.locator(where).evaluate(
        """(element, [event, field, name]) => {
          const bytes = [137, 80, 78, 71, 13, 10, 26, 10];
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
          const given = new Event(event, { bubbles: true, cancelable: true, composed: true });
          Object.defineProperty(given, field, { value: data });
          element.dispatchEvent(given);
        }""",
        [event, field, name],
    )


LANGUAGES = [
    ("en", "ltr", "Chat with support", "How can we help?"),
    ("es-MX", "ltr", "Chatear con soporte", "¿En qué podemos ayudar?"),
    ("ar", "rtl", "Chat with support", "How can we help?"),
]


@pytest.mark.parametrize(("lang", "direction", "name", "hello"), LANGUAGES)
@pytest.mark.parametrize("look", [(1440, 900, "light")], indirect=True)
def test_everyone_can_use_it_in_their_language_by_the_keyboard_alone(
    desk: RunningDesk,
    portal: HostPage,
    secret: tuple[str, str],
    pupil: Page,
    lang: str,
    direction: str,
    name: str,
    hello: str,
) -> None:
    portal.identity, portal.lang, portal.dir = None, lang, direction
    try:
        pupil.goto(portal.url)
        knob = pupil.get_by_role("button", name=name)
        expect(knob).to_be_visible()
        box, width = knob.bounding_box(), pupil.evaluate("innerWidth")
        assert box is not None
        assert (box["x"] < width / 2) == (direction == "rtl")
        pupil.keyboard.press("Tab")
        pupil.keyboard.press("Enter")
        dialog = pupil.get_by_role("dialog", name=hello)
        expect(dialog).to_be_visible()
        expect(dialog.get_by_role("textbox")).to_be_focused()
        assert faults(pupil) == []
        pupil.keyboard.type("مرحبا" if lang == "ar" else "Hola")
        pupil.keyboard.press("Enter")
        expect(pupil.get_by_text("Enviado ·" if lang == "es-MX" else "Sent ·")).to_be_visible(
            timeout=LIVE
        )
        assert faults(pupil) == []
        keep_picture(pupil, f"bubble-{lang}")
        pupil.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(knob).to_be_focused()
        assert faults(pupil) == []
    finally:
        portal.lang, portal.dir = "en", "ltr"


@pytest.mark.parametrize("look", [(1440, 900, "light")], indirect=True)
def test_at_twice_the_size_and_without_motion_nothing_is_lost(
    desk: RunningDesk, portal: HostPage, secret: tuple[str, str], browser: Browser
) -> None:
    """1280 by 720 pixels at 200 % are 640 by 360."""
    portal.identity = None
    context = browser.new_context(
        viewport={"width": 640, "height": 360}, device_scale_factor=2, reduced_motion="reduce"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    try:
        page.goto(portal.url)
        launcher(page).click()
        for part in (page.get_by_label("Your message"), page.get_by_role("button", name="Send")):
            expect(part).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="Close chat").first).to_be_in_viewport(ratio=1)
        moving = page.locator(".panel").evaluate("e => e.getAnimations({subtree: true}).length")
        assert moving == 0
        assert faults(page) == []
        keep_picture(page, "bubble-200")
    finally:
        context.close()


def faults(page: Page) -> list[str]:
    """What axe finds in the bubble by the rules of WCAG 2.2 AA."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(
        page,
        context="deskbell-bubble",
        options={"runOnly": {"type": "tag", "values": tags}},
    )
    assert len(found.response["passes"]) > 5  # it has looked, and into the shadow
    return [
        f"{each['id']}: {each['help']} {[node['target'] for node in each['nodes']]}"
        for each in found.response["violations"]
    ]


@pytest.mark.parametrize("look", [(1440, 900, "light")], indirect=True)
def test_answers_come_also_where_a_proxy_holds_the_stream_back(
    desk: RunningDesk, portal: HostPage, secret: tuple[str, str], pupil: Page, ada: Page
) -> None:
    """The stream is asked for and nothing ever comes of it; the bubble asks every few seconds instead."""
    pupil.route("**/live?*", lambda route: None)
    portal.identity = signed(secret, "noa", name="Noa Nye")
    pupil.goto(portal.url)
    launcher(pupil).click()
    say(pupil, "Behind a proxy")
    ada.goto(f"{desk.url}/inbox")
    ada.get_by_role("link", name="Behind a proxy").click()
    ada.get_by_placeholder("Write to Noa Nye").fill("We see you")
    ada.get_by_role("button", name="Send", exact=True).click()
    expect(pupil.get_by_text("We see you", exact=True)).to_be_visible(timeout=30_000)
