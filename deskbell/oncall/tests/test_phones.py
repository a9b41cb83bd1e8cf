"""Texts and calls by Twilio, against its documents; 1 acknowledges (E6)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
from django.test import Client

from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.lib.ids import digest
from deskbell.lib.secrecy import SECRET_PATHS
from deskbell.oncall.models import Call, Method
from deskbell.oncall.models import Page as Paged
from deskbell.oncall.tests.conftest import NIGHT
from deskbell.oncall.tests.outside import Outside
from deskbell.oncall.tests.test_remote_ways import OVER, PAGE, method
from deskbell.oncall.ways.forms import offered
from deskbell.oncall.ways.phone import numbers, twilio
from deskbell.oncall.ways.remote import REMOTE, Gone, Never, NotNow
from deskbell.tickets.models import Ticket
from tests.town import Town, at

NUMBER = "+15550100142"
TEST = replace(PAGE, kind="test", link="", title="Test from Desk: 042931", code="042931")


@pytest.fixture
def twilio_(outside: Outside, settings: Any) -> Outside:
    """A server that answers as Twilio's documents show."""
    settings.PHONE_PROVIDER, settings.PHONE_FROM = "twilio", "+15550100199"
    settings.TWILIO_ACCOUNT, settings.TWILIO_TOKEN = "AC123", "12345"
    settings.TWILIO_URL = outside.url
    outside.status, outside.content = 201, b'{"sid": "SM456", "status": "queued"}'
    return outside


def form_of(taken: Outside) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(taken.last.content.decode()).items()}


def twiml_of(taken: Outside) -> ElementTree.Element:
    document = form_of(taken)["Twiml"]
    assert len(document) < 4000  # what the parameter takes
    return ElementTree.fromstring(document)


class TestTexts:
    """By Twilio's “Messages resource: Create a Message”, and its “Error and Warning Dictionary”."""

    def test_a_page_is_a_text_with_the_link_e6(self, twilio_: Outside) -> None:
        assert REMOTE["sms"].send(PAGE, method("sms", number=NUMBER)) == "SM456"
        sent = twilio_.last
        assert sent.path == "/2010-04-01/Accounts/AC123/Messages.json"
        assert base64.b64decode(sent.headers["authorization"].split()[1]) == b"AC123:12345"
        assert form_of(twilio_) == {
            "To": NUMBER,
            "From": "+15550100199",
            "Body": f"{PAGE.title}\n{PAGE.link}",
        }

    def test_that_it_is_over_and_a_test_carry_no_address(self, twilio_: Outside) -> None:
        for message in (OVER, TEST):
            REMOTE["sms"].send(message, method("sms", number=NUMBER))
            assert form_of(twilio_)["Body"] == message.title

    def test_a_bundle_says_what_is_in_it_and_stays_short(self, twilio_: Outside) -> None:
        bundle = replace(PAGE, kind="bundle", text="one\n" + "two " * 200)
        REMOTE["sms"].send(bundle, method("sms", number=NUMBER))
        body = form_of(twilio_)["Body"]
        assert "one" in body and body.endswith(PAGE.link) and len(body) < 400

    @pytest.mark.parametrize(
        ("status", "said", "error"),
        [
            (400, b'{"code": 21610, "message": "Attempt to send to unsubscribed"}', Gone),
            (400, b'{"code": 21211, "message": "The To number is not valid"}', Never),
            (429, b'{"code": 20429, "message": "Too Many Requests"}', NotNow),
            (503, b"", NotNow),
            (401, b'{"code": 20003, "message": "Authenticate"}', Refused),
        ],
    )
    def test_what_twilio_answers_is_understood(
        self, twilio_: Outside, status: int, said: bytes, error: type[Exception]
    ) -> None:
        twilio_.status, twilio_.content = status, said
        with pytest.raises(error):
            REMOTE["sms"].send(PAGE, method("sms", number=NUMBER))


class TestCalls:
    """By Twilio's “Calls resource: Create a Call”, “TwiML Voice: Gather” and “Security: Validating
    Signatures from Twilio”."""

    def test_a_call_reads_the_page_twice_and_listens_for_a_key_e6(self, twilio_: Outside) -> None:
        twilio_.content = b'{"sid": "CA789", "status": "queued"}'
        assert REMOTE["voice"].send(PAGE, method("voice", number=NUMBER)) == "CA789"
        assert twilio_.last.path == "/2010-04-01/Accounts/AC123/Calls.json"
        document = twiml_of(twilio_)
        gather = document.find("Gather")
        assert document.tag == "Response" and gather is not None
        assert gather.attrib["action"] == PAGE.link + "/digits"
        assert (gather.attrib["numDigits"], gather.attrib["method"]) == ("1", "POST")
        said = [each.text for each in gather.iter("Say")]
        assert said[:4] == [
            "Urgent Streaming is down number 12",
            "Alert from Alertmanager",
            "since 3:00 am",
            "Press 1 to acknowledge.",
        ]
        assert said[4:] == said[:4]

    def test_words_of_strangers_are_read_and_are_no_commands(self, twilio_: Outside) -> None:
        said = replace(PAGE, title="<Hangup/> R&D \"' down", text="\x1b[31m\x08\ufffe&<>" * 500)
        REMOTE["voice"].send(said, method("voice", number=NUMBER))
        assert twiml_of(twilio_).find(".//Hangup") is None

    def test_a_test_reads_its_digits_one_by_one(self, twilio_: Outside) -> None:
        REMOTE["voice"].send(TEST, method("voice", number=NUMBER))
        said = [each.text for each in twiml_of(twilio_).iter("Say")]
        assert said[1] == "Your code is: 0, 4, 2, 9, 3, 1."
        assert twiml_of(twilio_).find("Gather") is None

    def test_the_signature_is_that_of_twilios_own_library(self, settings: Any) -> None:
        """`tests/unit/test_request_validator.py` of twilio/twilio-python."""
        settings.TWILIO_TOKEN = "12345"
        sent = {
            "CallSid": "CA1234567890ABCDE",
            "Digits": "1234",
            "From": "+14158675309",
            "To": "+18005551212",
            "Caller": "+14158675309",
        }
        made = twilio.signature("https://mycompany.com/myapp.php?foo=1&bar=2", sent)
        assert made == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.django_db
