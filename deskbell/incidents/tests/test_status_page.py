"""What readers of the status page see, and what they never may."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deskbell.incidents import editing
from deskbell.incidents.declaring import declare
from deskbell.incidents.models import Incident, Postmortem, PrivatePage, Severity
from deskbell.incidents.status_page.loop import Renderer
from deskbell.incidents.status_page.serving import StatusPage
from deskbell.incidents.tests.status_pages import ask, rendered
from deskbell.incidents.tests.test_updating import draft, streaming
from deskbell.incidents.updating import publish, reopen
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.monitoring.models import Component, ComponentChange, Maintenance
from deskbell.people.models import Contract, Desk
from tests.town import Town, at


def words(html: str) -> str:
    """What a reader reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def read(root: Path, path: str = "/status", **headers: str) -> str:
    answer = ask(rendered(root), path, **headers)
    assert answer.status == 200, path
    return words(answer.text)


def trouble(town: Town, component: Component | None = None, **fields: Any) -> Incident:
    """A told incident."""
    component = component or streaming(state="operational")
    incident = declare(
        fields.pop("title", "Black screens"),
        severity=Severity.MAJOR,
        by=town.ana,
        components={component: fields.pop("state", "partial_outage")},
    )
    publish(incident, draft(**{"key": f"k{incident.pk}", **fields}), by=town.ana)
    return incident


def test_a_quiet_day(town: Town, tmp_path: Path) -> None:
    streaming(state="operational")
    found = read(tmp_path)
    assert "All systems operational" in found
    assert "Applications Streaming Operational" in found


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        (["operational", "not_watched"], "All systems operational"),
        (["operational", "degraded"], "Some systems are slower than usual"),
        (["operational", "partial_outage"], "Some systems are partly down"),
        (["operational", "major_outage"], "Some systems are down"),
        (["major_outage", "major_outage"], "All systems are down"),
        (["operational", "maintenance"], "Maintenance is in progress"),
        (["operational", "unknown"], "We can’t tell how some systems are"),
        ([], "Nothing is listed here yet"),
    ],
)
def test_the_sentence_on_top(town: Town, tmp_path: Path, states: list[str], sentence: str) -> None:
    for number, state in enumerate(states):
        streaming(name=f"Part {number}", key=f"part-{number}", state=state)
    assert sentence in read(tmp_path)


def test_the_worse_of_monitoring_and_of_the_teams_words_is_shown(
    town: Town, tmp_path: Path
) -> None:
    trouble(town, streaming(state="degraded"), state="major_outage")
    assert "Streaming Major outage" in read(tmp_path)


def test_an_incident_is_told_and_its_newest_promise(town: Town, tmp_path: Path) -> None:
    promised = clock.now() + timedelta(hours=1)
    incident = trouble(town, next_update_at=promised)
    publish(incident, draft(key="2", phase="identified", text="A gateway is broken."), by=town.ana)

    found = read(tmp_path)
    assert found.index("A gateway is broken.") < found.index("We are on it.")
    assert "Affects: Streaming – Partial outage" in found
    assert "Next update by" not in found  # the newest update promises none
    assert "A gateway is broken." in read(tmp_path, f"/status/incidents/{incident.pk}")


def test_what_is_not_told_is_nowhere(town: Town, tmp_path: Path) -> None:
    declare(
        "A secret", severity=Severity.MAJOR, by=town.ana, components={streaming(): "major_outage"}
    )
    rendered(tmp_path)
    assert all("A secret" not in file.read_text() for file in tmp_path.rglob("*.html"))
    assert "Major outage" not in read(tmp_path)


