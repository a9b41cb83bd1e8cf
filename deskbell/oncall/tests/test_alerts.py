"""The screens of alerts: the list with its filters, the page with the whole story, silences, bodies."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.lib import clock
from deskbell.monitoring import alerts, watched
from deskbell.monitoring.alerting import listing, receipts
from deskbell.monitoring.alerting.silencing import silence_like
from deskbell.monitoring.intake import receiving, taking
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Body, Component, Silence
from deskbell.monitoring.sources import ensure_default_source
from deskbell.monitoring.tests.payloads import alert as payload
from deskbell.monitoring.tests.payloads import body, resolved
from deskbell.oncall import replies
from deskbell.tickets.models import Ticket
from tests.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(town: Town, client: Client) -> Client:
    client.force_login(town.ana.person)
    return client


def say(key: str, component: Component | None = None, **changes: Any) -> Alert:
    told = {"severity": "", "labels": {}, "started": clock.now(), "ended": None, **changes}
    reported = Reported(key=key, title=f"{key} is down", text="It does not answer.", **told)
    alerts.take_said(
        reported, alerts.Said(ensure_default_source(), clock.now(), component=component)
    )
    return Alert.objects.filter(key=key).latest("id")


def come_in(content: bytes) -> Body:
    sent = receiving.Sent(content, len(content), {})
    stored = receiving.store(ensure_default_source(), sent)
    assert taking.take_next()
    stored.refresh_from_db()
    return stored


class TestList:
    def test_it_shows_what_is_open_and_each_filter_narrows_it(
        self, town: Town, ana: Client
    ) -> None:
        portal = watched.make_component("Portal")
        Component.objects.filter(pk=portal.pk).update(impact="low")
        portal.refresh_from_db()
        say("disk")
        say("login", portal)
        over = say("mail")
        say("mail", started=over.started_at, ended=clock.now())
        say("vpn", state="info")
        silenced = say("cpu")
        Alert.objects.filter(pk=silenced.pk).update(
            silence=Silence.objects.create(reason="Known", ends_at=clock.now())
        )
        hidden = say("web")
        Alert.objects.filter(pk=hidden.pk).update(hidden_by=silenced)
        source = ensure_default_source().pk
        for query, keys in {
            "": ["web", "cpu", "login", "disk"],
            "?state=resolved": ["mail"],
            "?state=info": ["vpn"],
            "?state=unknown": [],
            "?state=every": ["web", "cpu", "vpn", "mail", "login", "disk"],
            "?impact=low": ["login"],
            f"?component={portal.pk}": ["login"],
            f"?source={source}&impact=urgent": ["web", "cpu", "disk"],
            f"?source={source + 1}": [],
            "?quiet=silenced": ["cpu"],
            "?quiet=hidden": ["web"],
            "?state=nonsense&impact=x&source=-1&before=a&component=99999999999999999999": [
                "web",
                "cpu",
                "login",
                "disk",
            ],
        }.items():
            page = ana.get(f"/alerts{query}")
            assert keys_on(page.text) == keys, query
        assert "No alert fits" in ana.get("/alerts?state=unknown").text

    def test_older_ones_come_page_by_page_and_the_filters_go_along(
        self, town: Town, ana: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "SHOWN", 2)
        for key in "abcde":
            say(key, severity="critical")
        query, seen = "impact=urgent", list[str]()
        while query:
            page = ana.get(f"/alerts?{query}").text
            seen += keys_on(page)
            query = older_on(page)
            assert not query or "impact=urgent" in query
        assert seen == list("edcba")

    def test_with_nothing_wrong_it_says_so(self, town: Town, ana: Client) -> None:
        assert "Nothing is wrong" in ana.get("/alerts").text

    @pytest.mark.parametrize("path", ["/alerts?state=every", "/alerts/bodies", "/alerts/silences"])
    def test_more_rows_cost_no_more_queries(self, town: Town, ana: Client, path: str) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert ana.get(path).status_code == 200
            return len(queries)

        come_in(body(payload("one", labels={"alertname": "One"})))
        _silence(Alert.objects.get(), town)
        before = asked()
        for number in range(7):
            come_in(body(payload(f"{number}", labels={"alertname": f"A{number}"})))
            _silence(Alert.objects.latest("id"), town)
        assert asked() == before

    @pytest.mark.parametrize(
        ("wanted", "index"),
        [
            ({"state": "open"}, "alert_open"),
            ({"state": "info"}, "alert_by_state"),
            ({"state": "every", "impact": "low"}, "alert_by_impact"),
            ({"state": "every", "source": 1}, "alert_by_source"),
            ({"state": "every", "component": 1}, "alert_of_component"),
            ({"state": "every", "quiet": "silenced"}, "alert_silenced"),
            ({"state": "every", "quiet": "hidden"}, "alert_hidden"),
        ],
    )
    def test_each_filter_is_answered_from_an_index(
        self, town: Town, wanted: dict[str, Any], index: str
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        chosen = listing._fitting(listing.Wanted(**wanted))
        chosen.query.select_related = False
        assert index in chosen.explain()


class TestPage:
    def test_the_whole_story_of_an_alert_stands_on_one_page(self, town: Town, ana: Client) -> None:
        first = come_in(body(payload()))
        come_in(body(payload()))
        found = Alert.objects.get()
        replies.acknowledge(Ticket.objects.get(), by=town.ana)
        last = come_in(body(resolved()))
        page = ana.get(f"/alerts/{found.pk}")
        assert page.status_code == 200
        told = re.findall(r'<span class="what">(.*?)</span>', page.text)
        assert told[0] == "Alertmanager reported it"
        assert any(text.startswith("The desk began to call") for text in told)
        assert any("acknowledged" in text for text in told)
        assert "Alertmanager said it again, once so far" in told
        assert "Alertmanager says that it is over" in told
        for stored in (first, last):
            assert f"/alerts/bodies/{stored.pk}" in page.text
        assert f"/tickets/{found.ticket_id}" in page.text
        assert "/oncall/calls/" in page.text
        assert "stream-3.example:9100" in page.text

    def test_it_says_what_hides_it_and_what_it_hides(self, town: Town, ana: Client) -> None:
        network, portal = watched.make_component("Network"), watched.make_component("Portal")
        portal.depends_on.add(network)
        cause, symptom = say("network", network), say("portal", portal)
        assert f'href="/alerts/{cause.pk}"' in ana.get(f"/alerts/{symptom.pk}").text
        assert f'href="/alerts/{symptom.pk}"' in ana.get(f"/alerts/{cause.pk}").text

    def test_what_its_source_wrote_is_shown_as_text(self, town: Town, ana: Client) -> None:
        come_in(body(payload(labels={"alertname": "<script>alert(1)</script>"}, annotations={})))
        for path in (f"/alerts/{Alert.objects.get().pk}", "/alerts", "/alerts/bodies"):
            assert "<script>alert(1)" not in ana.get(path).text


class TestSilences:
    def test_one_click_silences_and_one_more_takes_it_back(self, town: Town, ana: Client) -> None:
        found = say("disk")
        assert "Silence for 1 hour" in ana.get(f"/alerts/{found.pk}").text
        page = ana.post(f"/alerts/{found.pk}/silence", {"hours": "1"}, follow=True)
        made = Silence.objects.get()
        assert timedelta(minutes=59) < made.ends_at - clock.now() <= timedelta(hours=1)
        assert "Undo" in page.text
        assert "Silenced" in ana.get("/alerts").text
        page = ana.post(f"/alerts/silences/{made.pk}/end", follow=True)
        assert "ended by Ana" in page.text
        found.refresh_from_db()
        assert found.silence_id is None

    def test_one_that_came_to_its_end_is_listed_as_over(self, town: Town, ana: Client) -> None:
        _silence(say("disk"), town)
        assert "came to its end" not in ana.get("/alerts/silences").text
        Silence.objects.update(ends_at=clock.now())
        page = ana.get("/alerts/silences").text
        assert "came to its end" in page
        assert "End now" not in page


class TestBodies:
    def test_each_body_leads_to_the_alerts_that_it_speaks_of(self, town: Town, ana: Client) -> None:
        come_in(body(payload()))
        page = ana.get("/alerts/bodies").text
        assert "1 raised" in page
        assert f'href="/alerts/{Alert.objects.get().pk}"' in page

    def test_what_is_in_quarantine_is_found_and_read_again(self, town: Town, ana: Client) -> None:
        come_in(body(payload()))
        bad = come_in(b"{")
        page = ana.get("/alerts/bodies?state=quarantined").text
        assert bodies_on(page) == [bad.pk]
        assert "Read it again" in page
        assert ana.post(f"/alerts/bodies/{bad.pk}/retry")["Location"] == "/alerts/bodies"

    def test_older_ones_come_page_by_page(
        self, town: Town, ana: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(receipts, "SHOWN", 2)
        sent = [come_in(body(payload(f"{number}"))).pk for number in range(3)]
        page = ana.get("/alerts/bodies").text
        assert bodies_on(page) == sent[:0:-1]
        last = ana.get(f"/alerts/bodies?{older_on(page)}").text
        assert (bodies_on(last), older_on(last)) == (sent[:1], "")


def keys_on(page: str) -> list[str]:
    """Of the alerts in the list, from top to bottom."""
    return re.findall(r"<strong>(\w+) is down</strong>", page)


def bodies_on(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/alerts/bodies/(\d+)"', page)]


def older_on(page: str) -> str:
    """The query behind “Older ones”; empty on the last page."""
    found = re.search(r'href="\?([^"]*before=\d+)"', page)
    return html.unescape(found[1]) if found else ""


def _silence(alert: Alert, town: Town) -> None:
    silence_like(alert, hours="1", reason="Known", by=town.ana)
