"""An administrator gives the desk another address, a wording and a look, and sees each before it is sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from deskbell.mail.tests.test_letters import png
from tests.journeys.conftest import LOOKS, keep_picture
from tests.journeys.running_desk import RunningDesk

LIVE = 10_000


@pytest.mark.parametrize("look", LOOKS, indirect=True)
def test_addresses_templates_and_look(
    desk: RunningDesk, ada: Page, look: tuple[int, int, str], tmp_path: Path
) -> None:
    width, _, theme = look
    customer = f"lia.{width}@northvalley.example"
    desk.receive("Projector", "It hums.\n\nLia", sender=f"Lia Lee <{customer}>")
    desk.relay.mail_to(customer)

    ada.goto(f"{desk.url}/mail/addresses")
    ada.get_by_label("Address", exact=True).fill(f"billing{width}@desk.example")
    ada.get_by_label("Name").fill("Billing")
    ada.get_by_label("Team").select_option(label="Billing")
    ada.get_by_label("Category").select_option(label="Billing support")
    keep_picture(ada, f"addresses-{width}-{theme}")
    ada.get_by_role("button", name="Add the address").click()
    expect(ada.get_by_role("heading", name=f"billing{width}@desk.example")).to_be_visible()
    ada.get_by_role("button", name="Send a test mail").click()
    expect(ada.get_by_text("A test mail was sent")).to_be_visible()
    ada.wait_for_load_state()
    make = ada.get_by_role("button", name="Make the keys")
    if make.is_visible():
        make.click()
    expect(ada.get_by_text("v=DKIM1; k=ed25519")).to_be_visible()
    keep_picture(ada, f"address-{width}-{theme}", whole=True)

    (tmp_path / "logo.png").write_bytes(png(160, 80))
    ada.goto(f"{desk.url}/mail/look")
    ada.get_by_label("Name beside the logo").fill("Cloud Classroom Support")
    ada.get_by_label("A color of its own").check()
    ada.get_by_label("Color", exact=True).fill("#1a5fb4")
    ada.get_by_label("Logo", exact=True).set_input_files(tmp_path / "logo.png")
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_alt_text("The present logo")).to_be_visible()
    keep_picture(ada, f"look-{width}-{theme}")

    ada.goto(f"{desk.url}/mail/letters/receipt")
    preview = ada.frame_locator("iframe[name=preview]")
    expect(preview.get_by_text("Thank you for writing to us")).to_be_visible(timeout=LIVE)
    expect(preview.get_by_role("img", name="Cloud Classroom Support")).to_be_visible()
    html = ada.get_by_label("HTML", exact=True)
    html.fill(html.input_value().replace("Thank you for writing", "Thanks for writing"))
    expect(preview.get_by_text("Thanks for writing to us")).to_be_visible(timeout=LIVE)
    keep_picture(ada, f"letter-{width}-{theme}", whole=True)
    html.fill("{{ custmer }}")
    expect(preview.get_by_text(re.compile("names “custmer”"))).to_be_visible(timeout=LIVE)
    keep_picture(ada, f"letter-refused-{width}-{theme}")

    ada.goto(f"{desk.url}/notices/mail")
    ada.get_by_label("A promise is due soon").uncheck()
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_label("A promise is due soon")).not_to_be_checked()
    keep_picture(ada, f"choices-{width}-{theme}")