class TestPressing:
    @pytest.fixture
    def called(
        self,
        town: Town,
        rota: Callable[..., None],
        alarm: Callable[..., Ticket],
        twilio_: Outside,
    ) -> str:
        """Ana is on call, an alarm rings at night; the path at which her call's key is told."""
        rota(town.ana)
        alarm(NIGHT)
        Paged.objects.filter(way="mail").update(token_digest=digest("her-token"))
        return "/page/her-token/digits"

    def press(self, client: Client, path: str, key: str, settings: Any, *, signed: str = "") -> Any:
        sent = {"CallSid": "CA789", "Digits": key, "From": "+15550100199", "To": NUMBER}
        right = twilio.signature(settings.DESK_URL + path, sent)
        with moved_to(at("2026-11-24 03:02")):
            return client.post(path, sent, headers={"X-Twilio-Signature": signed or right})

    def test_1_acknowledges_and_the_voice_says_so_e6(
        self, called: str, client: Client, settings: Any
    ) -> None:
        answer = self.press(client, called, "1", settings)
        assert answer["Content-Type"].startswith("text/xml")
        assert "Thank you, Ana Alvarez. You have it." in answer.text
        assert Call.objects.get().state == Call.State.ANSWERED

    def test_another_key_acknowledges_nothing_and_may_be_pressed_again(
        self, called: str, client: Client, settings: Any
    ) -> None:
        answer = self.press(client, called, "5", settings)
        assert f'action="{settings.DESK_URL}{called}"' in answer.text
        assert Call.objects.get().is_ringing

    def test_whoever_is_not_twilio_acknowledges_nothing(
        self, called: str, client: Client, settings: Any
    ) -> None:
        assert self.press(client, called, "1", settings, signed="forged").status_code == 404
        assert client.post(called, {"Digits": "1"}).status_code == 404
        assert Call.objects.get().is_ringing

    def test_an_expired_call_is_told_so(self, called: str, client: Client, settings: Any) -> None:
        Paged.objects.update(expires_at=at("2026-11-24 03:01"))
        assert "expired" in self.press(client, called, "1", settings).text
        assert Call.objects.get().is_ringing

    def test_the_secret_of_the_address_stays_out_of_the_log(self, called: str) -> None:
        assert "her-token" not in SECRET_PATHS.sub(r"\1…", f"Not Found: {called}")


class TestNumbers:
    @pytest.mark.parametrize(
        "written", ["+1 (555) 010-0142", "001 555 010 0142", "+1.555.010.0142", "+15550100142"]
    )
    def test_a_number_is_read_as_people_write_it(self, written: str) -> None:
        got = numbers.read({"number": written})
        assert got.secrets == {"number": NUMBER}
        assert got.where == "+15 … 0142"

    @pytest.mark.parametrize(
        "written", ["", "555 0100", "+0 555 010 0142", "+1 555 CALL", "+١٢٣٤٥٦٧٨٩"]
    )
    def test_what_is_no_number_is_refused(self, written: str) -> None:
        with pytest.raises(Refused, match="with its country"):
            numbers.read({"number": written})

    def test_phones_are_offered_only_where_there_is_a_provider(
        self, twilio_: Outside, settings: Any
    ) -> None:
        assert {"sms", "voice"} <= set(offered())
        settings.PHONE_PROVIDER = ""
        assert not {"sms", "voice"} & set(offered())
        with pytest.raises(Refused, match="DESKBELL_PHONE_PROVIDER"):
            REMOTE["sms"].send(PAGE, method("sms", number=NUMBER))

    @pytest.mark.django_db
    def test_a_number_is_proven_by_a_text(
        self, town: Town, client: Client, twilio_: Outside
    ) -> None:
        client.force_login(town.ana.person)
        client.post("/oncall/methods", {"way": "sms", "number": "+1 555 010 0142"})
        found = re.search(r"\d{6}$", form_of(twilio_)["Body"])
        assert found
        client.post(f"/oncall/methods/{Method.objects.get().pk}/code", {"code": found.group()})
        assert Method.objects.usable().exists()
