"""Components and checks on their screens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deskbell.lib import clock
from deskbell.monitoring import watched
from deskbell.monitoring.checks import trying, turning
from deskbell.monitoring.components import checking
from deskbell.monitoring.components.fields import FIELDS
from deskbell.monitoring.heartbeats import editing as heartbeats
from deskbell.monitoring.models import Alert, Check, Component, ComponentChange, Timing
from deskbell.monitoring.tests.servers import Pages, serving
from tests.town import Town

pytestmark = pytest.mark.django_db
HTTP = {"kind": "http", "name": "Front page", "url": "https://portal.example.org/", "every": "30"}
FORMS = {
    "http": HTTP,
    "tcp": {"host": "db.example.org", "port": "5432"},
    "dns": {"name_asked": "portal.example.org", "type": "A"},
    "icmp": {"host": "gateway.example.org"},
    "smtp": {"host": "mail.example.org", "security": "starttls"},
    "imap": {
        "sender": "a@example.org",
        "recipient": "b@example.org",
        "smtp_host": "mail.example.org",
        "smtp_security": "starttls",
        "imap_host": "mail.example.org",
        "imap_security": "tls",
    },
}


@pytest.fixture
def max_(town: Town, client: Client) -> Client:
    client.force_login(town.max.person)
    return client


@pytest.fixture
def portal(town: Town) -> Component:
    return watched.make_component("Portal")


def test_a_component_without_a_source_of_truth_is_not_watched(max_: Client) -> None:
    max_.post("/components", {"name": "Sign-in", "service": "Streaming"})
    page = max_.get("/components").text
    assert "Sign-in" in page
    assert "nothing: it is not watched" in page


def test_impact_owner_districts_and_what_it_depends_on_are_set(
    max_: Client, town: Town, portal: Component
) -> None:
    network = watched.make_component("Network")
    form = {
        "name": "Portal",
        "impact": "high",
        "owner": str(town.eve.pk),
        "depends_on": [str(network.pk), str(portal.pk)],
        "districts": [str(town.north_valley.pk)],
    }
    assert max_.post(f"/components/{portal.pk}", form).status_code == 302
    portal.refresh_from_db()
    assert (portal.impact, portal.owner, portal.for_everyone) == ("high", town.eve, False)
    assert list(portal.depends_on.all()) == [network]  # never itself
    assert list(portal.districts.all()) == [town.north_valley]


def test_a_circle_of_what_depends_on_what_is_refused_in_a_sentence(
    max_: Client, portal: Component
) -> None:
    network, sign_in = watched.make_component("Network"), watched.make_component("Sign-in")
    network.depends_on.add(sign_in)
    sign_in.depends_on.add(portal)
    form = {"name": "Gate", "impact": "high", "depends_on": [str(network.pk)]}
    page = max_.post(f"/components/{portal.pk}", form)
    assert page.status_code == 422
    told = "Gate can’t depend on Network: Network depends on Sign-in and that on Gate."
    assert told in page.text
    assert f'value="{network.pk}" checked' in page.text  # what was chosen is not lost
    assert not portal.depends_on.exists()
    portal.refresh_from_db()
    assert portal.name == "Portal"  # nothing of it was kept


def test_what_many_depend_on_is_no_circle(max_: Client, portal: Component) -> None:
    network, sign_in = watched.make_component("Network"), watched.make_component("Sign-in")
    sign_in.depends_on.add(network)
    form = {"name": "Portal", "impact": "high", "depends_on": [str(network.pk), str(sign_in.pk)]}
    assert max_.post(f"/components/{portal.pk}", form).status_code == 302
    assert portal.depends_on.count() == 2


def test_a_name_that_its_service_has_already_is_refused(max_: Client, portal: Component) -> None:
    watched.make_component("Network")
    page = max_.post(f"/components/{portal.pk}", {"name": "Network", "impact": "high"})
    assert page.status_code == 422
    assert "already has a component named “Network”" in page.text
    again = max_.post("/components", {"name": "portal", "service": str(portal.service)})
    assert "already has a component named “Portal”" in again.text


def test_another_service_may_have_the_same_name(max_: Client, portal: Component) -> None:
    max_.post("/components", {"name": "Portal", "service": "Payroll"})
    portal.refresh_from_db()
    assert str(portal.service) != "Payroll"
    assert Component.objects.filter(name="Portal").count() == 2


def test_a_retired_component_rests_with_its_checks_and_can_be_taken_back(
    max_: Client, portal: Component
) -> None:
    max_.post(f"/components/{portal.pk}/checks", HTTP)
    max_.post(f"/components/{portal.pk}/checks", HTTP | {"name": "Paused before"})
    job = heartbeats.save(
        {"name": "Job", "component": portal.key, "every": "1 h", "grace": "5 min"}
    )
    front, other = Check.objects.get(name="Front page"), Check.objects.get(name="Paused before")
    max_.post(f"/checks/{other.pk}/pause", {"on": "yes"})
    turning.move(front, Check.State.DOWN, clock.now())
    address = f"/components/{portal.pk}/retirement"
    page = max_.post(address, {"on": "yes"}, follow=True).text
    assert "Its checks rest" in page and "Undo" in page
    assert set(Check.objects.values_list("state", flat=True)) == {"paused"}
    assert not Alert.objects.get().is_open  # what rests is not down
    max_.post(address, {"on": "no"})
    portal.refresh_from_db()
    assert portal.retired_at is None
    states = {each.name: each.state for each in Check.objects.all()}
    assert states == {"Front page": "new", "Paused before": "paused", job.name: "new"}


def test_a_check_is_tried_before_it_is_saved(max_: Client, portal: Component) -> None:
    pages = Pages()
    with serving(pages.serve) as port:
        form = HTTP | {"name": "", "url": f"http://127.0.0.1:{port}/"}
        address = f"/components/{portal.pk}/trial"
        well = max_.post(address, form, HTTP_HX_REQUEST="true").text
        pages.answers["/"] = (500, {}, "")
        broken = max_.post(address, form).text  # without a script: the whole page
    assert "Up</span> after" in well and "200, 7 bytes" in well and " ms" in well
    assert "<html" not in well
    assert "It answers 500." in broken and 'value="http://127.0.0.1' in broken
    assert not Check.objects.exists() and not Alert.objects.exists()


def test_trying_takes_secrets_that_were_saved_and_shows_none(
    max_: Client, portal: Component
) -> None:
    pages = Pages()
    with serving(pages.serve) as port:
        form = HTTP | {"url": f"http://127.0.0.1:{port}/", "user": "desk", "password": "hunter2"}
        max_.post(f"/components/{portal.pk}/checks", form)
        check = Check.objects.get()
        tried = max_.post(f"/checks/{check.pk}/trial", form | {"user": "", "password": ""})
    assert "Authorization: Basic ZGVzazpodW50ZXIy" in pages.asked[-1]
    assert "hunter2" not in tried.text


def test_saved_secrets_are_not_told_to_another_place(max_: Client, portal: Component) -> None:
    form = HTTP | {"user": "desk", "password": "hunter2"}
    max_.post(f"/components/{portal.pk}/checks", form)
    check = Check.objects.get()
    pages = Pages()
    with serving(pages.serve) as port:
        elsewhere = HTTP | {"url": f"http://127.0.0.1:{port}/", "user": "", "password": ""}
        for path in ("trial", ""):
            answer = max_.post(f"/checks/{check.pk}/{path}".rstrip("/"), elsewhere)
            assert "enter them again" in answer.text
        assert pages.asked == []
    check.refresh_from_db()
    assert check.asks["url"] == HTTP["url"]
    assert (
        max_.post(f"/checks/{check.pk}", HTTP | {"url": HTTP["url"] + "start"}).status_code == 302
    )


def test_trying_waits_for_no_longer_than_a_page_may(
    max_: Client, portal: Component, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "LONGEST", 1)
    pages = Pages()
    pages.silent = True
    with serving(pages.serve) as port:
        form = HTTP | {"url": f"http://127.0.0.1:{port}/", "timeout": "60"}
        page = max_.post(f"/components/{portal.pk}/trial", form, HTTP_HX_REQUEST="true").text
    assert "No answer within 1 seconds." in page


def test_what_is_wrong_with_a_form_is_said_when_it_is_tried(
    max_: Client, portal: Component
) -> None:
    form = HTTP | {"url": "portal"}
    page = max_.post(f"/components/{portal.pk}/trial", form, HTTP_HX_REQUEST="true")
    assert "“portal” is no web address" in page.text


@pytest.mark.parametrize("page", ["/components", "/components/{}"])
def test_the_screens_ask_no_question_for_each_row(
    max_: Client, town: Town, portal: Component, page: str
) -> None:
    network = watched.make_component("Network")

    def more(number: int) -> None:
        other = watched.make_component(f"Other {number}")
        other.depends_on.add(network)
        portal.depends_on.add(other)
        other.districts.add(town.north_valley)
        for of in (other, portal):
            checking.save_check(HTTP | {"name": f"Check {number}"}, of)

    more(0)
    max_.get(page.format(portal.pk))
    with CaptureQueriesContext(connection) as few:
        max_.get(page.format(portal.pk))
    for number in range(1, 5):
        more(number)
    with CaptureQueriesContext(connection) as many:
        max_.get(page.format(portal.pk))
    assert len(many) == len(few)


@pytest.mark.parametrize("within", ["day", "month", "year", "nonsense"])
def test_timings_are_drawn_over_a_day_a_month_and_a_year(
    max_: Client, portal: Component, within: str
) -> None:
    max_.post(f"/components/{portal.pk}/checks", HTTP)
    check = Check.objects.get()
    now = clock.now().replace(second=0, microsecond=0)
    for span in ("minute", "hour", "day"):
        for n, ms in enumerate((20.0, 30.0)):
            Timing.objects.create(
                of=check,
                span=span,
                at=now - timedelta(minutes=9 - n),
                verdicts=2,
                failures=n,
                total_ms=ms,
                least_ms=ms,
                most_ms=ms,
            )
    page = max_.get(f"/checks/{check.pk}?range={within}").text
    assert "17 ms on average, 30 ms at most" in page
    assert "75.00 % of 4 verdicts were well; 1 failed" in page
    assert page.count("<polyline") == 1


def test_past_states_are_a_bar_with_the_share_of_each(max_: Client, portal: Component) -> None:
    now = clock.now()
    Component.objects.update(created_at=now - timedelta(days=10))
    for days, state in ((10, "operational"), (1, "major_outage")):
        ComponentChange.objects.create(
            component=portal, state=state, at=now - timedelta(days=days), why="x"
        )
    page = max_.get(f"/components/{portal.pk}").text
    assert "Operational 90.00 %" in page or "Operational 89.99 %" in page
    assert 'class="is-major_outage"' in page


@pytest.mark.parametrize("kind", list(FORMS))
def test_each_kind_has_a_form_that_makes_a_check_and_is_filled_again(
    max_: Client, portal: Component, kind: str
) -> None:
    address = f"/components/{portal.pk}/checks"
    assert max_.get(f"{address}?kind={kind}").status_code == 200
    form = {"kind": kind, "name": "One", **FORMS[kind]}
    made = max_.post(address, form, follow=True)
    assert made.status_code == 200
    check = Check.objects.get()
    for name, value in FORMS[kind].items():
        if name not in {"kind", "name", "every"}:
            assert value in made.text
    assert max_.post(f"/checks/{check.pk}", form).status_code == 302


def test_all_kinds_but_heartbeats_have_a_form() -> None:
    assert set(FIELDS) == set(Check.Kind) - {Check.Kind.HEARTBEAT}


def test_what_is_wrong_is_said_and_nothing_that_was_typed_is_lost(
    max_: Client, portal: Component
) -> None:
    page = max_.post(f"/components/{portal.pk}/checks", HTTP | {"url": "portal", "contains": "Hi!"})
    assert page.status_code == 422
    assert "“portal” is no web address" in page.text
    assert 'value="Hi!"' in page.text


def test_a_secret_is_sealed_never_shown_and_stays_if_the_field_is_empty(
    max_: Client, portal: Component
) -> None:
    made = max_.post(
        f"/components/{portal.pk}/checks",
        HTTP | {"user": "desk", "password": "hunter2"},
        follow=True,
    )
    check = Check.objects.get()
    assert "hunter2" not in made.text + check.sealed + str(check.asks)
    before = check.sealed
    max_.post(f"/checks/{check.pk}", HTTP)
    check.refresh_from_db()
    assert before and check.sealed


def test_paused_and_resumed(max_: Client, portal: Component) -> None:
    max_.post(f"/components/{portal.pk}/checks", HTTP)
    check = Check.objects.get()
    max_.post(f"/checks/{check.pk}/pause", {"on": "yes"})
    check.refresh_from_db()
    assert check.state == "paused"
    max_.post(f"/checks/{check.pk}/pause", {"on": "no"})
    check.refresh_from_db()
    assert check.state == "new"
    max_.post(f"/checks/{check.pk}/removal")
    assert not Check.objects.exists()


@pytest.mark.parametrize("end", ["pause", "removal"])
def test_what_is_asked_no_more_leaves_no_alert_open(
    max_: Client, portal: Component, end: str
) -> None:
    max_.post(f"/components/{portal.pk}/checks", HTTP)
    check = Check.objects.get()
    turning.move(check, Check.State.DOWN, clock.now())
    assert Alert.objects.get().is_open
    max_.post(f"/checks/{check.pk}/{end}", {"on": "yes"})
    assert not Alert.objects.get().is_open
