"""Bodies of many senders, each read into the normal form. Every payload says which document it follows."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.test import Client

from deskbell.lib import sealing
from deskbell.lib import sns as signing
from deskbell.lib.ids import new_token
from deskbell.monitoring.intake import taking
from deskbell.monitoring.intake.receiving import LARGEST
from deskbell.monitoring.models import Alert, Body, Source
from deskbell.monitoring.sources import address
from deskbell.tickets.models import Message, Ticket
from tests.dice import SEED
from tests.town import Town

pytestmark = pytest.mark.django_db


def source(kind: str, **more: Any) -> Source:
    token = new_token() if kind != Source.Kind.MAIL else "1f3a5c"
    return Source.objects.create(name=f"Our {kind}", kind=kind, token=token, **more)


def post(client: Client, to: Source, content: bytes | dict[str, Any], **more: Any) -> int:
    """Send it through the door and let the worker read what was stored; answers the status."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    path = address(to).partition("://")[2].partition("/")[2]
    more.setdefault("content_type", "application/json")
    answer = client.post(f"/{path}", body, **more)
    while taking.take_next():
        pass
    return answer.status_code


def state_of(key: str) -> str:
    return Alert.objects.filter(key=key).latest("id").state


class TestGrafana:
    """After Grafana's docs, “Configure webhook notifications”, its example body and its HMAC section."""

    def body(self, **changes: Any) -> dict[str, Any]:
        firing = {
            "status": "firing",
            "labels": {"alertname": "High memory usage", "team": "blue", "zone": "us-1"},
            "annotations": {"description": "The system has high memory usage"},
            "startsAt": "2026-11-19T09:51:03.157076+02:00",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "https://play.example/alerting/grafana/1afz29v7z/edit",
            "fingerprint": "c6eadffa33fcdf37",
            "silenceURL": "https://play.example/alerting/silence/new",
            "dashboardURL": "",
            "panelURL": "",
            "values": {"B": 44.23943737541908, "C": 1},
        }
        return {
            "receiver": "Deskbell",
            "status": "firing",
            "orgId": 1,
            "alerts": [firing | changes],
            "groupLabels": {},
            "commonLabels": {"team": "blue"},
            "commonAnnotations": {},
            "externalURL": "https://play.example/",
            "version": "1",
            "groupKey": "{}:{}",
            "truncatedAlerts": 0,
            "title": "[FIRING:1]  (High memory usage blue us-1)",
            "state": "alerting",
            "message": "**Firing**",
        }

    def test_firing_and_resolved(self, town: Town, client: Client) -> None:
        grafana = source("grafana")
        assert post(client, grafana, self.body()) == 200
        alert = Alert.objects.get()
        assert (alert.key, alert.title) == ("c6eadffa33fcdf37", "High memory usage")
        assert alert.started_at == datetime(2026, 11, 19, 7, 51, 3, 157076, UTC)
        ended = {"status": "resolved", "endsAt": "2026-11-19T10:00:00+02:00"}
        post(client, grafana, self.body(**ended))
        assert state_of("c6eadffa33fcdf37") == "resolved"

    def test_it_may_put(self, town: Town, client: Client) -> None:
        grafana = source("grafana")
        path = f"/alerts/grafana/{grafana.token}"
        answer = client.put(path, json.dumps(self.body()), content_type="application/json")
        assert answer.status_code == 200

    @pytest.mark.parametrize("with_time", [False, True])
    def test_a_signature_that_does_not_fit_is_a_wrong_secret(
        self, town: Town, client: Client, with_time: bool
    ) -> None:
        settings = {"timestamp_header": "X-Time"} if with_time else {}
        grafana = source("grafana", sealed=sealing.seal("s3cret"), settings=settings)
        content = json.dumps(self.body()).encode()
        at = str(int(datetime.now(UTC).timestamp()))
        signed = (at.encode() + b":" + content) if with_time else content
        sign = hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
        headers = {"X-Grafana-Alerting-Signature": sign}
        if with_time:
            headers["X-Time"] = at
        assert post(client, grafana, content, headers=headers) == 200
        wrong = headers | {"X-Grafana-Alerting-Signature": sign[:-1] + "x"}
        assert post(client, grafana, content, headers=wrong) == 403
        assert post(client, grafana, content) == 403
        if with_time:
            old = str(int(at) - 301)
            signed = old.encode() + b":" + content
            sign = hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
            late = {"X-Grafana-Alerting-Signature": sign, "X-Time": old}
            assert post(client, grafana, content, headers=late) == 403
        assert Body.objects.count() == 1


