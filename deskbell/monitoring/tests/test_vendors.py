"""Third-party components of the alerts' rules: what vendors say, and what the desk makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.monitoring.models import Alert, Component, Vendor, VendorIncident
from deskbell.monitoring.tests import vendor_payloads as feeds
from deskbell.monitoring.vendors import catalogue, editing, keeping
from deskbell.monitoring.vendors.fetching import Answer
from deskbell.monitoring.vendors.google import reading as google
from deskbell.monitoring.vendors.normal import Unreadable
from deskbell.monitoring.vendors.rss import reading as rss
from deskbell.monitoring.vendors.statuspage import reading as statuspage
from deskbell.tickets.models import Ticket
from tests.town import Town, at

NOW = "2026-11-24 09:00"
BY_FEED = {"statuspage": "Zoom", "google": "Google Workspace", "rss": "Amazon Web Services"}


@pytest.fixture
def watch(town: Town) -> Callable[..., Vendor]:
    """watch("rss"): a vendor of the catalogue with such a feed, with a component for all of it."""

    def add(feed: str) -> Vendor:
        with moved_to(at("2026-11-24 08:00")):
            return editing.add_from_catalogue(BY_FEED[feed])

    return add


def hear(vendor: Vendor, content: bytes | None, when: str = NOW, why: str = "") -> Component:
    """The feed answers at that time; returns the component that stands for all of it."""
    with moved_to(at(when)):
        keeping.take(vendor.pk, Answer(content, etag='"1"', why=why))
    vendor.refresh_from_db()
    return Component.objects.get(key=vendor.concerns[""])


def open_alerts() -> list[str]:
    return [alert.title for alert in Alert.objects.open().order_by("id")]


class TestStatuspage:
    def test_components_are_read_without_their_groups(self) -> None:
        read = statuspage.read(feeds.summary())
        assert [(part.id, part.name, part.state) for part in read.parts] == [
            ("c1", "Courses", "operational"),
            ("c2", "Grades", "operational"),
        ]

    @pytest.mark.parametrize(
        ("status", "state"),
        [
            ("degraded_performance", "degraded"),
            ("partial_outage", "partial_outage"),
            ("major_outage", "major_outage"),
            ("under_maintenance", "maintenance"),
            ("invented", "unknown"),
            (None, "unknown"),
        ],
    )
    def test_each_status_is_a_state_and_a_strange_one_is_unknown(
        self, status: str | None, state: str
    ) -> None:
        read = statuspage.read(feeds.summary(components=[feeds.component(status=status)]))
        assert [part.state for part in read.parts] == [state]

    def test_a_clone_without_components_is_one_part_by_its_indicator(self) -> None:
        read = statuspage.read(b'{"status": {"indicator": "critical"}}')
        assert [(part.name, part.state) for part in read.parts] == [("Everything", "major_outage")]

    def test_a_clone_with_incidents_alone_is_graded_by_their_impact(self) -> None:
        read = statuspage.read(
            b'{"incidents": [{"id": "1", "name": "Dark", "impact": "critical"}]}'
        )
        assert (read.parts, read.troubles[0].gravity) == ((), "major_outage")

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"<html>",
            b"[]",
            b"{}",
            b'{"components": null, "incidents": "none", "status": 3}',
            b"[" * 100_000,
            b'{"components": [null, 3, {"name": 4}], "incidents": [{"id": null}, [], "x"]}',
        ],
        ids=lambda content: content[:20].decode(),
    )
    def test_what_leaves_things_out_is_unreadable_or_says_little(self, content: bytes) -> None:
        try:
            read = statuspage.read(content)
        except Unreadable:
            return
        assert (read.parts, read.troubles) == ((), ())

    def test_trouble_is_an_alert_with_our_components_impact(
        self, watch: Callable[..., Vendor]
    ) -> None:
        vendor = watch("statuspage")
        Component.objects.update(impact="high")
        bad = feeds.component(status="partial_outage")
        component = hear(vendor, feeds.summary(components=[bad], incidents=[feeds.incident()]))
        assert component.state == "partial_outage"
        alert = Alert.objects.get()
        assert (alert.title, alert.impact) == ("Zoom: Zoom says partial outage", "high")
        assert "We are looking into it." in Ticket.objects.get().messages.get().text

    def test_the_same_again_opens_nothing_and_the_end_ends_it(
        self, watch: Callable[..., Vendor]
    ) -> None:
        vendor, bad = watch("statuspage"), feeds.component(status="major_outage")
        hear(vendor, feeds.summary(components=[bad]), "2026-11-24 09:00")
        hear(vendor, feeds.summary(components=[bad]), "2026-11-24 09:01")
        hear(vendor, None, "2026-11-24 09:02")
        assert len(open_alerts()) == 1 and Ticket.objects.count() == 1
        assert hear(vendor, feeds.summary(), "2026-11-24 09:03").state == "operational"
        assert open_alerts() == []

    def test_trouble_that_comes_again_is_a_new_episode(self, watch: Callable[..., Vendor]) -> None:
        vendor, bad = watch("statuspage"), feeds.component(status="major_outage")
        for minute, parts in enumerate(([bad], [feeds.component()], [bad])):
            told = feeds.summary(components=parts, incidents=[feeds.incident()])
            hear(vendor, told, f"2026-11-24 09:0{minute}")
        assert [a.is_open for a in Alert.objects.order_by("id")] == [False, True]

    def test_an_incident_is_kept_with_its_updates_until_it_is_no_longer_named(
        self, watch: Callable[..., Vendor]
    ) -> None:
        vendor = watch("statuspage")
        hear(vendor, feeds.summary(incidents=[feeds.incident()]))
        kept = VendorIncident.objects.get()
        assert (kept.title, kept.impact, len(kept.updates)) == ("Pages load slowly", "major", 1)
        assert kept.started_at == at("2026-11-24 08:50")
        hear(vendor, feeds.summary(), "2026-11-24 09:30")
        assert VendorIncident.objects.get().ended_at == at("2026-11-24 09:30")

    def test_parts_can_stand_for_components_of_ours_or_for_none(
        self, watch: Callable[..., Vendor], town: Town
    ) -> None:
        vendor = watch("statuspage")
        hear(vendor, feeds.summary())
        service = Component.objects.get().service
        Component.objects.create(service=service, name="Grade book", key="grade-book")
        form = {"name": "Zoom", "feed": "statuspage", "address": vendor.address}
        editing.save(vendor, form | {"rest": "zoom", "part-0": "-", "part-1": "grade-book"})
        both = [
            feeds.component(status="major_outage"),
            feeds.component("Grades", id="c2", status="degraded_performance"),
        ]
        hear(vendor, feeds.summary(components=both))
        assert open_alerts() == ["Grade book: Zoom says degraded"]


class TestGoogle:
    def test_the_present_state_counts_and_not_the_peak(self) -> None:
        read = google.read(feeds.google(feeds.google_incident()))
        assert [(p.name, p.state) for p in read.parts] == [("Classroom", "partial_outage")]
        assert read.troubles[0].title == "Users can't open classes"

    def test_one_whose_last_word_is_available_is_over_without_an_end(self) -> None:
        last = {"when": "2026-11-24T13:50:00+00:00", "status": "AVAILABLE", "text": "Done."}
        with moved_to(at(NOW)):
            read = google.read(feeds.google(feeds.google_incident(most_recent_update=last)))
        assert read.troubles[0].ended == at("2026-11-24 08:50")
        assert read.parts[0].state == "operational"

    def test_one_with_an_end_is_over(self) -> None:
        ended = feeds.google_incident(end="2026-11-24T13:45:00+00:00")
        with moved_to(at(NOW)):
            assert google.read(feeds.google(ended)).troubles[0].ended == at("2026-11-24 08:45")

    def test_no_open_incident_means_operational(self, watch: Callable[..., Vendor]) -> None:
        assert hear(watch("google"), feeds.google()).state == "operational"

    def test_an_open_incident_is_an_alert_until_it_is_over(
        self, watch: Callable[..., Vendor]
    ) -> None:
        vendor = watch("google")
        hear(vendor, feeds.google(feeds.google_incident()))
        assert open_alerts() == ["Google Workspace: Google Workspace says partial outage"]
        ended = feeds.google_incident(end="2026-11-24T14:00:00+00:00")
        hear(vendor, feeds.google(ended), "2026-11-24 09:05")
        assert open_alerts() == []

    @pytest.mark.parametrize("content", [b"", b"{}", b"null", b"[", b"\xff\xfe"], ids=repr)
    def test_what_is_no_list_is_unreadable(self, content: bytes) -> None:
        with pytest.raises(Unreadable, match=r"[.?]$"):
            google.read(content)


class TestRss:
    def test_an_item_has_its_guid_as_key_its_time_in_utc_and_plain_text(self) -> None:
        with moved_to(at(NOW)):
            (item,) = rss.read(feeds.rss(feeds.rss_item())).troubles
        assert (item.key, item.title, item.gravity) == ("#ec2_1", "Increased errors", None)
        assert item.updates[0].text == "We see errors."
        assert item.started == at("2026-11-24 08:55")

    def test_an_entry_of_atom_has_its_id_as_key(self) -> None:
        with moved_to(at(NOW)):
            (entry,) = rss.read(feeds.ATOM).troubles
        assert entry.key == "tag:status.example,2005:Incident/1"
        assert entry.address == "https://status.example/incidents/1"
        assert (entry.started, entry.updates[0].at) == (
            at("2026-11-24 08:30"),
            at("2026-11-24 08:50"),
        )
        assert entry.updates[0].text == "We are investigating."

    @pytest.mark.parametrize(
        "content",
        [feeds.BILLION_LAUGHS, feeds.FILE_READER, b"", b"<html></html>", b"{}", b"<rss>"],
        ids=lambda content: content[-30:].decode(),
    )
    def test_entities_and_what_is_no_feed_are_unreadable(self, content: bytes) -> None:
        with pytest.raises(Unreadable, match=r"[.]$"):
            rss.read(content)

    def test_a_new_entry_is_for_information_and_pages_nobody(
        self, watch: Callable[..., Vendor]
    ) -> None:
        vendor = watch("rss")
        hear(vendor, feeds.rss(), "2026-11-24 08:58")
        component = hear(vendor, feeds.rss(feeds.rss_item()))
        assert [a.state for a in Alert.objects.all()] == ["info"]
        assert not Ticket.objects.exists() and component.state == "operational"

    def test_what_stood_there_at_the_first_reading_is_no_news(
        self, watch: Callable[..., Vendor]
    ) -> None:
        hear(watch("rss"), feeds.rss(feeds.rss_item()))
        assert VendorIncident.objects.count() == 1 and not Alert.objects.exists()

    def test_an_edited_entry_is_an_update_and_the_earlier_words_stay(
        self, watch: Callable[..., Vendor]
    ) -> None:
        vendor = watch("rss")
        hear(vendor, feeds.rss(feeds.rss_item("Errors.")))
        hear(vendor, feeds.rss(feeds.rss_item("Resolved.")), "2026-11-24 09:10")
        kept = VendorIncident.objects.get()
        assert [each["text"] for each in kept.updates] == ["Resolved.", "Errors."]

    def test_a_person_decides_how_bad_it_is_and_that_it_is_over(
        self, watch: Callable[..., Vendor], town: Town
    ) -> None:
        vendor = watch("rss")
        hear(vendor, feeds.rss(feeds.rss_item()))
        kept = VendorIncident.objects.get()
        keeping.decide(kept, "partial_outage", by=town.ana)
        assert open_alerts() == ["Amazon Web Services: Amazon Web Services says partial outage"]
        hear(vendor, feeds.rss(feeds.rss_item("Still.")), "2026-11-24 09:10")
        assert len(open_alerts()) == 1
        kept.refresh_from_db()
        keeping.decide(kept, "over", by=town.ana)
        assert open_alerts() == [] and kept.decided_by == town.ana

    def test_two_entries_of_one_key_are_one(self, watch: Callable[..., Vendor]) -> None:
        both = feeds.rss(feeds.rss_item("Newer."), feeds.rss_item("Older."))
        assert hear(watch("rss"), both).state == "operational"
        assert VendorIncident.objects.get().updates[0]["text"] == "Newer."

    def test_only_what_says_nothing_itself_is_for_a_person(
        self, watch: Callable[..., Vendor], town: Town
    ) -> None:
        hear(watch("statuspage"), feeds.summary(incidents=[feeds.incident()]))
        with pytest.raises(Refused):
            keeping.decide(VendorIncident.objects.get(), "degraded", by=town.ana)


@pytest.mark.parametrize("feed", BY_FEED)
def test_a_poll_that_fails_is_unknown_and_never_operational(
    watch: Callable[..., Vendor], feed: str
) -> None:
    vendor = watch(feed)
    assert hear(vendor, None, why="It answers 500.").state == "unknown"
    good = {"statuspage": feeds.summary(), "google": feeds.google(), "rss": feeds.rss()}[feed]
    assert hear(vendor, good, "2026-11-24 09:01").state == "operational"
    assert hear(vendor, b"<html>", "2026-11-24 09:02").state == "unknown"
    assert vendor.etag == ""  # or the next poll would be told that nothing is new


def test_a_poll_that_fails_ends_no_alert(watch: Callable[..., Vendor]) -> None:
    vendor = watch("statuspage")
    hear(vendor, feeds.summary(components=[feeds.component(status="major_outage")]))
    hear(vendor, None, "2026-11-24 09:01", why="It answers 500.")
    assert len(open_alerts()) == 1


def test_a_feed_that_stays_silent_is_an_alert_itself_and_ends(
    watch: Callable[..., Vendor],
) -> None:
    vendor = watch("statuspage")
    hear(vendor, None, "2026-11-24 09:00", why="It answers 500.")
    assert open_alerts() == []
    hear(vendor, None, "2026-11-24 09:15", why="It answers 500.")
    hear(vendor, None, "2026-11-24 09:16", why="It answers 500.")
    assert open_alerts() == ["The status of Zoom can't be read"]
    assert Alert.objects.get().impact == "normal"
    hear(vendor, feeds.summary(), "2026-11-24 09:17")
    assert open_alerts() == []


def test_a_fault_of_the_desk_leaves_the_vendor_unknown(
    watch: Callable[..., Vendor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(keeping.READERS, "statuspage", lambda content: 1 / 0)
    assert hear(watch("statuspage"), feeds.summary()).state == "unknown"


def test_pausing_ends_its_alerts_and_removing_leaves_the_component_not_watched(
    watch: Callable[..., Vendor],
) -> None:
    vendor = watch("statuspage")
    hear(vendor, feeds.summary(components=[feeds.component(status="major_outage")]))
    editing.pause(vendor, on=True)
    assert open_alerts() == [] and Component.objects.get().state == "not_watched"
    editing.remove(vendor)
    assert not Vendor.objects.exists() and Component.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"feed": "other"},
        {"address": "http://status.example/feed"},
        {"address": "file:///etc/passwd"},
        {"address": "https://user@status.example/"},
    ],
    ids=str,
)
def test_a_form_that_cannot_be_kept_is_refused_in_a_sentence(
    town: Town, wrong: dict[str, str]
) -> None:
    form = {"name": "Ours", "feed": "rss", "address": "https://status.example/feed"}
    with pytest.raises(Refused, match=r"[.]$"):
        editing.add(form | wrong)
    editing.add(form)
    with pytest.raises(Refused, match="already"):
        editing.add(form)


def test_the_list_asks_no_question_for_each_row(
    watch: Callable[..., Vendor], town: Town, django_assert_max_num_queries: Any
) -> None:
    browser = Client()
    browser.force_login(town.max.person)
    hear(watch("rss"), feeds.rss(feeds.rss_item()))
    with CaptureQueriesContext(connection) as one:
        browser.get("/vendors")
    for entry in catalogue.entries()[:12]:
        editing.add_from_catalogue(entry.name)
    with django_assert_max_num_queries(len(one)):
        browser.get("/vendors")


def test_words_of_vendors_are_shown_as_words(watch: Callable[..., Vendor], town: Town) -> None:
    vendor = watch("statuspage")
    evil = feeds.incident(
        name="<script>alert(1)</script>Slow", shortlink="javascript:alert(1)", impact="<b>"
    )
    hear(vendor, feeds.summary(incidents=[evil]))
    browser = Client()
    browser.force_login(town.ana.person)
    page = browser.get(f"/vendors/{vendor.pk}").content.decode()
    assert "Slow" in page and "alert(1)" not in page and "javascript:" not in page


def test_the_catalogue_is_well_formed() -> None:
    found = catalogue.entries()
    assert len(found) >= 40
    assert len({each.name for each in found}) == len({each.address for each in found}) == len(found)
    assert {each.feed for each in found} == set(Vendor.Feed.values)
    for each in found:
        assert each.address.startswith("https://") and each.homepage.startswith("https://")
        assert len(each.name) <= 100 and each.group
        if each.feed == Vendor.Feed.STATUSPAGE:
            assert each.address == f"{each.homepage}/api/v2/summary.json"
    assert list(found) == sorted(found, key=lambda each: (each.group, each.name.casefold()))


def test_every_entry_of_the_catalogue_can_be_added(town: Town) -> None:
    for entry in catalogue.entries():
        editing.add_from_catalogue(entry.name)
    assert Component.objects.filter(kind="third_party", state="unknown").count() == len(
        catalogue.entries()
    )
    assert Vendor.objects.filter(every__lt=timedelta(minutes=1).total_seconds()).count() == 0
