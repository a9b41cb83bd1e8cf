"""The screen of the doors: mailboxes are added, changed and connected there, and no secret is shown."""

from __future__ import annotations

import urllib.parse

import pytest
from django.test import Client

from deskbell.lib.errors import Refused
from deskbell.lib.sealing import seal, unseal
from deskbell.mail.mailboxes import oauth, remembering, setting_up
from deskbell.mail.mailboxes.models import Mailbox
from deskbell.mail.models import Webhook
from tests.town import Town

GOOD = {
    "sign_in": "password",
    "host": "IMAP.example.org",
    "port": "993",
    "security": "tls",
    "user": "support@example.org",
    "password": "a brass bell",
    "folder": "INBOX",
}
GOOGLE = {
    "sign_in": "google",
    "user": "help@school.example",
    "client_id": "app",
    "client_secret": "hush",
}


@pytest.fixture
def ada(town: Town) -> Client:
    client = Client()
    client.force_login(town.ada.person)
    return client


def test_a_mailbox_is_added_and_its_password_is_never_shown_again(ada: Client) -> None:
    assert ada.post("/mail/doors", GOOD).status_code == 302
    box = Mailbox.objects.get()
    assert (box.host, box.standing, unseal(box.password)) == (
        "imap.example.org",
        "new",
        "a brass bell",
    )

    for page in ("/mail/doors", f"/mail/mailboxes/{box.pk}"):
        shown = ada.get(page).content.decode()
        assert "support@example.org" in shown
        assert "a brass bell" not in shown and box.password not in shown


def test_an_empty_password_keeps_the_one_before_and_the_place_where_it_was(ada: Client) -> None:
    ada.post("/mail/doors", GOOD)
    Mailbox.objects.update(numbering=7, last_number=81, standing="failing", problem="x")
    box = Mailbox.objects.get()
    ada.post(f"/mail/mailboxes/{box.pk}", {**GOOD, "password": "", "folder": "Support"})

    changed = Mailbox.objects.get()
    assert unseal(changed.password) == "a brass bell" and changed.folder == "Support"
    assert (changed.last_number, changed.problem) == (81, "")
    assert changed.changed_at > box.changed_at


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"user": ""}, "as whom"),
        ({"host": ""}, "IMAP server"),
        ({"port": "none"}, "port"),
        ({"password": ""}, "password"),
        ({"security": "none"}, "TLS"),
        ({"sign_in": "magic"}, "choose password, google, microsoft"),
        ({"sign_in": "google"}, "client id"),
    ],
)
def test_what_is_missing_is_said(ada: Client, change: dict[str, str], words: str) -> None:
    answer = ada.post("/mail/doors", {**GOOD, **change})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Mailbox.objects.exists()


def test_the_same_mailbox_twice_is_refused(ada: Client) -> None:
    ada.post("/mail/doors", GOOD)
    assert "already" in ada.post("/mail/doors", GOOD).content.decode()


def test_a_consent_leads_to_the_provider_and_back_to_the_one_who_asked(
    ada: Client, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = oauth.Tokens("access", "refresh-1", 3600)
    asked: list[str] = []

    def exchanged(client: oauth.Client, code: str, *, back: str) -> oauth.Tokens:
        asked.append(f"{client.client_secret} {code} {back}")
        return given

    monkeypatch.setattr(oauth, "exchanged", exchanged)
    ada.post("/mail/doors", GOOGLE)
    box = Mailbox.objects.get()
    assert (box.host, box.security) == ("imap.gmail.com", "tls")

    there = ada.get(f"/mail/mailboxes/{box.pk}/consent")["Location"]
    assert there.startswith("https://accounts.google.com/")
    said = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(there).query))
    assert said["login_hint"] == "help@school.example" and "hush" not in there

    with pytest.raises(Refused, match="Someone else"):
        setting_up.take_consent(said["state"], "code", by=town.ben.pk, back="x")
    with pytest.raises(Refused, match="too old"):
        setting_up.take_consent("made-up", "code", by=town.ada.pk, back="x")

    assert ada.get("/mail/consent", {"state": said["state"], "code": "c"}).status_code == 302
    assert asked[-1].startswith("hush c http") and asked[-1].endswith("/mail/consent")
    box.refresh_from_db()
    assert unseal(box.refresh_token) == "refresh-1"

    refused = ada.get("/mail/consent", {"error": "access_denied"})
    assert refused.status_code == 422 and "access_denied" in refused.content.decode()


def test_a_webhook_gets_a_secret_address_another_one_and_none(ada: Client) -> None:
    ada.post("/mail/webhooks/mailgun")
    first = Webhook.objects.get().token
    assert f"/mail/in/mailgun/{first}/mime" in ada.get("/mail/doors").content.decode()
    ada.post("/mail/webhooks/mailgun")
    assert Webhook.objects.get().token != first
    ada.post("/mail/webhooks/mailgun", {"on": "no"})
    assert not Webhook.objects.exists()
    assert ada.post("/mail/webhooks/pigeon").status_code == 422


def test_a_password_that_another_secret_key_has_locked_says_what_to_do(
    settings: pytest.FixtureRequest, ada: Client
) -> None:
    kept = Mailbox(password=seal("a brass bell"), refresh_token=seal("t"), client_secret=seal("s"))
    settings.SECRET_KEY = "another key that is long enough to be one"  # type: ignore[attr-defined]
    for ask, todo in (
        (remembering.password_of, "enter it again"),
        (remembering.refresh_token_of, "press “Connect”"),
        (remembering.client_of, "enter the client secret again"),
    ):
        with pytest.raises(Refused, match=f"secret key has changed.*{todo}"):
            ask(kept)


def test_what_was_sealed_opens_under_the_desks_key_alone(
    settings: pytest.FixtureRequest, ada: Client
) -> None:
    sealed = seal("a brass bell")
    assert unseal(sealed) == "a brass bell" and seal("a brass bell") != sealed and seal("") == ""
    settings.SECRET_KEY = "another key that is long enough to be one"  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="secret key has changed"):
        unseal(sealed)


def test_a_password_is_not_sent_to_another_server_than_it_was_entered_for(town: Town) -> None:
    form = {
        "sign_in": "password",
        "host": "imap.example.org",
        "port": "993",
        "security": "tls",
        "user": "desk@example.org",
    }
    box = setting_up.save({**form, "password": "horse"})
    assert unseal(setting_up.save({**form, "folder": "Desk"}, box).password) == "horse"
    with pytest.raises(Refused, match="password"):
        setting_up.save({**form, "host": "imap.evil.example"}, setting_up.get(box.pk))
    assert setting_up.get(box.pk).host == "imap.example.org"