class TestUptimeKuma:
    """After Uptime Kuma's server/notification-providers/webhook.js and server/model/heartbeat.js."""

    def body(self, status: int = 0, time: str = "2026-11-19 14:00:00.123") -> dict[str, Any]:
        return {
            "heartbeat": {
                "monitorID": 7,
                "status": status,
                "time": time,
                "msg": "timeout of 48000ms exceeded",
                "important": True,
                "duration": 60,
            },
            "monitor": {
                "id": 7,
                "name": "Portal",
                "url": "https://portal.example/",
                "type": "http",
                "basic_auth_pass": "hunter2",
                "headers": '{"Authorization": "Bearer hunter2"}',
            },
            "msg": "[Portal] [🔴 Down] timeout of 48000ms exceeded",
        }

    def test_down_and_up_by_a_clock_without_a_zone(self, town: Town, client: Client) -> None:
        kuma = source("kuma")
        post(client, kuma, self.body())
        alert = Alert.objects.get()
        assert alert.title == "Portal is down: timeout of 48000ms exceeded"
        assert alert.started_at == datetime(2026, 11, 19, 14, 0, 0, 123000, UTC)
        post(client, kuma, self.body(status=0, time="2026-11-19 14:30:00"))
        assert Alert.objects.count() == 1  # sent again: still the same episode
        post(client, kuma, self.body(status=1, time="2026-11-19 14:40:00"))
        assert state_of("monitor 7") == "resolved"
        post(client, kuma, self.body(status=0, time="2026-11-19 14:20:00"))  # overtaken by the end
        assert Alert.objects.count() == 1
        post(client, kuma, self.body(status=0, time="2026-11-19 15:00:00"))
        assert Alert.objects.count() == 2

    def test_passwords_of_the_monitor_stay_out_of_the_ticket(
        self, town: Town, client: Client
    ) -> None:
        post(client, source("kuma"), self.body())
        (message,) = Ticket.objects.get().messages.all()
        assert "https://portal.example/" in message.text
        assert "hunter2" not in message.text

    def test_a_form_with_the_same_json(self, town: Town, client: Client) -> None:
        kuma = source("kuma")
        answer = client.post(f"/alerts/kuma/{kuma.token}", {"data": json.dumps(self.body())})
        assert answer.status_code == 200
        assert taking.take_next()
        assert Alert.objects.get().key == "monitor 7"

    def test_a_notice_of_a_certificate_is_for_information(self, town: Town, client: Client) -> None:
        said = "[Portal][https://portal.example/] Certificate will expire in 7 days"
        post(client, source("kuma"), {"heartbeat": None, "monitor": None, "msg": said})
        assert Alert.objects.get().state == "info"
        assert not Ticket.objects.exists()

    def test_maintenance_and_pending_page_nobody(self, town: Town, client: Client) -> None:
        kuma = source("kuma")
        post(client, kuma, self.body(status=3))
        post(client, kuma, self.body(status=2, time="2026-11-19 14:01:00"))
        assert not Ticket.objects.exists()


