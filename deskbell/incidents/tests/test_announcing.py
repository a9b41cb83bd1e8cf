"""Maintenance is announced, reminded of, begun and ended to customers: each once, and nothing in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from deskbell.incidents import announcing
from deskbell.incidents.models import Delivery, MaintenanceNotice
from deskbell.incidents.tests.news import component, hand_on, subscriber
from deskbell.incidents.tests.status_pages import ask, rendered
from deskbell.lib.clock import moved_to
from deskbell.mail.models import OutboundMail
from deskbell.mail.tests.conftest import plain
from deskbell.monitoring.maintenance import edges, planning
from deskbell.monitoring.models import Component, Maintenance
from tests.town import Town, at

Sent = Callable[[], list[EmailMessage]]
HERE = "America/New_York"
FORM = {
    "title": "Upgrade of the database",
    "text": "Grades can’t be entered.",
    "starts": "2026-12-10T22:00",
    "ends": "2026-12-10T23:00",
    "public": "yes",
}
NOW = "2026-12-01 09:00"


@pytest.fixture
def grades(town: Town) -> Component:
    return component("Grades")


def plan(town: Town, *concerned: Component, found: Any = None, **form: str) -> Maintenance:
    keys = [str(each.pk) for each in concerned]
    return planning.save(FORM | form, keys, by=town.max, here=HERE, found=found)


@contextmanager
def pass_to(text: str) -> Iterator[None]:
    """The worker at that time: it sees to the edges, then to what has to be announced."""
    with moved_to(at(text)):
        edges.step()
        announcing.step()
        yield


def told() -> list[str]:
    return list(MaintenanceNotice.objects.order_by("id").values_list("kind", flat=True))


def test_what_goes_wrong_with_one_window_keeps_no_other_from_its_reminder(
    town: Town, grades: Component, monkeypatch: pytest.MonkeyPatch
) -> None:
    with moved_to(at(NOW)):
        bad = plan(town, grades, title="Bad", starts="2026-12-10T21:00")
        good = plan(town, grades)
    really = announcing._tell

    def tell(window: Maintenance, kind: Any, **more: Any) -> None:
        if window == bad:
            raise ValueError("poison")
        really(window, kind, **more)

    monkeypatch.setattr(announcing, "_tell", tell)
    with pass_to("2026-12-09 22:30"):
        reminded = MaintenanceNotice.objects.filter(kind="reminder")
        assert [notice.maintenance for notice in reminded] == [good]


def test_a_window_is_announced_reminded_of_begun_and_ended_each_once(
    town: Town, grades: Component, sent: Sent
) -> None:
    subscriber("ivy@school.example", grades)
    subscriber("other@school.example", component("Screens"))
    with moved_to(at(NOW)):
        plan(town, grades)
    assert told() == ["announced"]
    for text in ("2026-12-09 21:00", "2026-12-09 22:00", "2026-12-10 22:00", "2026-12-10 23:00"):
        for _ in range(3):  # whatever starts again, or works beside it
            with pass_to(text):
                hand_on()
                mails = sent()
    assert told() == ["announced", "reminder", "started", "ended"]
    assert [mail["To"] for mail in mails] == ["ivy@school.example"] * 4
    assert [mail["Subject"] for mail in mails] == [
        "Maintenance planned: Upgrade of the database",
        "Maintenance soon: Upgrade of the database",
        "Maintenance in progress: Upgrade of the database",
        "Maintenance completed: Upgrade of the database",
    ]
    first = plain(mails[0])
    assert "When: Thu, Dec 10, 10:00 pm to 11:00 pm Eastern" in first
    assert "Affected: Grades" in first and "Grades can’t be entered." in first


def test_what_the_team_keeps_to_itself_is_told_to_nobody(town: Town, grades: Component) -> None:
    subscriber("ivy@school.example")
    with moved_to(at(NOW)):
        plan(town, grades, public="")
    for text in ("2026-12-09 22:00", "2026-12-10 22:00", "2026-12-10 23:00"):
        with pass_to(text):
            pass
    assert told() == [] and not Delivery.objects.exists()


def test_what_is_planned_for_tomorrow_has_no_reminder(town: Town, grades: Component) -> None:
    with moved_to(at("2026-12-10 09:00")):
        plan(town, grades)
    with pass_to("2026-12-10 12:00"):
        assert told() == ["announced"]


def test_what_begins_at_once_is_told_as_begun(town: Town, grades: Component) -> None:
    with moved_to(at("2026-12-10 22:30")):
        plan(town, grades)
        assert told() == ["started"]


def test_another_time_is_told_and_other_words_alone_are_not(
    town: Town, grades: Component, sent: Sent
) -> None:
    subscriber("ivy@school.example")
    with moved_to(at(NOW)):
        window = plan(town, grades)
        plan(town, grades, found=window, text="Other words.")
        assert told() == ["announced"]
        plan(town, grades, found=window, ends="2026-12-11T01:00")
        assert told() == ["announced", "changed"]
        hand_on()
        assert "10:00 pm to Fri, Dec 11, 1:00 am Eastern" in plain(sent()[-1])


def test_a_window_that_customers_shall_hear_of_after_all_is_announced(
    town: Town, grades: Component
) -> None:
    with moved_to(at(NOW)):
        window = plan(town, grades, public="")
        plan(town, grades, found=window)
        assert told() == ["announced"]


def test_each_week_is_announced_three_days_ahead_without_a_reminder(
    town: Town, grades: Component
) -> None:
    with moved_to(at(NOW)):
        plan(town, grades, weekly="yes")
        assert told() == []
    with pass_to("2026-12-07 21:00"):
        assert told() == []
    for text in ("2026-12-07 22:00", "2026-12-09 22:00", "2026-12-10 22:00", "2026-12-10 23:00"):
        with pass_to(text):
            pass
    assert told() == ["announced", "started", "ended"]
    with pass_to("2026-12-14 22:00"):
        assert told() == ["announced", "started", "ended", "announced"]
    assert Maintenance.objects.filter(public=True).count() == 2


def test_a_cancellation_is_told_if_the_window_was(town: Town, grades: Component) -> None:
    with moved_to(at(NOW)):
        window = plan(town, grades)
        planning.cancel(window.pk, on=True)
        weekly = plan(town, grades, weekly="yes")
        planning.cancel(weekly.pk, on=True)
        assert told() == ["announced", "cancelled"]


def test_a_cancellation_that_is_taken_back_at_once_reaches_nobody(
    town: Town, grades: Component
) -> None:
    subscriber("ivy@school.example")
    with moved_to(at(NOW)):
        window = plan(town, grades)
        hand_on()
        planning.cancel(window.pk, on=True)
        hand_on()
        planning.cancel(window.pk, on=False)
    with moved_to(at(NOW) + timedelta(minutes=5)):
        hand_on()
    assert told() == ["announced"] and OutboundMail.objects.filter(kind="news").count() == 1


def test_one_that_was_heard_of_is_announced_again(town: Town, grades: Component) -> None:
    subscriber("ivy@school.example")
    with moved_to(at(NOW)):
        window = plan(town, grades)
        planning.cancel(window.pk, on=True)
        hand_on()
    with moved_to(at(NOW) + timedelta(minutes=5)):
        hand_on()
        planning.cancel(window.pk, on=False)
    assert told() == ["announced", "cancelled", "announced"]


def test_an_early_end_is_told_with_its_time(town: Town, grades: Component, sent: Sent) -> None:
    subscriber("ivy@school.example")
    with moved_to(at(NOW)):
        window = plan(town, grades)
    with pass_to("2026-12-10 22:10"):
        planning.end_now(window.pk, on=True)
    with moved_to(at("2026-12-10 22:20")):
        hand_on()
        assert "10:00 pm to 10:10 pm Eastern" in plain(sent()[-1])
    assert told()[-1] == "ended"


def test_a_district_hears_of_its_own_maintenance_alone(town: Town) -> None:
    subscriber("north@school.example", district=town.north_valley)
    subscriber("south@school.example", district=town.south_ridge)
    with moved_to(at(NOW)):
        plan(town, component("Ours", [town.north_valley]))
    heard = Delivery.objects.values_list("subscriber__person__email", flat=True)
    assert list(heard) == ["north@school.example"]


def test_the_form_asks_whether_customers_are_told(town: Town, grades: Component) -> None:
    browser = Client()
    browser.force_login(town.max.person)
    page = browser.get("/maintenance").content.decode()
    assert 'name="public" value="yes" checked' in page
    with moved_to(at(NOW)):
        window = plan(town, grades, public="")
    page = browser.get(f"/maintenance/{window.pk}").content.decode()
    assert 'name="public" value="yes" aria' in page


def test_the_status_page_shows_what_customers_are_told_of_and_nothing_else(
    town: Town, grades: Component, tmp_path: Path
) -> None:
    with moved_to(at(NOW)):
        plan(town, grades, public="", title="Ours alone")
        plan(town, grades)
        shown = ask(rendered(tmp_path), "/status").text
    assert "Upgrade of the database" in shown and "Ours alone" not in shown


def test_a_notice_names_no_component_of_another_district(
    town: Town, grades: Component, sent: Sent
) -> None:
    ours = component("Ours", [town.north_valley])
    subscriber("public@school.example")
    subscriber("north@school.example", district=town.north_valley)
    with moved_to(at(NOW)):
        plan(town, grades, ours)
        hand_on()
        public, north = [plain(mail) for mail in sent()]
    assert "Affected: Grades, Ours\n" in north
    assert "Affected: Grades\n" in public and "Ours" not in public


@pytest.mark.parametrize("is_made_by_them", [True, False])
def test_maintenance_of_the_make_believe_town_reaches_nobody_outside_it(
    town: Town, grades: Component, is_made_by_them: bool
) -> None:
    subscriber("real@school.example")
    subscriber("demo@school.example", demo=True)
    if is_made_by_them:
        town.max.person.demo = True
        town.max.person.save()
    else:
        grades.key = "demo-grades"
        grades.save()
    with moved_to(at(NOW)):
        plan(town, grades)
    assert Delivery.objects.get().subscriber.demo
