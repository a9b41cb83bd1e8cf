"""News to webhooks, Slack and Teams: `outside` stands in for all three, as their documents describe them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from deskbell.incidents.models import Delivery, Subscriber
from deskbell.incidents.news import hooks, limits, posting, ways
from deskbell.incidents.tests.news import component, incident, tell
from deskbell.lib import clock, signing
from deskbell.lib.sealing import unseal
from deskbell.oncall.tests.outside import Outside, listening
from tests.town import Town


def ask(url: str, way: str = "webhook", **more: Any) -> Any:
    return Client().post("/status/subscribe", {"way": way, "url": url, **more})


def post() -> None:
    while posting.step() == 0:
        pass


def later(**much: float) -> Any:
    return clock.moved_to(clock.now() + timedelta(**much))


def listener(outside: Outside, way: str = "webhook", path: str = "/hook") -> Subscriber:
    """Something that is subscribed."""
    made = hooks.made(way, outside.url + path, language="en", district=None)
    hooks.confirm(made)
    return made


def test_who_reads_there_confirms_it_and_sees_its_secret_once(town: Town, outside: Outside) -> None:
    page = ask(f"{outside.url}/hook")
    assert "on its way there" in page.content.decode()
    assert outside.taken == []  # a page waits for nobody outside
    tell(town, incident(town))
    post()
    question = outside.last.json
    assert len(outside.taken) == 1 and question["type"] == "subscription.confirm"

    path = question["data"]["url"].removeprefix("http://127.0.0.1:8000")
    assert "Subscribe 127.0.0.1" in Client().get(path).content.decode()
    shown = Client().post(path).content.decode()
    secret = unseal(Subscriber.objects.get().secret)
    assert secret.startswith("whsec_") and secret in shown
    again = Client().post(path, follow=True).content.decode()
    assert "You are subscribed" in again and secret not in again

    tell(town, incident(town), "We are on it.")
    post()
    assert outside.last.json["data"]["text"] == "We are on it."


def test_a_webhook_is_signed_by_standard_webhooks(town: Town, outside: Outside) -> None:
    found = listener(outside)
    one = incident(town)
    update = tell(town, one, "We are on it.")
    post()
    (taken,) = outside.taken
    headers = taken.headers
    wanted = signing.signature(
        unseal(found.secret), headers["webhook-id"], headers["webhook-timestamp"], taken.content
    )
    assert headers["webhook-signature"] == wanted
    assert taken.json == {
        "type": "incident.update",
        "timestamp": update.at.isoformat(),
        "data": {
            "title": "Black screens",
            "status": "Investigating",
            "text": "We are on it.",
            "url": f"http://127.0.0.1:8000/status/incidents/{one.pk}",
            "incident": one.pk,
            "severity": "major",
            "phase": "investigating",
            "started_at": one.started_at.isoformat(),
            "next_update_at": None,
            "components": [],
        },
    }


@pytest.mark.parametrize("way", ["webhook", "slack", "teams"])
def test_no_address_is_told_the_name_of_a_district_s_component(
    town: Town, outside: Outside, way: str
) -> None:
    listener(outside, way)
    tell(town, incident(town, component("Ours", [town.north_valley]), component("Screens")))
    post()
    said = outside.last.content.decode()
    assert "Screens" in said and "Ours" not in said


def test_slack_and_teams_get_it_in_their_own_form(town: Town, outside: Outside) -> None:
    listener(outside, "slack", "/slack")
    listener(outside, "teams", "/teams")
    one = incident(town, title="Screens <!here>")
    page = f"http://127.0.0.1:8000/status/incidents/{one.pk}"
    tell(town, one, "See [this](https://evil.example)")
    post()
    bodies = {each.path: each.json for each in outside.taken}
    section = bodies["/slack"]["blocks"][0]["text"]["text"]
    assert section == "*Investigating: Screens &lt;!here&gt;*"
    assert f"<{page}|Open the status page>" in bodies["/slack"]["blocks"][1]["text"]["text"]
    card = bodies["/teams"]["attachments"][0]["content"]
    assert card["actions"][0]["url"] == page
    assert card["body"][1]["text"] == "See \\[this\\]\\(https://evil.example\\)"


def test_news_keep_their_order_and_wait_as_long_as_the_address_asks(
    town: Town, outside: Outside
) -> None:
    listener(outside)
    one = incident(town)
    tell(town, one, "first")
    tell(town, one, "second")
    outside.status, outside.headers = 429, {"Retry-After": "120"}
    post()
    with later(seconds=110):
        post()
    assert len(outside.taken) == 1
    first = outside.last.headers["webhook-id"]
    outside.status = 200
    with later(seconds=121):
        post()
    said = [each.json["data"]["text"] for each in outside.taken]
    assert said == ["first", "first", "second"]
    assert outside.taken[1].headers["webhook-id"] == first
    assert Subscriber.objects.get().failing_since is None


def test_an_address_that_asks_to_be_asked_at_once_is_asked_ever_more_slowly_all_the_same(
    town: Town, outside: Outside
) -> None:
    listener(outside)
    tell(town, incident(town))
    outside.status, outside.headers = 503, {"Retry-After": "1"}
    post()
    with later(seconds=5):
        post()
    assert len(outside.taken) == 1
    with later(seconds=11):
        post()
        assert len(outside.taken) == 2
        with later(seconds=25):
            post()
        assert len(outside.taken) == 2


def test_a_question_is_posted_three_times_at_most_whatever_the_address_asks(
    town: Town, outside: Outside
) -> None:
    ask(f"{outside.url}/hook")
    outside.status, outside.headers = 503, {"Retry-After": "1"}
    post()
    with later(seconds=5):
        post()
    assert len(outside.taken) == 1
    for days in range(1, 5):
        with later(days=days / 2):
            post()
    assert len(outside.taken) == posting.ATTEMPTS_OF_A_QUESTION
    assert Delivery.objects.get().state == "failed"


def test_news_leave_before_any_question_and_few_questions_at_once(
    town: Town, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "BATCH", 6)
    for number in range(8):
        ask(f"{outside.url}/stranger{number}")
    listener(outside, path="/theirs")
    tell(town, incident(town))
    posting.post_what_is_due()
    paths = [each.path for each in outside.taken]
    assert "/theirs" in paths and len(paths) == 1 + posting.QUESTIONS


def test_what_failed_keeps_nobody_else_waiting(
    town: Town, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "BATCH", 1)
    for path in ("/failed", "/fine"):
        listener(outside, path=path)
    tell(town, incident(town))
    with later(minutes=1):
        Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(
            next_attempt_at=clock.now()
        )
        posting.post_what_is_due()
    assert [each.path for each in outside.taken] == ["/fine"]


def test_what_fails_for_three_days_is_ended_and_the_team_hears_why(
    town: Town, outside: Outside
) -> None:
    listener(outside)
    tell(town, incident(town))
    outside.status = 500
    post()
    assert Subscriber.objects.get().failing_why == "127.0.0.1 answered 500."
    with later(days=2):
        post()
    assert Subscriber.objects.get().ended_at is None
    with later(days=3, minutes=1):
        post()
    found = Subscriber.objects.get()
    assert found.ended_at and found.ended_why == "127.0.0.1 answered 500."
    assert Delivery.objects.get().state == "failed"
    notice = town.max.notices.get()
    assert notice.text == "No more news go to Webhook at 127.0.0.1: 127.0.0.1 answered 500."
    assert town.ana.notices.count() == 0


def test_an_old_failure_and_one_now_do_not_end_it(town: Town, outside: Outside) -> None:
    found = listener(outside)
    long_ago = clock.now() - timedelta(days=30)
    Subscriber.objects.filter(pk=found.pk).update(failing_since=long_ago)
    tell(town, incident(town))
    outside.status = 503
    post()
    assert Subscriber.objects.get().ended_at is None
    outside.status = 200
    with later(hours=1):
        post()
    assert Delivery.objects.get().state == "sent"


def test_what_was_ended_can_subscribe_anew(town: Town, outside: Outside) -> None:
    found = listener(outside)
    Subscriber.objects.filter(pk=found.pk).update(ended_at=clock.now())
    ask(f"{outside.url}/hook")
    post()
    path = outside.last.json["data"]["url"].removeprefix("http://127.0.0.1:8000")
    assert Client().post(path).status_code == 302
    assert Subscriber.objects.get().ended_at is None


@pytest.mark.parametrize(("way", "status"), [("webhook", 410), ("slack", 404), ("teams", 410)])
def test_an_address_that_is_no_more_is_ended_at_once(
    town: Town, outside: Outside, way: str, status: int
) -> None:
    listener(outside, way)
    tell(town, incident(town))
    outside.status = status
    post()
    assert Subscriber.objects.get().ended_at is not None


def test_what_an_address_refuses_holds_back_nothing_else(town: Town, outside: Outside) -> None:
    listener(outside)
    one = incident(town)
    tell(town, one, "first")
    tell(town, one, "second")
    outside.status = 400
    posting.post_what_is_due()
    outside.status = 200
    post()
    states = Delivery.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["failed", "sent"]


def test_killed_while_posting_it_is_posted_again_under_the_same_id(
    town: Town, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener(outside)
    tell(town, incident(town))
    with monkeypatch.context() as killed:
        killed.setattr(posting, "_note", lambda *_: None)
        posting.post_what_is_due()
    post()
    assert len(outside.taken) == 1  # somebody may still have it in hand
    with later(minutes=2):
        post()
    assert len({each.headers["webhook-id"] for each in outside.taken}) == 1
    assert len(outside.taken) == 2 and Delivery.objects.get().state == "sent"


@pytest.mark.parametrize("url", ["", "ftp://x", "http://10.0.0.1/hook", "http://localhost:1/ x"])
def test_an_address_inside_or_none_at_all_is_refused(town: Town, url: str) -> None:
    answer = ask(url)
    assert answer.status_code == 422
    assert re.search(r'role="alert">.+</p>', answer.content.decode())
    assert not Subscriber.objects.exists()


def test_an_address_inside_is_refused_also_if_the_operator_allows_it_to_the_team(
    town: Town, settings: Any
) -> None:
    settings.MAY_REACH = ["127.0.0.1", "localhost"]
    with listening() as inside:
        assert ask(f"{inside.url}/hook").status_code == 422
        named = f"{inside.url}/hook".replace("127.0.0.1", "localhost")
        assert ask(named).status_code == 200  # its letters don't tell
        post()
    assert inside.taken == []
    assert "lies inside" in Delivery.objects.get().error


def test_an_unknown_way_is_refused(town: Town) -> None:
    assert ask("https://example.org/hook", way="pigeon").status_code == 422


def test_a_stranger_makes_the_desk_post_three_times_a_day_at_most(
    town: Town, outside: Outside
) -> None:
    for _ in range(6):
        assert ask(f"{outside.url}/hook").status_code == 200
    post()
    assert len(outside.taken) == 3 and Subscriber.objects.count() == 1


def test_addresses_of_one_host_are_asked_for_thirty_times_an_hour_at_most(
    town: Town, outside: Outside
) -> None:
    for number in range(limits.OF_A_HOST):
        stranger = Client(REMOTE_ADDR=f"203.0.113.{number}")
        form = {"way": "webhook", "url": f"{outside.url}/?{number}"}
        assert stranger.post("/status/subscribe", form).status_code == 200
    refused = ask(f"{outside.url}/one-more", lang="es")
    assert refused.status_code == 422
    assert "Inténtelo de nuevo dentro de una hora" in refused.content.decode()
    assert ask("https://elsewhere.example/hook").status_code == 200
    with later(hours=1, minutes=1):
        assert ask(f"{outside.url}/one-more").status_code == 200


def test_what_nobody_confirmed_is_forgotten(town: Town, outside: Outside) -> None:
    ask(f"{outside.url}/old")
    post()
    with later(days=4):
        ask(f"{outside.url}/new")
    assert Subscriber.objects.count() == 1


def test_its_address_and_secret_stand_nowhere_in_clear(town: Town, outside: Outside) -> None:
    found = listener(outside, "webhook", "/very-secret-path")
    row = Subscriber.objects.filter(pk=found.pk).values().get()
    assert "very-secret" not in str(row) and "whsec_" not in str(row)
    assert "very-secret" not in repr(ways.post_of(Delivery(subscriber=found)))
