"""What each way sends to its provider, against the provider's own documents, and how it may fail (E6)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from deskbell.lib import signing
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.lib.sealing import seal
from deskbell.oncall.models import Method
from deskbell.oncall.tests.outside import Outside
from deskbell.oncall.ways.ntfy import form as ntfy_form
from deskbell.oncall.ways.remote import REMOTE, Gone, Message, Never, NotNow
from deskbell.oncall.ways.webhook import form as webhook_form
from deskbell.people.models import Agent
from tests.town import at

PAGE = Message(
    title="[Urgent] Streaming is down (#12)",
    text="Alert from Alertmanager\nsince 3:00 am",
    link="https://desk.example/page/secret-token",
    ticket="https://desk.example/tickets/12",
    impact="urgent",
    key="call-7",
)
OVER = replace(PAGE, kind="over", link="", title="It is over: Streaming is down (#12)")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ADA = Agent()  # nobody's form asks more of the agent than that there is one


def method(way: str, **secrets: Any) -> Method:
    return Method(way=way, sealed=seal(json.dumps(secrets)))


def ntfy(outside: Outside, **more: Any) -> Method:
    return method("ntfy", server=outside.url, topic="desk-ada", **more)


class TestNtfy:
    """By `docs/publish.md` of binwiederhier/ntfy: “Publish as JSON”, “Action buttons”, “Click action”."""

    def test_a_page_is_published_with_a_button_that_leads_to_the_link_e6(
        self, outside: Outside
    ) -> None:
        outside.content = b'{"id": "hwQ2YpKdmg", "event": "message"}'
        assert REMOTE["ntfy"].send(PAGE, ntfy(outside)) == "hwQ2YpKdmg"
        body = outside.last.json
        assert outside.last.path == "/"
        assert (body["topic"], body["title"], body["message"]) == (
            "desk-ada",
            PAGE.title,
            PAGE.text,
        )
        assert (body["priority"], body["click"]) == (5, PAGE.link)
        assert body["actions"] == [
            {"action": "view", "label": "Acknowledge", "url": PAGE.link, "clear": True}
        ]
        assert "authorization" not in outside.last.headers

    def test_that_it_is_over_wakes_nobody_and_replaces_the_page_of_the_same_call(
        self, outside: Outside
    ) -> None:
        REMOTE["ntfy"].send(PAGE, ntfy(outside))
        REMOTE["ntfy"].send(OVER, ntfy(outside))
        page, over = (each.json for each in outside.taken)
        assert over["priority"] == 2
        assert "actions" not in over
        assert over["click"] == PAGE.ticket
        assert over["sequence_id"] == page["sequence_id"]

    def test_no_bundle_replaces_another(self, outside: Outside) -> None:
        for text in ("one", "two"):
            bundle = replace(PAGE, kind="bundle", key="bundle", text=text, link="")
            REMOTE["ntfy"].send(bundle, ntfy(outside))
        assert all("sequence_id" not in each.json for each in outside.taken)

    def test_a_token_opens_a_protected_topic(self, outside: Outside) -> None:
        REMOTE["ntfy"].send(PAGE, ntfy(outside, token="tk_abc"))
        assert outside.last.headers["authorization"] == "Bearer tk_abc"

    def test_a_long_text_stays_a_message_and_becomes_no_file(self, outside: Outside) -> None:
        REMOTE["ntfy"].send(replace(PAGE, text="ö" * 5000), ntfy(outside))
        assert 3000 < len(outside.last.json["message"].encode()) < 4096

    def test_its_form_keeps_server_and_topic_apart_and_shows_no_whole_topic(self) -> None:
        got = ntfy_form.read({"topic": "https://ntfy.sh/desk-1234567", "token": " tk_1 "}, ADA)
        assert got.where == "ntfy.sh/des…"
        assert got.secrets == {
            "server": "https://ntfy.sh",
            "topic": "desk-1234567",
            "token": "tk_1",
        }

    @pytest.mark.parametrize(
        ("topic", "sentence"),
        [
            ("", "Enter its address"),
            ("ntfy.sh/desk", "no web address"),
            ("https://ntfy.sh/", "end with the topic"),
            ("https://ntfy.sh/to pic", "without spaces"),
            ("http://10.0.0.1/topic", "inside the desk's own network"),
        ],
    )
    def test_its_form_says_what_to_change(self, topic: str, sentence: str) -> None:
        with pytest.raises(Refused, match=sentence):
            ntfy_form.read({"topic": topic}, ADA)


class TestWebhook:
    """By `spec/standard-webhooks.md` of standard-webhooks/standard-webhooks."""

    def test_the_signature_is_that_of_the_specifications_libraries(self) -> None:
        """`test sign function` in its `libraries/javascript/src/webhook.test.ts`."""
        signed = signing.signature(
            SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
        )
        assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    def test_a_page_is_posted_with_id_timestamp_and_signature(self, outside: Outside) -> None:
        kept = method("webhook", url=outside.url + "/pages", secret=SECRET)
        with moved_to(at("2026-11-24 03:00")):
            name = REMOTE["webhook"].send(PAGE, kept)
        headers = outside.last.headers
        assert outside.last.path == "/pages"
        assert headers["webhook-id"] == name
        assert headers["webhook-timestamp"] == "1795507200"
        assert headers["webhook-signature"] == signing.signature(
            SECRET, name, "1795507200", outside.last.content
        )
        body = outside.last.json
        assert (body["type"], body["timestamp"]) == ("oncall.page", "2026-11-24T08:00:00+00:00")
        assert body["data"]["acknowledge"] == PAGE.link

    def test_the_same_message_has_the_same_id_and_the_next_round_another_e3(
        self, outside: Outside
    ) -> None:
        kept = method("webhook", url=outside.url, secret=SECRET)
        first, again = (REMOTE["webhook"].send(PAGE, kept) for _ in range(2))
        later = REMOTE["webhook"].send(replace(PAGE, link=PAGE.link + "2"), kept)
        assert first == again != later

    def test_what_has_no_link_is_never_taken_for_what_was_said_before_e3(
        self, outside: Outside
    ) -> None:
        kept = method("webhook", url=outside.url, secret=SECRET)
        bundle = replace(PAGE, kind="bundle", link="")
        first, second = (REMOTE["webhook"].send(bundle, kept) for _ in range(2))
        assert first != second

    def test_410_disables_it_as_the_specification_asks(self, outside: Outside) -> None:
        outside.status = 410
        with pytest.raises(Gone, match="410"):
            REMOTE["webhook"].send(PAGE, method("webhook", url=outside.url, secret=SECRET))

    def test_its_form_makes_a_secret_that_signs(self) -> None:
        got = webhook_form.read({"url": "https://example.org/a-long-path"}, ADA)
        assert got.where == "example.org/a-l…"
        assert len(signing.key_of(got.secrets["secret"])) == 32

    @pytest.mark.parametrize(
        "secret", ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_é"]
    )
    def test_its_form_refuses_a_secret_that_could_not_sign(self, secret: str) -> None:
        with pytest.raises(Refused, match="whsec_"):
            webhook_form.read({"url": "https://example.org/", "secret": secret}, ADA)


class TestSlack:
    """By Slack's “Sending messages using incoming webhooks” and “Formatting text for app surfaces”."""

    def test_a_channel_gets_the_tickets_address_and_never_the_link_e6(
        self, outside: Outside
    ) -> None:
        outside.content = b"ok"
        slack = method("slack", url=outside.url + "/services/T0/B0/x")
        assert REMOTE["slack"].send(PAGE, slack) == ""
        body = outside.last.json
        assert outside.last.path == "/services/T0/B0/x"
        assert PAGE.title in body["text"] and f"<{PAGE.ticket}|Open the ticket>" in body["text"]
        assert body["blocks"][0]["text"] == {"type": "mrkdwn", "text": f"*{PAGE.title}*"}
        assert PAGE.text in body["blocks"][1]["text"]["text"]
        assert "secret-token" not in str(body)
        assert REMOTE["slack"].IS_SHARED

    def test_words_of_strangers_mention_nobody(self, outside: Outside) -> None:
        said = replace(PAGE, title="<!channel> R&D", text="<https://evil.example|here>")
        REMOTE["slack"].send(said, method("slack", url=outside.url))
        assert outside.last.json["text"].startswith("&lt;!channel&gt; R&amp;D")
        assert "<https://evil" not in str(outside.last.json)

    @pytest.mark.parametrize(
        ("status", "said"), [(404, b"no_service"), (410, b"channel_is_archived")]
    )
    def test_a_webhook_or_channel_that_is_no_more_is_gone(
        self, outside: Outside, status: int, said: bytes
    ) -> None:
        """The errors that “Handling errors” on the same page lists."""
        outside.status, outside.content = status, said
        with pytest.raises(Gone, match=said.decode()):
            REMOTE["slack"].send(PAGE, method("slack", url=outside.url))


