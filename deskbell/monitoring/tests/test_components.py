"""Components and checks on their screens."""

from __future__ import annotations

import pytest
from django.test import Client

from deskbell.lib import clock
from deskbell.monitoring import watched
from deskbell.monitoring.checks import turning
from deskbell.monitoring.components.fields import FIELDS
from deskbell.monitoring.models import Alert, Check, Component
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


def test_a_retired_component_can_be_taken_back(max_: Client, portal: Component) -> None:
    address = f"/components/{portal.pk}/retirement"
    max_.post(address, {"on": "yes"})
    assert "Watch it again" in max_.get("/components").text
    max_.post(address, {"on": "no"})
    portal.refresh_from_db()
    assert portal.retired_at is None


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
