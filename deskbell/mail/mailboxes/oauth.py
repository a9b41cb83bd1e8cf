"""Signing in to a mailbox at Google or Microsoft 365 without a password (OAuth2, then XOAUTH2 in IMAP)."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deskbell.lib.errors import Refused

SECONDS = 15
LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True)
class Provider:
    """Where one consents, where tokens are given, and what is asked for. `{tenant}` is filled in."""

    name: str
    consent: str
    tokens: str
    scope: str
    more: Mapping[str, str]
    host: str


PROVIDERS: dict[str, Provider] = {
    "google": Provider(
        "Google",
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        {"access_type": "offline", "prompt": "consent"},
        "imap.gmail.com",
    ),
    "microsoft": Provider(
        "Microsoft",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
        {"prompt": "select_account"},
        "outlook.office365.com",
    ),
}


@dataclass(frozen=True)
class Client:
    """The app that the operator has registered with the provider."""

    provider: str
    client_id: str
    client_secret: str
    tenant: str = ""


@dataclass(frozen=True)
class Tokens:
    """What the provider gives. `refresh` is empty if the one before stays good; `seconds` of `access`."""

    access: str
    refresh: str
    seconds: int


def consent_address(client: Client, *, user: str, back: str, state: str) -> str:
    """Where an administrator's browser asks the mailbox' owner to let the desk in."""
    provider = PROVIDERS[client.provider]
    asked = {
        "client_id": client.client_id,
        "redirect_uri": back,
        "response_type": "code",
        "scope": provider.scope,
        "state": state,
        "login_hint": user,
        **provider.more,
    }
    return f"{_at(client, provider.consent)}?{urllib.parse.urlencode(asked)}"


def exchanged(client: Client, code: str, *, back: str) -> Tokens:
    """The tokens for a code that a consent has brought. Refused with the provider's own words."""
    return _asked(client, grant_type="authorization_code", code=code, redirect_uri=back)


def refreshed(client: Client, refresh_token: str) -> Tokens:
    """A fresh access token. Refused with the provider's own words, as when the consent was taken back."""
    return _asked(client, grant_type="refresh_token", refresh_token=refresh_token)


def _asked(client: Client, **fields: str) -> Tokens:
    provider = PROVIDERS[client.provider]
    known = {"client_id": client.client_id, "client_secret": client.client_secret}
    body = urllib.parse.urlencode({**known, "scope": provider.scope, **fields}).encode()
    request = urllib.request.Request(_at(client, provider.tokens), body)  # noqa: S310 - fixed hosts
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            said = json.loads(answer.read(LONGEST_ANSWER))
        return Tokens(
            str(said["access_token"]),
            str(said.get("refresh_token") or ""),
            int(said.get("expires_in") or 0),
        )
    except urllib.error.HTTPError as error:
        raise Refused(f"{provider.name} refuses: {_words_of(error)}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{provider.name} does not answer as it should: {error}") from error


def _at(client: Client, address: str) -> str:
    return address.replace("{tenant}", urllib.parse.quote(client.tenant or "common", safe=""))


def _words_of(error: urllib.error.HTTPError) -> str:
    try:
        said: Any = json.loads(error.read(LONGEST_ANSWER))
        return str(said.get("error_description") or said.get("error") or error.reason)[:300]
    except (ValueError, AttributeError, OSError):
        return str(error.reason)
