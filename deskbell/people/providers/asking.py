"""What a provider is asked in OpenID Connect's code flow: the browser is sent there, and the code with which
it comes back is given for a signed token. State, nonce and PKCE are never optional."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from deskbell.lib.errors import Refused
from deskbell.lib.ids import new_token
from deskbell.lib.outbound import Answer, Request, Unreachable, fetch
from deskbell.lib.outside import asking_outside
from deskbell.lib.sealing import unseal
from deskbell.people.providers.models import Provider
from deskbell.people.providers.refusing import AWAY, NOT_BELIEVED, NoEntry
from deskbell.people.providers.told import PATIENCE, Told, told_by

SCOPES = "openid email profile"
LARGEST = 64 * 1024  # bytes of an answer


@dataclass(frozen=True)
class Journey:
    """What the browser keeps while it is away, each of it new for this one journey."""

    state: str  # comes back in the address
    nonce: str  # comes back in the signed token
    verifier: str  # proves to the provider that who began it ends it (PKCE)


@dataclass(frozen=True)
class Tokens:
    """What a code was given for. `access` is "" if there was none."""

    identity: str
    access: str


def begin(provider: Provider) -> tuple[str, Journey]:
    """The address to which the browser goes, and what to keep. Raises NoEntry if the provider is away."""
    journey = Journey(new_token(), new_token(), secrets.token_urlsafe(48))
    challenge = base64.urlsafe_b64encode(sha256(journey.verifier.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.back,
        "scope": SCOPES,
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": challenge.decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    if provider.kind != Provider.Kind.OIDC:  # people have a private account there too
        asked["prompt"] = "select_account"
    address = told_by(provider).authorization
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", journey


def tokens_for(provider: Provider, code: str, journey: Journey) -> Tokens:
    """What the provider gives for a code, not looked into yet. Raises NoEntry."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.back,
        "code_verifier": journey.verifier,
    }
    answer = _answer_to(lambda: _request(provider, told_by(provider), form))
    said = _object_in(answer)
    token = said.get("id_token")
    if not answer.is_ok or not isinstance(token, str):
        fault = str(said.get("error") or "no id_token in it")[:60]
        why = f"It answered {answer.status} when it was asked for a token: {fault}."
        raise NoEntry(NOT_BELIEVED, why)
    return Tokens(token, str(said.get("access_token") or ""))


def said_of(told: Told, access: str) -> dict[str, Any]:
    """What the provider says of whom it has given this access token for; nothing where it can't be read.
    Raises NoEntry if it is away."""
    headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
    answer = _answer_to(
        lambda: Request(told.userinfo, headers=headers, within=PATIENCE, most=LARGEST)
    )
    return _object_in(answer) if answer.is_ok else {}


def _request(provider: Provider, told: Told, form: dict[str, str]) -> Request:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    client, secret = provider.client_id, unseal(provider.sealed)
    if told.by_basic:
        pair = f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    else:
        form = {**form, "client_id": client, "client_secret": secret}
    content = urlencode(form).encode()
    return Request(
        told.token, method="POST", headers=headers, content=content, within=PATIENCE, most=LARGEST
    )


def _answer_to(request: Callable[[], Request]) -> Answer:
    """The answer, if one comes and the request can be made at all: the secret may have become unreadable."""
    try:
        asked = request()
        with asking_outside():
            answer = fetch(asked)
    except (Refused, Unreachable) as problem:
        raise NoEntry(AWAY, f"It gave no token, or said nothing of its own: {problem}") from None
    if answer.status >= 500:
        raise NoEntry(AWAY, f"It answered {answer.status} when someone came back.")
    return answer


def _object_in(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