class TestTeams:
    """By Microsoft's “Create incoming webhooks with Workflows for Microsoft Teams” and the schema of
    Adaptive Cards."""

    def test_a_channel_gets_a_card_with_the_tickets_address_and_never_the_link_e6(
        self, outside: Outside
    ) -> None:
        outside.status, outside.content = 202, b""
        assert REMOTE["teams"].send(PAGE, method("teams", url=outside.url + "/workflows/1")) == ""
        body = outside.last.json
        assert body["type"] == "message"
        (attached,) = body["attachments"]
        assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
        card = attached["content"]
        assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
        title, *lines = card["body"]
        assert (title["type"], title["color"]) == ("TextBlock", "attention")
        assert title["text"] == r"\[Urgent\] Streaming is down \(\#12\)"
        assert [line["text"] for line in lines] == ["Alert from Alertmanager", r"since 3:00 am"]
        assert card["actions"] == [
            {"type": "Action.OpenUrl", "title": "Open the ticket", "url": PAGE.ticket}
        ]
        assert "secret-token" not in str(body)
        assert REMOTE["teams"].IS_SHARED

    def test_that_it_is_over_is_green(self, outside: Outside) -> None:
        REMOTE["teams"].send(OVER, method("teams", url=outside.url))
        card = outside.last.json["attachments"][0]["content"]
        assert card["body"][0]["color"] == "good"