class TestPagerDuty:
    """After PagerDuty's docs, “Send an Alert Event” (Events API v2)."""

    def event(self, key: Source, action: str = "trigger", **more: Any) -> dict[str, Any]:
        return {
            "routing_key": key.token,
            "event_action": action,
            "dedup_key": "samplekeyhere",
            "payload": {
                "summary": "DISK at 99% on machine prod-datapipe03.example.com",
                "timestamp": "2026-11-19T14:00:00.000+0000",
                "source": "prod-datapipe03.example.com",
                "severity": "critical",
                "component": "mysql",
                "group": "prod-datapipe",
                "class": "disk",
                "custom_details": {"free space": "1%"},
            },
            "links": [{"href": "https://runbooks.example/disk", "text": "Runbook"}],
            **more,
        }

    def test_trigger_resolve_and_a_new_episode(self, town: Town, client: Client) -> None:
        key = source("pagerduty")
        answer = client.post("/v2/enqueue", self.event(key), content_type="application/json")
        assert answer.status_code == 202
        assert answer.json() == {
            "status": "success",
            "message": "Event processed",
            "dedup_key": "samplekeyhere",
        }
        post(client, key, self.event(key))  # the same key while it is open
        alert = Alert.objects.get()
        assert alert.title.startswith("DISK at 99%")
        assert alert.address == "https://runbooks.example/disk"
        post(client, key, self.event(key, "acknowledge"))
        assert state_of("samplekeyhere") == "open"
        post(client, key, {k: v for k, v in self.event(key, "resolve").items() if k != "payload"})
        assert state_of("samplekeyhere") == "resolved"
        later = self.event(key)
        later["payload"]["timestamp"] = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
        post(client, key, later)
        assert [each.state for each in Alert.objects.order_by("id")] == ["resolved", "open"]

    def test_without_a_key_one_is_made_and_told(self, town: Town, client: Client) -> None:
        key = source("pagerduty")
        event = self.event(key)
        del event["dedup_key"]
        answer = client.post("/v2/enqueue", event, content_type="application/json")
        made = answer.json()["dedup_key"]
        assert taking.take_next()
        assert Alert.objects.get().key == made

    def test_a_wrong_key_is_the_only_refusal(self, town: Town, client: Client) -> None:
        source("pagerduty")
        wrong = {"routing_key": "wrong", "event_action": "trigger"}
        assert client.post("/v2/enqueue", wrong, content_type="application/json").status_code == 400
        assert client.post("/v2/enqueue", b"\xff{", content_type="text/plain").status_code == 400

    def test_a_sender_whose_clock_lags_loses_no_episode(self, town: Town, client: Client) -> None:
        key = source("pagerduty")
        event = self.event(key)
        event["payload"]["timestamp"] = (datetime.now(UTC) - timedelta(minutes=2)).isoformat()
        post(client, key, event)
        post(client, key, self.event(key, "resolve"))
        post(client, key, event)
        assert [each.state for each in Alert.objects.order_by("id")] == ["resolved", "open"]

    @pytest.mark.parametrize("spoil", ["cut", "broken"])
    def test_what_is_too_large_or_broken_is_kept_and_pages_if_its_key_is_right(
        self, town: Town, client: Client, spoil: str
    ) -> None:
        key = source("pagerduty")
        content = json.dumps(self.event(key)).encode()
        content = content[:-1] + (b" " * LARGEST + b"}" if spoil == "cut" else b"")
        assert post(client, key, content) == 202
        assert Body.objects.get().state == "quarantined"
        assert "Unreadable" in Ticket.objects.get().subject
        wrong = content.replace(key.token.encode(), b"wrong")
        assert post(client, key, wrong) == 400

    def test_an_event_that_makes_no_sense_is_taken_and_pages(
        self, town: Town, client: Client
    ) -> None:
        key = source("pagerduty")
        assert post(client, key, {"routing_key": key.token, "event_action": "dance"}) == 202
        assert Body.objects.get().state == "quarantined"
        assert "Unreadable" in Ticket.objects.get().subject

    def test_people_who_read_a_body_do_not_learn_its_key(self, town: Town, client: Client) -> None:
        """Whoever has it can raise alerts, and it stands in the body."""
        key = source("pagerduty")
        post(client, key, {"routing_key": key.token, "event_action": "dance"})
        client.force_login(town.ana.person)
        text = client.get(f"/alerts/bodies/{Body.objects.get().pk}").content.decode()
        assert "dance" in text and key.token not in text
        assert key.token not in "".join(Message.objects.values_list("text", flat=True))
        assert key.token.encode() in bytes(Body.objects.get().content)  # to be read again

    def test_events_of_version_1_are_read_like_those_of_version_2(
        self, town: Town, client: Client
    ) -> None:
        """After PagerDuty's docs, “Events API v1”, its trigger and resolve."""
        key = source("pagerduty")
        path = "/generic/2010-04-15/create_event.json"
        event = {
            "service_key": key.token,
            "event_type": "trigger",
            "incident_key": "srv01/HTTP",
            "description": "FAILURE for production/HTTP on machine srv01.example.com",
            "client": "Sample Monitoring Service",
            "client_url": "https://monitoring.example",
            "details": {"ping time": "1500ms", "load avg": 0.75},
            "contexts": [{"type": "link", "href": "https://runbooks.example/http"}],
        }
        answer = client.post(path, event, content_type="application/json")
        assert (answer.status_code, answer.json()["incident_key"]) == (200, "srv01/HTTP")
        assert taking.take_next()
        alert = Alert.objects.get()
        assert (alert.key, alert.state) == ("srv01/HTTP", "open")
        assert alert.title == "FAILURE for production/HTTP on machine srv01.example.com"
        assert alert.address == "https://monitoring.example"
        assert '"ping time": "1500ms"' in Message.objects.get().text
        over = {"service_key": key.token, "event_type": "resolve", "incident_key": "srv01/HTTP"}
        client.post(path, over, content_type="application/json")
        assert taking.take_next()
        assert state_of("srv01/HTTP") == "resolved"

    def test_a_body_in_chunks_that_says_no_length_is_whole(
        self, town: Town, client: Client
    ) -> None:
        key = source("pagerduty")
        content = json.dumps(self.event(key)).encode()
        sent = {"CONTENT_LENGTH": "", "wsgi.input": BytesIO(content)}
        assert post(client, key, b"", headers={"Transfer-Encoding": "chunked"}, **sent) == 202
        assert bytes(Body.objects.get().content) == content


