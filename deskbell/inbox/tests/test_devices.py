"""An agent's devices: turned on in a browser, named, tested, removed and brought back. Nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from deskbell.inbox.models import Device, Push
from deskbell.inbox.push import devices
from deskbell.inbox.push.sending import send_what_is_due
from deskbell.inbox.tests.conftest import ClientOf, Phone, read_by_phone, subscription
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import NotFound, Refused
from deskbell.oncall.tests.outside import Outside
from tests.town import Town

CHROME = "Mozilla/5.0 (Linux; Android 10) Chrome/141.0 Mobile Safari/537.36"
PAGE = "/notices/device"


def test_a_browser_is_turned_on_and_gets_a_test_at_once(
    browser: Client, town: Town, service: Outside
) -> None:
    form = {"subscription": subscription(service, "ana")}
    assert browser.post("/notices/devices", form, HTTP_USER_AGENT=CHROME).status_code == 302
    device = Device.objects.get()
    assert (device.agent, device.name, device.shows_words) == (
        town.ana,
        "Chrome 141 on Android",
        False,
    )
    assert service.url not in device.sealed
    assert "never used" in browser.get(PAGE).content.decode()
    send_what_is_due()
    assert read_by_phone(service.last)["title"] == "It works"
    assert "last used" in browser.get(PAGE).content.decode()


def test_what_no_browser_gives_is_refused(browser: Client, town: Town) -> None:
    answer = browser.post("/notices/devices", {"subscription": "{}"})
    assert answer.status_code == 422
    assert "The browser gave no subscription" in answer.content.decode()


def test_a_browser_in_which_another_agent_turns_it_on_is_theirs(town: Town, phone: Phone) -> None:
    """Else Ana's notices were shown to Ben, on the desk that they share."""
    phone(town.ana, "shared")
    phone(town.ben, "shared")
    assert not devices.devices_of(town.ana).exists()
    assert devices.devices_of(town.ben).count() == 1


def test_removing_has_an_undo_and_is_for_good_a_day_later(
    browser: Client, town: Town, phone: Phone
) -> None:
    device = phone(town.ana, "My phone")
    page = browser.post(f"/notices/devices/{device.pk}/removal", follow=True).content.decode()
    assert "“My phone” hears nothing any more." in page
    assert not devices.devices_of(town.ana).exists()
    browser.post(f"/notices/devices/{device.pk}/return")
    assert devices.devices_of(town.ana).count() == 1
    devices.remove(device)
    assert devices.erase_removed() == 0
    with moved_to(clock.now() + timedelta(days=2)):
        assert devices.erase_removed() == 1
    with pytest.raises(NotFound):
        devices.bring_back(town.ana, device.pk)


def test_the_name_and_the_choice_of_words_are_kept(
    browser: Client, town: Town, phone: Phone
) -> None:
    device = phone(town.ana)
    browser.post(f"/notices/devices/{device.pk}", {"name": " Old  phone "})
    device.refresh_from_db()
    assert (device.name, device.shows_words) == ("Old phone", False)


@pytest.mark.parametrize("what", ["", "/test", "/removal", "/return"])
def test_another_agents_device_is_none(
    town: Town, phone: Phone, client_of: ClientOf, what: str
) -> None:
    device = phone(town.ana)
    answer = client_of(town.ben.person).post(f"/notices/devices/{device.pk}{what}", {"name": "x"})
    assert answer.status_code == 404
    assert devices.devices_of(town.ana).get() == device


def test_one_test_at_a_time(browser: Client, town: Town, phone: Phone) -> None:
    device = phone(town.ana)
    assert browser.post(f"/notices/devices/{device.pk}/test").status_code == 302
    again = browser.post(f"/notices/devices/{device.pk}/test")
    assert (again.status_code, Push.objects.count()) == (422, 1)


def test_there_are_ten_at_most(town: Town, phone: Phone) -> None:
    for number in range(devices.MOST):
        phone(town.ana, f"phone-{number}")
    with pytest.raises(Refused):
        phone(town.ana, "one-more")
    phone(town.ana, "phone-3")  # the same browser again is no further one


@pytest.mark.parametrize(
    ("begins", "ends", "status"),
    [("20:00", "07:00", 302), ("", "", 302), ("20:00", "", 422), ("late", "early", 422)],
)
def test_quiet_hours_are_both_or_neither(
    browser: Client, town: Town, begins: str, ends: str, status: int
) -> None:
    form = {"quiet_from": begins, "quiet_until": ends, "pushes": ["due", "nonsense"]}
    assert browser.post(PAGE, form).status_code == status
    if status == 302:
        town.ana.refresh_from_db()
        assert town.ana.preferences.pushes == ["due"]
        assert (town.ana.preferences.quiet_hours is None) is (not begins)