class TestFailing:
    """How a provider's answer reads, whichever way it is."""

    @pytest.mark.parametrize("status", [500, 503, 429, 408])
    def test_what_may_pass_is_tried_again_e3(self, outside: Outside, status: int) -> None:
        outside.status, outside.headers = status, {"Retry-After": "17"}
        with pytest.raises(NotNow, match=str(status)) as told:
            REMOTE["ntfy"].send(PAGE, ntfy(outside))
        assert told.value.after == 17

    def test_retry_after_may_be_a_date_and_never_holds_a_page_for_longer_than_an_hour(
        self, outside: Outside
    ) -> None:
        outside.status = 503
        for written, seconds in (
            ("Tue, 24 Nov 2026 08:01:00 GMT", 60),
            ("Wed, 25 Nov 2026 08:00:00 GMT", 3600),
            ("soon", None),
        ):
            outside.headers = {"Retry-After": written}
            with moved_to(at("2026-11-24 03:00")), pytest.raises(NotNow) as told:
                REMOTE["ntfy"].send(PAGE, ntfy(outside))
            assert told.value.after == seconds

    def test_nobody_there_is_no_refusal(self, settings: Any) -> None:
        settings.MAY_REACH = ["127.0.0.1"]
        with pytest.raises(NotNow, match="no answer"):
            REMOTE["ntfy"].send(PAGE, method("ntfy", server="http://127.0.0.1:1", topic="desk"))

    def test_a_refusal_is_told_in_the_providers_words(self, outside: Outside) -> None:
        outside.status, outside.content = 403, b'{"code": 40301, "error": "forbidden"}'
        with pytest.raises(Never, match=r"127\.0\.0\.1 answered 403: forbidden\."):
            REMOTE["ntfy"].send(PAGE, ntfy(outside))

    def test_a_page_does_not_follow_where_it_is_led(self, outside: Outside) -> None:
        outside.status, outside.headers = 302, {"Location": outside.url + "/elsewhere"}
        with pytest.raises(Never, match="302"):
            REMOTE["ntfy"].send(PAGE, ntfy(outside))
        assert len(outside.taken) == 1

    def test_no_page_is_led_inside(self, outside: Outside, settings: Any) -> None:
        settings.MAY_REACH = []
        with pytest.raises(Refused, match="inside"):
            REMOTE["ntfy"].send(PAGE, ntfy(outside))
        assert outside.taken == []

    def test_no_failure_tells_the_secret_address(self, outside: Outside) -> None:
        kept = method("webhook", url=outside.url + "/hush", secret=SECRET)
        outside.status = 403
        for outside.content in (b"", b"Cannot POST /hush", b'{"message": "no /hush here"}'):
            with pytest.raises(Never) as told:
                REMOTE["webhook"].send(PAGE, kept)
            assert "hush" not in str(told.value)
