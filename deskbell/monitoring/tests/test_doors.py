"""The doors: stored before the answer; 404 only for a wrong secret, 503 when nothing can be stored."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from deskbell.monitoring.models import Body
from deskbell.monitoring.sources import address, ensure_default_source
from deskbell.monitoring.tests.payloads import alert, body
from deskbell.people.models import Agent, Person
from deskbell.tickets.models import Ticket
from tests.town import Town

pytestmark = pytest.mark.django_db


def post(content: bytes, path: str = "") -> tuple[int, dict[str, object]]:
    """Send as Alertmanager does: no session, no token of a form."""
    stranger = Client(enforce_csrf_checks=True)
    path = path or address(ensure_default_source()).partition(":8000")[2]
    answer = stranger.post(path, content, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_body_is_stored_as_it_came_before_the_answer(town: Town) -> None:
    content = body(alert())
    status, said = post(content)
    stored = Body.objects.get()
    assert (status, said) == (200, {"stored": stored.pk})
    assert (bytes(stored.content), stored.state) == (content, "waiting")
    assert not Ticket.objects.exists()


def test_a_wrong_secret_is_404_and_stores_nothing(town: Town) -> None:
    status, _ = post(body(alert()), "/alerts/alertmanager/guessed")
    assert status == 404
    assert not Body.objects.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"\x00\xff", b'{"alerts": 3}'])
def test_nothing_is_refused_for_its_content(town: Town, content: bytes) -> None:
    assert post(content)[0] == 200
    assert bytes(Body.objects.get().content) == content


def test_a_body_over_a_megabyte_is_answered_202_and_kept_in_part(town: Town) -> None:
    content = b"x" * (3 * 1024 * 1024)
    assert post(content)[0] == 202
    stored = Body.objects.get()
    assert (stored.size, len(stored.content)) == (len(content), 1024 * 1024)


def test_a_body_of_exactly_a_megabyte_is_whole(town: Town) -> None:
    assert post(b"x" * (1024 * 1024))[0] == 200
    assert not Body.objects.get().is_cut


@pytest.mark.parametrize("fault", [OperationalError("disk full"), ConnectionError("cut off")])
def test_what_cannot_be_stored_is_503(
    town: Town, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def fails(*args: object, **options: object) -> None:
        raise fault

    monkeypatch.setattr(Body.objects, "create", fails)
    assert post(body(alert()))[0] == 503


def test_a_database_that_does_not_answer_is_503_and_not_a_wrong_secret(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **options: object) -> None:
        raise OperationalError("the server is restarting")

    path = address(ensure_default_source()).partition(":8000")[2]
    monkeypatch.setattr("deskbell.monitoring.models.Source.objects.filter", fails)
    assert post(body(alert()), path)[0] == 503


def test_the_default_source_keeps_its_address_from_start_to_start(town: Town) -> None:
    first = address(ensure_default_source())
    assert first == address(ensure_default_source())
    assert first.startswith("http://127.0.0.1:8000/alerts/alertmanager/")


@pytest.mark.parametrize(("who", "sees"), [("ada", True), ("ana", False)])
def test_administrators_alone_see_the_secret_address(
    town: Town, client: Client, who: str, sees: bool
) -> None:
    token = ensure_default_source().token
    agent: Agent = getattr(town, who)
    client.force_login(agent.person)
    page = client.get("/alerts/sources")
    assert page.status_code == 200
    assert (token in page.text) is sees


def test_the_screen_says_how_to_point_alertmanager_at_it(town: Town, client: Client) -> None:
    source = ensure_default_source()
    client.force_login(town.ada.person)
    page = client.get(f"/alerts/sources/{source.pk}").text
    assert "webhook_configs" in page
    assert "group_wait: 10s" in page


def test_a_body_is_shown_as_text_to_the_team_alone(town: Town, client: Client) -> None:
    post(b"<script>alert(1)</script>")
    path = f"/alerts/bodies/{Body.objects.get().pk}"
    assert "/sign-in" in client.get(path)["Location"]
    customer: Person = town.olivia
    client.force_login(customer)
    assert client.get(path).status_code == 403
    client.force_login(town.ana.person)
    shown = client.get(path)
    assert shown["Content-Type"].startswith("text/plain")
    assert shown.content == b"<script>alert(1)</script>"