SIGNED = {"Type": "Notification", "SignatureVersion": "1", "Signature": ""}


class TestAmazonSNS:
    """After AWS's docs, “Parsing Amazon SNS message formats” and “Verifying the signatures”."""

    TOPIC = "arn:aws:sns:us-east-1:123456789012:alarms"
    URL = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1234.pem"

    @pytest.fixture(autouse=True)
    def amazon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A stand-in for Amazon: its certificate is made here, its confirmations are counted."""
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
        made = made.public_key(self.key.public_key()).serial_number(1)
        made = made.not_valid_before(now).not_valid_after(now + timedelta(days=1))
        certificate = made.sign(self.key, hashes.SHA256())
        self.confirmed: list[str] = []
        monkeypatch.setattr(signing, "certificate", lambda url: certificate)
        monkeypatch.setattr(
            signing, "confirm", lambda said: self.confirmed.append(said["SubscribeURL"])
        )

    def message(
        self, kind: str = "Notification", version: str = "2", **more: Any
    ) -> dict[str, Any]:
        alarm = {
            "AlarmName": "Broker CPU",
            "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:Broker CPU",
            "NewStateValue": "ALARM",
            "NewStateReason": "Threshold Crossed: 1 datapoint (99.0) was greater than 90.0.",
            "StateChangeTime": "2026-11-19T14:00:00.000+0000",
            "Region": "US East (N. Virginia)",
            "Trigger": {"MetricName": "CPUUtilization", "Namespace": "AWS/EC2"},
        } | more.pop("alarm", {})
        document = {
            "Type": kind,
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": self.TOPIC,
            "Subject": "ALARM",
            "Message": json.dumps(alarm),
            "Timestamp": "2026-11-19T14:00:01.000Z",
            "SignatureVersion": version,
            "SigningCertURL": self.URL,
            **more,
        }
        if kind == "SubscriptionConfirmation":
            document |= {"Token": "t", "SubscribeURL": "https://sns.us-east-1.amazonaws.com/?x"}
            del document["Subject"]
        names = signing.SIGNED[kind]
        hashed = hashes.SHA1() if version == "1" else hashes.SHA256()
        signed = self.key.sign(signing.text_to_sign(document, names), padding.PKCS1v15(), hashed)
        return document | {"Signature": base64.b64encode(signed).decode()}

    @pytest.mark.parametrize("version", ["1", "2"])
    def test_an_alarm_and_its_end(self, town: Town, client: Client, version: str) -> None:
        sns = source("sns", settings={"topics": [self.TOPIC]})
        post(client, sns, self.message(version=version))
        alert = Alert.objects.get()
        assert alert.key.endswith(":alarm:Broker CPU")
        assert alert.started_at == datetime(2026, 11, 19, 14, tzinfo=UTC)
        later = {"StateChangeTime": "2026-11-19T14:10:00.000+0000"}
        missing = {**later, "NewStateValue": "INSUFFICIENT_DATA"}
        post(client, sns, self.message(version=version, alarm=missing))
        assert state_of(alert.key) == "open"
        post(client, sns, self.message(version=version, alarm={**later, "NewStateValue": "OK"}))
        assert state_of(alert.key) == "resolved"

    def test_a_subscription_is_confirmed_for_a_topic_on_the_list_alone(
        self, town: Town, client: Client
    ) -> None:
        sns = source("sns")
        asked = self.message("SubscriptionConfirmation")
        post(client, sns, asked)
        assert self.confirmed == []
        assert "not on the list" in Body.objects.get().result
        sns.settings = {"topics": [self.TOPIC]}
        sns.save()
        post(client, sns, asked)
        assert self.confirmed == ["https://sns.us-east-1.amazonaws.com/?x"]

    def test_what_amazon_did_not_sign_is_set_aside(self, town: Town, client: Client) -> None:
        sns = source("sns", settings={"topics": [self.TOPIC]})
        forged = self.message() | {"Message": json.dumps({"NewStateValue": "OK"})}
        post(client, sns, forged)
        assert Body.objects.get().result == "Its signature is not Amazon's."

    @pytest.mark.parametrize(
        "url",
        [
            "http://sns.us-east-1.amazonaws.com/a.pem",
            "https://sns.us-east-1.amazonaws.com.evil.example/a.pem",
            "https://evil.example/sns.us-east-1.amazonaws.com",
            "https://sns.us-east-1.amazonaws.com@evil.example/a.pem",
            "https://sns.us-east-1.amazonaws.com:8443/a.pem",
            "https://s3.us-east-1.amazonaws.com/a.pem",
            "https://127.0.0.1/a.pem",
            "https://[",
            None,
            "https://sns.us-east-1.amazonaws.com/SimpleNotificationService",
            "https://sns.us-east-1.amazonaws.com/?Action=x&y=a.pem",
            "https://sns.us-east-1.amazonaws.com/a.pem?x",
            "https://sns.us-east-1.amazonaws.com/b/../a.pem",
        ],
    )
    def test_a_certificate_from_elsewhere_is_never_fetched(
        self, url: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fetched(url: str) -> None:
            raise AssertionError(url)

        monkeypatch.setattr(signing, "certificate", fetched)
        with pytest.raises(signing.NotFromAmazon):
            signing.verify(
                {
                    **dict.fromkeys(signing.SIGNED["Notification"], "x"),
                    **SIGNED,
                    "SigningCertURL": url,
                }
            )


class TestAnyJson:
    def test_a_mapping_says_what_is_what(self, town: Town, client: Client) -> None:
        mapping = {
            "list": "events",
            "key": "id",
            "title": "problem.name",
            "state": "state",
            "started": "since",
        }
        ours = source("json", settings={"mapping": mapping})
        event = {"id": 9, "problem": {"name": "Disk full"}, "state": "OPEN", "since": 1795096800}
        post(client, ours, {"events": [event, {"id": 10}]})
        alert = Alert.objects.get(key="9")
        assert (alert.title, alert.state) == ("Disk full", "open")
        assert alert.started_at == datetime.fromtimestamp(1795096800, UTC)
        assert "Alert 2 of 2" in Body.objects.get().result
        post(client, ours, {"events": [event | {"state": "Resolved"}]})
        assert state_of("9") == "resolved"

    def test_the_same_title_again_renews_without_a_key(self, town: Town, client: Client) -> None:
        ours = source("json", settings={"mapping": {"title": "name"}})
        post(client, ours, {"name": "Down"})
        post(client, ours, {"name": "Down"})
        assert Alert.objects.count() == 1


@pytest.mark.parametrize("kind", ["alertmanager", "grafana", "kuma", "sns", "json", "pagerduty"])
def test_no_body_makes_a_reader_fail_in_a_way_that_hides_it(
    town: Town, client: Client, kind: str
) -> None:
    """Mutated bodies: each is taken or set aside with a reason, none by a fault of ours."""
    print(f"seed {SEED}")
    dice = random.Random(SEED)
    ours = source(kind, settings={"topics": ["t"], "mapping": {"title": "alerts.0.status"}})
    samples = [TestGrafana().body(), TestUptimeKuma().body(), TestPagerDuty().event(ours)]
    for _ in range(60):
        post(client, ours, _mutated(dice.choice(samples), dice))
    assert Body.objects.filter(state="waiting").count() == 0
    assert [body.result for body in Body.objects.filter(result__contains="The desk failed")] == []


def _mutated(document: dict[str, Any], dice: random.Random) -> bytes:
    changed = json.loads(json.dumps(document))
    for _ in range(dice.randint(1, 4)):
        _change(changed, dice)
    text = json.dumps(changed).encode()
    if dice.random() < 0.2:
        place = dice.randrange(len(text))
        text = text[:place] + dice.randbytes(3) + text[place + dice.randint(0, 5) :]
    return text


def _change(node: Any, dice: random.Random) -> None:
    odd: list[Any] = [
        None,
        [],
        {},
        "",
        "\x00",
        -1,
        1e300,
        True,
        "x" * 5000,
        [[]],
        {"a": 1},
        "9999-99-99",
        "\ud800",
    ]
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    if not keys:
        return
    key = dice.choice(keys)
    if isinstance(node[key], dict | list) and node[key] and dice.random() < 0.7:
        _change(node[key], dice)
    else:
        node[key] = dice.choice(odd)
