"""How a customer goes to a provider and comes back, as a browser would: what tests of it share."""

from __future__ import annotations

from typing import Any
from urllib.request import HTTPRedirectHandler, build_opener

from django.test import Client

from deskbell.lib.sealing import seal
from deskbell.people.providers.models import Provider
from tests.oidc import CLIENT, SECRET, OpenIDProvider

OLIVIA = {
    "sub": "olivia-1",
    "email": "olivia@northvalley.example",
    "email_verified": True,
    "name": "Olivia O.",
}
SAM = {**OLIVIA, "sub": "sam-1", "email": "sam@southridge.example"}


def provider_at(there: OpenIDProvider, **more: Any) -> Provider:
    fields = {"kind": "oidc", "name": "Keycloak", "issuer": there.issuer, "client_id": CLIENT}
    return Provider.objects.create(**{**fields, "sealed": seal(SECRET), "is_on": True, **more})


def comes_by(provider: Provider, browser: Client | None = None, onward: str = "") -> Any:
    """Press the button, consent, and come back: what the desk then answers."""
    browser = browser or Client()
    return browser.get(consented(browser, provider, onward))


def consented(browser: Client, provider: Provider, onward: str = "") -> str:
    """The address to which the provider sends the browser back."""
    left = browser.get(f"/portal/with/{provider.key}", {"next": onward} if onward else {})
    assert left.status_code == 302, left.content.decode()
    return back_from(left.headers["Location"])


def back_from(address: str) -> str:
    class Stay(HTTPRedirectHandler):
        def http_error_302(self, request: Any, answer: Any, code: int, *more: Any) -> Any:
            return answer

    with build_opener(Stay).open(address, timeout=10) as answer:
        return str(answer.headers["Location"]).removeprefix("http://testserver")


def is_in(browser: Client) -> bool:
    return browser.get("/portal").status_code == 200
