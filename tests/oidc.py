"""A stand-in for an OpenID provider: discovery, consent, token and keys, over real HTTP on the loopback, with
real RS256 signatures and PKCE checked. Never the service itself; tests bend what it signs."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KID = "deskbell", "a secret of the client", "first"
ACCESS = "an access token"


@cache
def its_key() -> rsa.RSAPrivateKey:
    """Made once: that takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class OpenIDProvider:
    """`user` is who consents: the claims about them, which `thin` tokens leave to userinfo, where
    `by_userinfo` may say others. `bend` changes what is signed, `key`, `algorithm` and `kid` how. `refusal`
    is told in place of a code, and while `down` is set each request gets that status."""

    def __init__(self) -> None:
        self.key: Any = its_key()
        self.public = its_key().public_key()
        self.algorithm, self.kid = "RS256", KID
        self.user: dict[str, Any] = {}
        self.bend: dict[str, Any] = {}
        self.refusal, self.down = "", 0
        self.path = ""  # of the issuer
        self.thin, self.by_userinfo = False, dict[str, Any]()
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}  # what was asked for, by the code it got
        self.forms: list[dict[str, str]] = []  # what came to the token address
        stand_in = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stand_in.asked.append(self.path)
                parts = urlsplit(self.path)
                if stand_in.down:
                    return self._say(stand_in.down, {})
                if parts.path.endswith("/authorize"):
                    return self._send_on(stand_in.consent(dict(parse_qsl(parts.query))))
                if parts.path.endswith("/userinfo"):
                    known = self.headers.get("Authorization") == f"Bearer {ACCESS}"
                    said = stand_in.by_userinfo or stand_in.user
                    return self._say(200 if known else 401, said if known else {})
                return self._say(200, stand_in.document(parts.path))

            def do_POST(self) -> None:
                stand_in.asked.append(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                form = dict(parse_qsl(body))
                stand_in.forms.append(form)
                self._say(*(stand_in.down, {}) if stand_in.down else stand_in.token(form))

            def _say(self, status: int, said: dict[str, Any]) -> None:
                content = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def _send_on(self, address: str) -> None:
                self.send_response(302)
                self.send_header("Location", address)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def issuer(self) -> str:
        return f"{self.url}{self.path}"

    def document(self, path: str) -> dict[str, Any]:
        if path.endswith("/keys"):
            entry = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.public))
            return {"keys": [{**entry, "kid": KID, "use": "sig"}]}
        return {
            "issuer": self.issuer.replace("/organizations/", "/{tenantid}/"),
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def consent(self, asked: dict[str, str]) -> str:
        """The address to which the browser goes back, as the user has said yes (or no, by `refusal`)."""
        if self.refusal:
            said = {"error": self.refusal, "state": asked["state"]}
        else:
            code = secrets.token_hex(8)
            self.codes[code] = asked
            said = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(said)}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer to a code, which is good once, and for who can prove to have asked for it."""
        asked = self.codes.pop(form.get("code", ""), None)
        proof = sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if asked is None or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        token = self.signed(asked)
        return 200, {"access_token": ACCESS, "token_type": "Bearer", "id_token": token}

    def signed(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **({"sub": self.user["sub"]} if self.thin else self.user),
            **self.bend,
        }
        said = {name: value for name, value in claims.items() if value is not None}
        key = "" if self.algorithm == "none" else self.key
        return jwt.encode(said, key, algorithm=self.algorithm, headers={"kid": self.kid})


@contextmanager
def running() -> Iterator[OpenIDProvider]:
    """The stand-in on a port of its own, until the block ends."""
    provider = OpenIDProvider()
    thread = threading.Thread(target=provider.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()
        thread.join()
