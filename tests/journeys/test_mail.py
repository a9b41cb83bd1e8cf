"""P4: a mail becomes a ticket on a clock, is answered, and the customer's answer comes back."""

from __future__ import annotations

import json
import re
import smtplib
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import ALL_LOOKS, keep_picture
from tests.journeys.running_desk import RunningDesk, text_of, wait_for

LIVE = 10_000  # ms: one second is usual, the rest is for a busy machine

# The form's answer and two fragments of the stream, at one go.
COME_TWICE = """() => {
  const entry = document.querySelector("#timeline").lastElementChild;
  const again = entry.cloneNode(true);
  entry.after(again);
  again.replaceWith(entry.cloneNode(true));
}"""


@pytest.mark.parametrize("look", ALL_LOOKS, indirect=True)
def test_a_mail_is_seen_answered_and_answered_again(
    desk: RunningDesk, ada: Page, look: tuple[int, int, str]
) -> None:
    width, _, theme = look
    customer = f"tess.{width}.{theme}@northvalley.example"
    subject = f"Black screen in room {width} {theme}"

    ada.goto(f"{desk.url}/inbox")
    desk.receive(subject, "All Chromebooks are dark.", sender=f"Tess Turner <{customer}>")
    row = ada.get_by_role("link", name=subject)
    expect(row).to_be_visible(timeout=LIVE)  # without a reload
    keep_picture(ada, f"inbox-{width}-{theme}")

    receipt = desk.relay.mail_to(customer)
    number = number_in(str(receipt["Subject"]))
    assert f"#{number}" in text_of(receipt)
    assert "Eastern Time" in text_of(receipt)
    assert receipt["Auto-Submitted"] == "auto-replied"

    open_by_keyboard(ada, subject)
    ada.wait_for_url(f"**/tickets/{number}")
    expect(ada.get_by_text("All Chromebooks are dark.")).to_be_visible()
    ada.keyboard.press("r")
    ada.keyboard.type("Please press the power button for ten seconds.")
    keep_picture(ada, f"ticket-{width}-{theme}")
    ada.get_by_role("button", name="Send", exact=True).click()
    expect(ada.get_by_role("article").filter(has_text="ten seconds")).to_be_visible(timeout=LIVE)

    reply = desk.relay.mail_to(customer, saying="ten seconds")
    desk.receive(f"Re: {subject}", "That did it!", sender=f"Tess <{customer}>", answer_to=reply)
    expect(ada.get_by_role("article").filter(has_text="That did it!")).to_be_visible(timeout=LIVE)

    ada.evaluate(COME_TWICE)
    expect(ada.get_by_role("article").filter(has_text="That did it!")).to_have_count(1)

    ticket = json.loads(desk.command("ticket", "show", str(number), "--json"))
    assert [message["text"].strip() for message in ticket["messages"]] == [
        "All Chromebooks are dark.",
        "Please press the power button for ten seconds.",
        "That did it!",
    ]
    kinds = [event["kind"] for event in ticket["events"]]
    assert kinds[:2] == ["opened", "customer_message"] and kinds[-1] == "customer_message"
    assert ticket["next_due"]["metric"] == "next_reply"


@pytest.mark.parametrize("look", ALL_LOOKS, indirect=True)
def test_a_reply_is_taken_back_and_never_was(
    desk: RunningDesk, ada: Page, look: tuple[int, int, str]
) -> None:
    width, _, theme = look
    customer = f"uma.{width}.{theme}@northvalley.example"
    desk.receive("Login", "Nobody can log in.", sender=f"Uma <{customer}>")
    number = number_in(str(desk.relay.mail_to(customer)["Subject"]))

    ada.goto(f"{desk.url}/tickets/{number}")
    ada.keyboard.press("r")
    ada.keyboard.type("Please rebot.")
    ada.keyboard.press("Control+Enter")
    undo = ada.get_by_role("button", name="Undo")
    expect(undo).to_be_visible(timeout=LIVE)
    keep_picture(ada, f"undo-{width}-{theme}")
    undo.click()
    expect(ada.get_by_text("took it back before it was sent")).to_be_visible(timeout=LIVE)
    composer = ada.get_by_label("Reply to")
    expect(composer).to_have_value("Please rebot.")
    keep_picture(ada, f"undone-{width}-{theme}")
    composer.fill("Please reboot.")
    ada.keyboard.press("Control+Enter")
    expect(undo).to_be_visible(timeout=LIVE)
    expect(undo).to_be_hidden(timeout=LIVE + 10_000)

    desk.relay.mail_to(customer, saying="Please reboot.")
    assert not [mail for mail in desk.relay.mails if "rebot" in text_of(mail)]
    assert "Every stored clock is what the history says" in desk.command("sla", "verify")