def test_what_is_edited_shows_with_the_next_update(town: Town, tmp_path: Path) -> None:
    private = streaming(state="operational", for_everyone=False)
    private.districts.set([town.north_valley])
    incident = trouble(town, private, text="Dear valley alone.")
    other = trouble(town, streaming(name="Mail", key="mail", state="operational"), title="No mail")
    editing.set_districts(incident, [], everyone=True, by=town.ana)
    editing.retitle(other, "A secret title", by=town.ana)
    editing.set_severity(other, "critical", by=town.ana)
    found = read(tmp_path)
    assert "Black screens" not in found and "Mail Partial outage" in found
    assert "No mail" in found and "A secret title" not in found
    path = f"/status/incidents/{other.pk}"
    assert "Major incident No mail" in read(tmp_path, path)

    publish(incident, draft(key="2", text="Hello all."), by=town.ana)
    publish(other, draft(key="3", phase="resolved", text="Mail is back."), by=town.ana)
    reopen(other, by=town.ana)
    found = read(tmp_path)
    assert "Hello all." in found and "Dear valley alone." not in found
    assert "Critical incident A secret title Resolved" in read(tmp_path, path)
    publish(other, draft(key="4", text="Gone again."), by=town.ana)
    assert "Critical incident A secret title Investigating" in read(tmp_path, path)


def test_it_goes_with_an_incident_that_is_over(town: Town, tmp_path: Path) -> None:
    incident = trouble(town)
    publish(incident, draft(key="2", phase="resolved", text="All is well again."), by=town.ana)
    Postmortem.objects.create(incident=incident, causes="An old gateway.")
    assert "All systems operational" in read(tmp_path)
    path = f"/status/incidents/{incident.pk}"
    assert "An old gateway." not in read(tmp_path, path)

    Postmortem.objects.update(published_at=clock.now())
    assert "What we learned" in read(tmp_path, path)
    assert "Causes An old gateway." in read(tmp_path, path)


def test_history_by_month_with_a_way_to_the_others(town: Town, tmp_path: Path) -> None:
    component = streaming(state="operational")
    with moved_to(at("2026-09-10 12:00")):
        old = trouble(town, component, title="Of September")
        publish(old, draft(key="r", phase="resolved"), by=town.ana)
    with moved_to(at("2026-11-20 12:00")):
        trouble(town, component, title="Of November")
        page = rendered(tmp_path)

    assert "Of September" in words(ask(page, "/status/history/2026-09").text)
    newest = ask(page, "/status/history").text
    assert "Of November" in newest and "Of September" not in newest
    assert 'href="/status/history/2026-09"' in newest
    assert ask(page, "/status/history/2026-08").status == 404


def test_maintenance_ahead_and_in_progress(town: Town, tmp_path: Path) -> None:
    now = clock.now()
    for title, begins in (("Now", now - timedelta(hours=1)), ("Later", now + timedelta(days=1))):
        made = Maintenance.objects.create(
            title=title, starts_at=begins, ends_at=begins + timedelta(hours=2)
        )
        made.components.set([Component.objects.first() or streaming(state="operational")])
    found = read(tmp_path)
    assert found.index("What is happening now") < found.index("Now In progress")
    assert found.index("Planned maintenance") < found.index("Later Planned")


def test_days_with_trouble_are_told_in_words_as_well(town: Town, tmp_path: Path) -> None:
    with moved_to(at("2026-11-20 12:00")):
        component = streaming(state="operational")
    for instant, state in (("10 00:00", "operational"), ("18 09:00", "major_outage")):
        ComponentChange.objects.create(
            component=component, at=at(f"2026-11-{instant}"), state=state
        )
    ComponentChange.objects.create(
        component=component, at=at("2026-11-18 09:30"), state="operational"
    )
    with moved_to(at("2026-11-20 12:00")):
        page = rendered(tmp_path)
    html = ask(page, "/status").text
    assert html.count('<li class="major_outage"') == 1 and html.count("<li class=") == 90
    assert "1 day with trouble" in words(html)
    assert "Wed, Nov 18 Major outage 30 min" in words(html)
    assert "mié, 18 nov Interrupción grave 30 min" in words(ask(page, "/status/es").text)


