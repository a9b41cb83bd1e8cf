"""A person on call at night: their phone is added as a method, proven, called, and answers. By day the same
browser hears of ordinary notices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from deskbell.lib.tests.test_push import AUTH, THEIR_POINT, THEIRS, key_of, opened
from deskbell.oncall.tests.outside import Outside, listening
from tests.journeys.conftest import ADMINISTRATOR, ALL_LOOKS, keep_picture
from tests.journeys.running_desk import RunningDesk, running_desk, text_of, wait_for

NIGHT = [ALL_LOOKS[3]]  # 390 px, dark
# The browser's vendor can't be asked from here: a server of this test stands in for its push service alone.
SUBSCRIBES = """
PushManager.prototype.subscribe = async function (options) {
  if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error("key");
  return { toJSON: () => (%s) };
};
PushManager.prototype.getSubscription = async () => (%s);
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """A desk that may reach this machine, where the providers of the test are."""
    folder = tmp_path_factory.mktemp("methods")
    with running_desk(folder, DESKBELL_MAY_REACH="127.0.0.1") as desk:
        yield desk


@pytest.fixture
def outside() -> Iterator[Outside]:
    with listening() as made:
        yield made


@pytest.mark.parametrize("look", NIGHT, indirect=True)
def test_a_browser_shows_a_page_that_came_by_web_push_and_its_button_answers(
    desk: RunningDesk, outside: Outside, context: BrowserContext, ada: Page
) -> None:
    subscription = {
        "endpoint": outside.url + "/send/ada",
        "keys": {"p256dh": THEIR_POINT, "auth": AUTH},
    }
    outside.status = 201
    context.grant_permissions(["notifications"], origin=desk.url)
    ada.add_init_script(SUBSCRIBES % ((json.dumps(subscription),) * 2))
    link = link_of_a_call(desk, ada)

    ada.goto(f"{desk.url}/oncall/methods")
    add(ada, "This browser", "My tablet")
    test = json.loads(opened(wait_for_message(outside), key_of(THEIRS), AUTH))
    shown = deliver(context, ada, desk, test)
    assert shown["title"] == test["title"] and shown["actions"] == []

    call = {
        "kind": "page",
        "title": "[Urgent] Streaming is down",
        "text": "Alert from Alertmanager",
        "link": link,
        "ticket": f"{desk.url}/tickets/1",
        "tag": "call-1",
    }
    shown = deliver(context, ada, desk, call)
    assert shown["actions"] == ["acknowledge"]
    press(context, "call-1", "acknowledge")
    told = wait_for(lambda: notification(ada, "call-1", "You have it"), "the worker's answer")
    assert told["body"] == call["title"]
    ada.goto(link)
    expect(ada.get_by_text("Ada Abara has it")).to_be_visible()


@pytest.mark.parametrize("look", NIGHT, indirect=True)
def test_a_phone_is_added_by_its_code_and_called_at_night_and_its_button_answers(
    desk: RunningDesk, outside: Outside, browser: Browser, ada: Page
) -> None:
    ada.goto(f"{desk.url}/oncall")
    ada.get_by_role("link", name="How I am paged").click()
    add(ada, "ntfy", "My phone", **{"Address of the topic": outside.url + "/ada-at-night"})
    code = re.search(r"\d{6}", outside.last.json["title"])
    assert code
    card = ada.get_by_role("article", name="My phone")
    card.get_by_label("The six digits of the test").fill(code.group())
    keep_picture(ada, "methods-code", whole=True)
    card.get_by_role("button", name="Confirm").click()
    expect(card.get_by_text("Verified. Last confirmed test on")).to_be_visible()
    expect(ada.get_by_text("by ntfy (My phone)")).to_be_visible()
    assert not ada.evaluate("document.documentElement.scrollWidth > innerWidth")
    keep_picture(ada, "methods-verified", whole=True)

    ring(desk, ada, "Sign-in is down")
    page = wait_for(lambda: page_about(outside, "Sign-in is down"), "the page on the phone")
    (button,) = page["actions"]
    assert (page["priority"], button["label"]) == (5, "Acknowledge")
    phone = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
    phone.goto(button["url"])  # not signed in
    expect(phone.get_by_text("You answer as Ada Abara")).to_be_visible()
    phone.get_by_role("button", name="Acknowledge").click()
    expect(phone.get_by_text("Ada Abara has it")).to_be_visible()
    keep_picture(phone, "methods-answered")
    phone.close()

    ada.get_by_role("button", name="Remove My phone").click()
    expect(ada.get_by_text("Removed: by ntfy (My phone).")).to_be_visible()