@pytest.mark.parametrize("look", ALL_LOOKS[:1], indirect=True)
def test_what_the_stream_has_drawn_anew_can_still_be_sent(desk: RunningDesk, ada: Page) -> None:
    customer = "rosa@northvalley.example"
    desk.receive("Printer", "It prints nothing.", sender=customer)
    number = number_in(str(desk.relay.mail_to(customer)["Subject"]))
    other = ada.context.new_page()
    for page in (ada, other):
        page.goto(f"{desk.url}/tickets/{number}")
        expect(page.get_by_text("Live", exact=True)).to_be_visible(timeout=LIVE)
    ada.locator("#facts").evaluate("panel => { panel.dataset.old = 'yes'; }")
    other.get_by_label("State", exact=True).select_option("waiting")
    expect(ada.locator("#facts[data-old]")).to_have_count(0, timeout=LIVE)

    ada.get_by_role("button", name="Declare an incident").click()
    expect(ada).to_have_url(re.compile(r"/incidents/\d+$"))
    expect(ada.get_by_text("Printer").first).to_be_visible()


def test_words_that_are_begun_while_others_leave_stay_and_what_is_refused_comes_back(
    desk: RunningDesk, ada: Page, complaints: list[str]
) -> None:
    customer = "quinn@northvalley.example"
    desk.receive("Slow line", "It takes minutes.", sender=customer)
    number = number_in(str(desk.relay.mail_to(customer)["Subject"]))
    ada.goto(f"{desk.url}/tickets/{number}")
    held: list[Route] = []
    ada.route("**/replies", lambda route: held.append(route))
    composer = ada.get_by_label("Reply to")

    composer.fill("First words.")
    ada.keyboard.press("Control+Enter")
    expect(composer).to_have_value("")
    composer.press_sequentially("Second")
    taken(ada, held).continue_()
    expect(ada.get_by_role("article").filter(has_text="First words.")).to_be_visible(timeout=LIVE)
    expect(ada.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    composer.press_sequentially(" words.")
    expect(composer).to_have_value("Second words.")

    ada.keyboard.press("Control+Enter")
    expect(composer).to_have_value("")
    composer.press_sequentially("Third words.")
    taken(ada, held).abort()
    expect(composer).to_have_value("Second words.\n\nThird words.")
    ada.reload()
    expect(composer).to_have_value("Second words.\n\nThird words.")
    complaints.clear()  # the browser says that a request was cut off


def taken(page: Page, held: list[Route]) -> Route:
    """The request that was held back, as soon as it is."""
    for _ in range(LIVE // 50):
        if held:
            return held.pop()
        page.wait_for_timeout(50)
    raise AssertionError("Nothing was sent.")


def test_a_note_is_for_the_team_alone(desk: RunningDesk, ada: Page) -> None:
    customer = "nora@northvalley.example"
    desk.receive("Printer", "It prints on A4.", sender=customer)
    number = number_in(str(desk.relay.mail_to(customer)["Subject"]))

    ada.goto(f"{desk.url}/tickets/{number}")
    ada.keyboard.press("n")
    ada.keyboard.type("Same host as yesterday.")
    ada.get_by_role("button", name=re.compile("note", re.I)).last.click()
    expect(ada.get_by_role("article").filter(has_text="Same host")).to_be_visible(timeout=LIVE)

    desk.receive("Fence", "Is anyone there?", sender="fence@northvalley.example")
    desk.relay.mail_to("fence@northvalley.example")  # the outbox has been emptied once since
    assert not [mail for mail in desk.relay.mails if "Same host" in text_of(mail)]


def test_no_receipt_answers_a_robot(desk: RunningDesk) -> None:
    robot = EmailMessage()
    robot["From"], robot["To"] = "robot@northvalley.example", "support@deskbell.localhost"
    robot["Subject"], robot["Auto-Submitted"] = "Out of office", "auto-replied"
    robot.set_content("I am on vacation.")
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=10) as door:
        door.send_message(robot)

    wait_for(
        lambda: [t for t in tickets(desk) if t["subject"] == "Out of office"] or None,
        "the robot's ticket",
    )
    desk.receive("Fence", "Hello?", sender="fence2@northvalley.example")
    desk.relay.mail_to("fence2@northvalley.example")
    assert not [mail for mail in desk.relay.mails if "robot@" in str(mail["To"])]


def test_a_stranger_at_the_door_is_sent_away_in_one_sentence(desk: RunningDesk) -> None:
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=10) as door:
        door.helo()
        door.mail("tess@northvalley.example")
        code, sentence = door.rcpt("someone@elsewhere.example")
    assert code == 550
    assert b"support@deskbell.localhost" in sentence


def open_by_keyboard(page: Page, subject: str) -> None:
    """j until the selection is on the ticket, then Enter."""
    chosen = page.locator(".row.is-chosen a")
    for _ in range(60):
        page.keyboard.press("j")
        if chosen.inner_text() == subject:
            break
    page.keyboard.press("Enter")


def tickets(desk: RunningDesk) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(desk.command("ticket", "list", "--json"))
    return found


def number_in(subject: str) -> int:
    found = re.search(r"#(\d+)", subject)
    assert found, subject
    return int(found.group(1))