def test_uptime_against_the_target_and_how_it_is_counted(town: Town, tmp_path: Path) -> None:
    component = streaming(state="operational")
    Component.objects.update(created_at=at("2026-11-01 00:00"))
    for instant, state in (
        ("01 00:00", "operational"),
        ("10 00:00", "major_outage"),
        ("10 01:00", "operational"),
    ):
        ComponentChange.objects.create(
            component=component, at=at(f"2026-11-{instant}"), state=state
        )
    with moved_to(at("2026-12-15 12:00")):
        found = read(tmp_path, "/status/uptime")
    # 720 hours and one more, because the clocks change; one of them down
    assert "November 2026 99.861 % 99.9 % Missed 1 h" in found
    assert "December 2026 (so far) 100 % 99.9 % Met" in found
    assert "A major outage is downtime in full" in found


class TestPrivatePages:
    """What concerns one district alone, and never a word of another."""

    def page(self, town: Town) -> str:
        return f"/status/d/{PrivatePage.objects.create(district=town.north_valley).token}"

    def test_it_holds_what_concerns_the_district(self, town: Town, tmp_path: Path) -> None:
        component = streaming(name="Valley portal", state="operational", for_everyone=False)
        component.districts.set([town.north_valley])
        incident = trouble(town, component, wordings={town.north_valley.pk: "Dear valley"})
        own = self.page(town)

        found = read(tmp_path, own)
        assert "For North Valley." in found and "Valley portal Partial outage" in found
        assert "Dear valley" in found and "We are on it." not in found
        assert "Dear valley" in read(tmp_path, f"{own}/incidents/{incident.pk}")
        assert "Valley portal" not in read(tmp_path)
        assert ask(rendered(tmp_path), f"/status/incidents/{incident.pk}").status == 404

    def test_nothing_of_another_district_is_in_it(self, town: Town, tmp_path: Path) -> None:
        ours, theirs = (
            streaming(name=name, key=name.lower(), state="operational", for_everyone=False)
            for name in ("Valley", "Ridge")
        )
        ours.districts.set([town.north_valley])
        theirs.districts.set([town.south_ridge])
        shared = declare(
            "Both",
            severity=Severity.MAJOR,
            by=town.ana,
            components={ours: "degraded", theirs: "degraded"},
        )
        own_words = {town.south_ridge.pk: "Dear Sam"}
        publish(shared, draft(wordings=own_words), by=town.ana)
        trouble(town, theirs, title="Theirs alone")
        self.page(town)
        rendered(tmp_path)

        files = [*(tmp_path / "private").rglob("*.html")]
        assert any("Both" in file.read_text() for file in files)
        for file in tmp_path.rglob("*.html"):
            for never in ("South Ridge", "Ridge", "Dear Sam", "Theirs alone"):
                assert never not in file.read_text(), file

    def test_its_own_contract_holds_in_its_own_zone(self, town: Town, tmp_path: Path) -> None:
        Contract.objects.create(
            district=town.north_valley,
            uptime_target="99.95",
            starts_on="2020-01-01",
            maintenance_counts=True,
        )
        streaming(state="operational")
        found = read(tmp_path, f"{self.page(town)}/uptime")
        assert "99.95 %" in found and "counts as downtime, as your contract says" in found

    def test_a_link_that_is_revoked_or_renewed_leads_nowhere(
        self, town: Town, tmp_path: Path
    ) -> None:
        streaming(state="operational")
        path, renderer, page = self.page(town), Renderer(tmp_path), StatusPage(tmp_path)
        renderer.render(clock.now())
        assert ask(page, path).status == 200
        assert "no-referrer" in ask(page, path).headers["referrer-policy"]
        assert "private" in ask(page, path).headers["cache-control"]

        PrivatePage.objects.update(revoked_at=clock.now())
        renderer.render(clock.now())
        assert ask(StatusPage(tmp_path), path).status == 404
        assert not (tmp_path / "private").exists()


