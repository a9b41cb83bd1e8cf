"""What programs read of the status page: read here by programs that read such pages."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from deskbell.incidents.models import PrivatePage
from deskbell.incidents.tests.status_pages import ask, rendered
from deskbell.incidents.tests.test_status_page import trouble
from deskbell.incidents.tests.test_updating import draft, streaming
from deskbell.incidents.updating import publish
from deskbell.lib import clock
from deskbell.monitoring.models import Component, Maintenance
from deskbell.monitoring.vendors.rss.reading import read as read_feed
from deskbell.monitoring.vendors.statuspage.reading import read as read_summary
from tests.town import Town


def window(starts_in: float, title: str = "Upgrade") -> Maintenance:
    """Two hours of maintenance of all components."""
    begins = clock.now() + timedelta(hours=starts_in)
    made = Maintenance.objects.create(
        title=title, starts_at=begins, ends_at=begins + timedelta(hours=2)
    )
    made.components.set(Component.objects.all())
    return made


def data(root: Path, name: str) -> Any:
    return json.loads(ask(rendered(root), f"/status/api/v2/{name}.json").body)


def test_the_desks_own_reader_of_statuspages_reads_it(town: Town, tmp_path: Path) -> None:
    streaming(name="Sign-in", key="sign-in", state="operational")
    streaming(name="Mail", key="mail", state="unknown")
    incident = trouble(town, text="A gateway is broken.")

    read = read_summary(ask(rendered(tmp_path), "/status/api/v2/summary.json").body)
    assert {part.id: (part.name, part.state) for part in read.parts} == {
        "sign-in": ("Sign-in", "operational"),
        "mail": ("Mail", "unknown"),
        "streaming": ("Streaming", "partial_outage"),
    }
    (found,) = read.troubles
    assert (found.key, found.title) == (f"incident-{incident.pk}", "Black screens")
    assert found.started == incident.started_at.replace(
        microsecond=incident.started_at.microsecond // 1000 * 1000
    )
    assert found.updates[0].text == "A gateway is broken." and found.ended is None
    assert [name for name, _ in found.parts] == ["Streaming"]


def test_groups_hold_their_components(town: Town, tmp_path: Path) -> None:
    service = streaming(state="operational").service
    found = data(tmp_path, "components")["components"]
    assert found[0]["group"] and found[0]["components"] == ["streaming"]
    assert found[1]["group_id"] == found[0]["id"] == f"service-{service.pk}"


def test_the_status_has_statuspages_words(town: Town, tmp_path: Path) -> None:
    component = streaming(state="operational")
    assert data(tmp_path, "status")["status"] == {
        "indicator": "none",
        "description": "All systems operational",
    }
    Component.objects.filter(pk=component.pk).update(state="major_outage")
    assert data(tmp_path, "status")["status"]["indicator"] == "critical"


def test_incidents_that_are_over_are_resolved(town: Town, tmp_path: Path) -> None:
    incident = trouble(town)
    assert [each["status"] for each in data(tmp_path, "incidents/unresolved")["incidents"]] == [
        "investigating"
    ]
    publish(incident, draft(key="2", phase="resolved"), by=town.ana)
    assert data(tmp_path, "incidents/unresolved")["incidents"] == []
    (found,) = data(tmp_path, "incidents")["incidents"]
    assert found["status"] == "resolved" and found["resolved_at"] and found["impact"] == "major"
    assert [each["status"] for each in found["incident_updates"]] == ["resolved", "investigating"]


def test_maintenance_by_its_standing(town: Town, tmp_path: Path) -> None:
    streaming(state="operational")
    hours = {"past": -5, "now": -1, "next": 5}
    ids = {name: f"maintenance-{window(starts).pk}" for name, starts in hours.items()}

    def found(name: str) -> list[tuple[str, str]]:
        rows = data(tmp_path, name)["scheduled_maintenances"]
        return [(each["id"], each["status"]) for each in rows]

    assert found("scheduled-maintenances/active") == [(ids["now"], "in_progress")]
    assert found("scheduled-maintenances/upcoming") == [(ids["next"], "scheduled")]
    assert (ids["past"], "completed") in found("scheduled-maintenances")
    assert found("summary") == [(ids["now"], "in_progress"), (ids["next"], "scheduled")]


@pytest.mark.parametrize("name", ["feed.atom", "feed.rss"])
def test_feeds_are_read_by_the_desks_own_reader(town: Town, tmp_path: Path, name: str) -> None:
    incident = trouble(town, text="Look: <b>\nnot bold</b>")
    window(3)
    body = ask(rendered(tmp_path), f"/status/{name}").body
    found = {each.title: each for each in read_feed(body).troubles}
    assert set(found) == {"Black screens", "Upgrade"}
    assert found["Black screens"].address.endswith(f"/status/incidents/{incident.pk}")
    assert b"&amp;lt;b&amp;gt;" in body and b"Investigating" in body


def test_control_characters_that_were_pasted_stop_nothing(town: Town, tmp_path: Path) -> None:
    incident = trouble(town, title="Black\x02 screens", text="One\x0btwo\x0e", text_es="Uno\x1b")
    other = {town.north_valley.pk: "Dear\x08 valley"}
    publish(incident, draft(key="2", text="Again\0", wordings=other), by=town.ana)
    assert incident.title == "Black screens"
    assert [each.text for each in incident.updates.order_by("id")] == ["One\ntwo", "Again"]
    incident.updates.update(title="Kept\x02 before")  # as an older release stored it
    found = read_feed(ask(rendered(tmp_path), "/status/feed.atom").body)
    assert [each.title for each in found.troubles] == ["Kept before"]


def test_a_feed_keeps_the_ids_of_its_entries(town: Town, tmp_path: Path) -> None:
    incident = trouble(town)
    name = "{http://www.w3.org/2005/Atom}"

    def entry() -> ElementTree.Element:
        tree = ElementTree.fromstring(ask(rendered(tmp_path), "/status/feed.atom").body)
        (found,) = tree.findall(f"{name}entry")
        return found

    before = entry()
    publish(incident, draft(key="2", phase="identified"), by=town.ana)
    after = entry()
    assert before.findtext(f"{name}id") == after.findtext(f"{name}id")
    assert str(before.findtext(f"{name}updated")) <= str(after.findtext(f"{name}updated"))


def test_the_calendar_holds_maintenance_and_says_what_was_cancelled(
    town: Town, tmp_path: Path
) -> None:
    streaming(state="operational")
    ahead, cancelled = window(24, "Upgrade"), window(48, "Never mind")
    Maintenance.objects.filter(pk=cancelled.pk).update(cancelled_at=clock.now())
    answer = ask(rendered(tmp_path), "/status/maintenance.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    assert {str(each["summary"]): str(each["status"]) for each in events} == {
        "Upgrade": "CONFIRMED",
        "Never mind": "CANCELLED",
    }
    assert events[0].decoded("dtstart") == ahead.starts_at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("path", "said"),
    [("/status/badge.svg", "All systems operational"), ("/status/es/badge.svg", "Todos los")],
)
def test_a_badge_says_how_all_is(town: Town, tmp_path: Path, path: str, said: str) -> None:
    streaming(state="operational")
    answer = ask(rendered(tmp_path), path)
    assert answer.headers["access-control-allow-origin"] == "*"
    tree = ElementTree.fromstring(answer.body)
    assert said in str(tree.get("aria-label"))


def test_nothing_of_one_district_alone_is_in_the_data(town: Town, tmp_path: Path) -> None:
    component = streaming(name="Valley portal", state="operational", for_everyone=False)
    component.districts.set([town.north_valley])
    PrivatePage.objects.create(district=town.north_valley)
    trouble(town, component, title="Of the valley")
    window(3, "In the valley")
    rendered(tmp_path)
    files = [p for p in tmp_path.rglob("*.*") if p.suffix in {".json", ".atom", ".rss", ".ics"}]
    assert len(files) > 10
    assert [p for p in files if "alley" in p.read_text()] == []