@pytest.mark.parametrize("look", NIGHT, indirect=True)
def test_a_browser_is_turned_on_for_ordinary_notices_and_shows_them_by_the_same_worker(
    desk: RunningDesk, outside: Outside, context: BrowserContext, ada: Page
) -> None:
    subscription = {
        "endpoint": outside.url + "/send/notices",
        "keys": {"p256dh": THEIR_POINT, "auth": AUTH},
    }
    outside.status = 201
    context.grant_permissions(["notifications"], origin=desk.url)
    ada.add_init_script(SUBSCRIBES % ((json.dumps(subscription),) * 2))

    ada.goto(f"{desk.url}/notices/device")
    ada.get_by_label("Name of this device").fill("My tablet")
    ada.get_by_role("button", name="Turn on push on this device").click()
    device = ada.get_by_role("listitem").filter(has_text="My tablet").first
    expect(device.get_by_text("This browser")).to_be_visible()
    expect(ada.get_by_role("button", name="Turn on push on this device")).to_be_hidden()
    test = json.loads(opened(wait_for_message(outside), key_of(THEIRS), AUTH))
    assert (test["kind"], test["title"]) == ("notice", "It works")
    shown = deliver(context, ada, desk, test)
    assert (shown["body"], shown["actions"]) == (test["text"], [])

    wait_for(lambda: was_used(ada) or None, "the worker's note of the test")

    ada.get_by_role("button", name="Remove My tablet").click()
    expect(ada.get_by_text("“My tablet” hears nothing any more.")).to_be_visible()
    ada.get_by_role("button", name="Undo").click()
    expect(device.get_by_text("last used")).to_be_visible()  # as it was
    assert not ada.evaluate("document.documentElement.scrollWidth > innerWidth")
    keep_picture(ada, "devices", whole=True)


def was_used(page: Page) -> bool:
    page.reload()
    return page.get_by_text("last used").count() > 0


def page_about(outside: Outside, subject: str) -> dict[str, Any] | None:
    found = [each.json for each in outside.taken if subject in each.json["title"]]
    return found[0] if found else None


def ring(desk: RunningDesk, ada: Page, summary: str) -> None:
    """An alarm comes in, as Alertmanager posts it."""
    url = wait_for(lambda: desk.printed(r"(http://\S+/alerts/\S+)"), "the address of alerts")
    alert = {
        "status": "firing",
        "labels": {"alertname": summary, "severity": "critical"},
        "annotations": {"summary": summary},
        "startsAt": "2026-11-24T08:00:00Z",
    }
    body = {"version": "4", "status": "firing", "alerts": [alert]}
    assert ada.request.post(url, data=body).ok


def link_of_a_call(desk: RunningDesk, ada: Page) -> str:
    """An alarm's page comes by mail, since Ada has no method yet; its link stands in it."""
    ring(desk, ada, "Streaming is down")
    mail = desk.relay.mail_to(ADMINISTRATOR[0], saying="Streaming is down")
    found = re.search(r"http\S+/page/\S+", text_of(mail))
    assert found
    return found.group()


def add(page: Page, title: str, name: str, **more: str) -> None:
    """Fill the form of one way; `more` are its fields by their labels."""
    form = page.locator("details.way").filter(has=page.get_by_text(title, exact=True))
    form.locator("summary").click()
    for label, value in {**more, "Name": name}.items():
        form.get_by_label(label).fill(value)
    form.get_by_role("button", name="Add it and send a test").click()
    card = page.get_by_role("article", name=name)
    expect(card.get_by_label("The six digits of the test")).to_be_visible()


def wait_for_message(outside: Outside) -> bytes:
    return wait_for(lambda: outside.taken or None, "the test")[-1].content


def deliver(
    context: BrowserContext, page: Page, desk: RunningDesk, said: dict[str, Any]
) -> dict[str, Any]:
    """Hand the worker a message as the browser would that has decrypted it; returns what is shown."""
    registrations: list[dict[str, Any]] = []
    session = context.new_cdp_session(page)
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    wait_for_events(page, registrations)
    (known,) = {each["registrationId"] for each in registrations if not each["isDeleted"]}

    def shown() -> dict[str, Any] | None:  # a browser that is busy starting its worker may drop one
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": desk.url, "registrationId": known, "data": json.dumps(said)},
        )
        page.wait_for_timeout(1000)
        return notification(page, said["tag"], said["title"])

    return wait_for(shown, "the notification", seconds=60)


def wait_for_events(page: Page, events: list[dict[str, Any]]) -> None:
    """Playwright hands events over while it waits for the page."""
    wait_for(lambda: (page.evaluate("1"), events)[1] or None, "the worker's registration")


def notification(page: Page, tag: str, title: str) -> dict[str, Any] | None:
    found = page.evaluate(
        """async (tag) => {
          const worker = await navigator.serviceWorker.getRegistration("/oncall/");
          const shown = await worker.getNotifications({ tag });
          return shown.map((each) => ({ title: each.title, body: each.body,
            actions: each.actions.map((one) => one.action) }));
        }""",
        tag,
    )
    return next((dict(each) for each in found if each["title"] == title), None)


def press(context: BrowserContext, tag: str, action: str) -> None:
    """A finger on the notification's button."""
    (worker,) = context.service_workers
    worker.evaluate(
        """async ([tag, action]) => {
          const [notification] = await self.registration.getNotifications({ tag });
          const event = new NotificationEvent("notificationclick", { notification, action });
          let done;
          event.waitUntil = (promise) => { done = promise; };  // only the browser's own events have it
          self.dispatchEvent(event);
          await done;
        }""",
        [tag, action],
    )