class TestSpanish:
    """The same in Spanish, as far as a person wrote it."""

    def test_updates_are_read_in_spanish_where_they_were_written(
        self, town: Town, tmp_path: Path
    ) -> None:
        incident = trouble(town, text_es="Estamos en ello.")
        publish(incident, draft(key="2", phase="identified", text="Found it."), by=town.ana)
        html = ask(rendered(tmp_path), "/status/es").text
        assert '<html lang="es"' in html
        assert '<div class="words">Estamos en ello.</div>' in html
        assert '<div class="words" lang="en">Found it.</div>' in html
        assert "Algunos sistemas fallan en parte" in html

    def test_each_page_names_its_twin(self, town: Town, tmp_path: Path) -> None:
        page = rendered(tmp_path)
        for path, twin in (("/status", "/status/es"), ("/status/uptime", "/status/es/uptime")):
            for one, language, other in ((path, "es", twin), (twin, "en", path)):
                link = f'hreflang="{language}" href="http://127.0.0.1:8000{other}"'
                assert link in ask(page, one).text


def test_a_page_asks_for_nothing_elsewhere(town: Town, tmp_path: Path) -> None:
    trouble(town, text="See https://example.org/x")
    rendered(tmp_path)
    loaded = re.compile(
        r'<(?:script|img|use|link rel="(?:icon|stylesheet)")[^>]*(?:src|href)="([^"]*)"'
    )
    found = [each for file in tmp_path.rglob("*.html") for each in loaded.findall(file.read_text())]
    assert len(found) > 20
    assert [each for each in found if not each.startswith("/status/assets/")] == []


def test_strangers_words_stay_words(town: Town, tmp_path: Path) -> None:
    Desk.objects.update(name="<script>alert(1)</script>")
    trouble(town, title="<b>bold</b>", text="<img src=x onerror=alert(1)>")
    html = ask(rendered(tmp_path), "/status").text
    assert "<b>bold" not in html and "<img src=x" not in html and "<script>alert" not in html


def test_many_components_ask_no_more_often(town: Town, tmp_path: Path) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            Renderer(tmp_path / "x").render(clock.now())
        return len(found)

    streaming(state="operational")
    few = queries()
    for number in range(12):
        streaming(name=f"Part {number}", key=f"part-{number}", state="operational")
    assert queries() == few


def test_more_months_ask_no_more_often_when_nothing_of_them_is_drawn(
    town: Town, tmp_path: Path
) -> None:
    now = at("2026-11-20 12:10")
    with moved_to(at("2026-02-01 12:00")):
        component = streaming(state="operational")

    def queries(*months: int) -> int:
        for month in months:
            with moved_to(at(f"2026-{month:02}-10 12:00")):
                old = trouble(town, component, title=f"Of {month}")
                publish(old, draft(key=f"r{month}", phase="resolved"), by=town.ana)
        renderer = Renderer(tmp_path)
        with moved_to(now):
            renderer.render(now)
            Component.objects.update(state="degraded")
            with CaptureQueriesContext(connection) as found:
                assert renderer.render(now)
            Component.objects.update(state="operational")
        return sum("SAVEPOINT" not in each["sql"] for each in found)

    assert queries(9) == queries(4, 5, 6, 7, 8)


def test_what_is_changed_of_maintenance_and_names_is_drawn_anew(town: Town, tmp_path: Path) -> None:
    now = at("2026-11-20 12:10")
    with moved_to(at("2026-11-01 12:00")):
        parts = [streaming(name=name, key=name.lower()) for name in ("Mail", "Files")]
    window = Maintenance.objects.create(
        title="Upgrade", starts_at=now - timedelta(days=3), ends_at=now + timedelta(days=1)
    )
    window.components.set(parts[:1])
    renderer = Renderer(tmp_path)

    def shown() -> list[str]:
        with moved_to(now):
            renderer.render(now)
            page = StatusPage(tmp_path)
            paths = (f"/status/maintenance/{window.pk}", "/status/history")
            return [words(ask(page, path).text) for path in paths]

    assert all("Affects: Mail" in each for each in shown())
    window.components.set(parts)
    assert all("Affects: Files, Mail" in each or "Mail, Files" in each for each in shown())
    Component.objects.filter(pk=parts[0].pk).update(name="Letters")
    assert all("Letters" in each for each in shown())
    Maintenance.objects.update(text="New disks.")
    assert all("New disks." in each for each in shown())
