"""Services that only tell that a mail has come, or leave parts of it out: the rest is fetched from them, with
our own limits of time and size, and never from inside the network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from anymail.inbound import AnymailInboundMessage
from anymail.webhooks import brevo, mailtrap, resend
from django.conf import settings

from deskbell.lib.outbound import Request, fetch

SECONDS = 30.0


class Unfetched(Exception):
    """The service did not give what it had announced; the text says which and why."""


class Resend(resend.ResendInboundWebhookView):  # type: ignore[misc]  # anymail has no types
    """Tells that a mail has come; its bytes lie at an address that the API names."""

    def _fetch_inbound_email(self, email_id: str) -> AnymailInboundMessage:
        url = urljoin(self.api_url, f"emails/receiving/{quote(email_id, safe='')}")
        said = json.loads(asked(url, {"Authorization": f"Bearer {self.api_key}"}))
        where = (said.get("raw") or {}).get("download_url")
        if not where:
            raise Unfetched("Resend names no place where the mail itself lies.")
        return as_it_came(asked(where))


class Mailtrap(mailtrap.MailtrapInboundWebhookView):  # type: ignore[misc]
    """As Resend's."""

    def fetch_inbound_message(self, inbox_id: int, message_id: str) -> Any:
        inbox, name = quote(str(inbox_id), safe=""), quote(message_id, safe="")
        url = urljoin(self.api_url, f"inbound/inboxes/{inbox}/messages/{name}")
        return json.loads(asked(url, {"Authorization": f"Bearer {self.api_token}"}))

    def esp_to_anymail_event(self, esp_event: Any) -> Any:
        self._raw = b""
        event = super().esp_to_anymail_event(esp_event)
        if event is not None:
            event.message = as_it_came(self._raw)
        return event

    def fetch_raw_message_chunks(self, raw_message_url: str) -> Any:
        self._raw = asked(raw_message_url)
        yield self._raw


class Brevo(brevo.BrevoInboundWebhookView):  # type: ignore[misc]
    """Brings the text; its files lie at the API."""

    def _fetch_attachment(self, attachment: Mapping[str, Any]) -> Any:
        token = quote(str(attachment["DownloadToken"]), safe="")
        content = asked(
            urljoin(self.api_url, f"inbound/attachments/{token}"), {"api-key": self.api_key}
        )
        return AnymailInboundMessage.construct_attachment(
            content_type=attachment.get("ContentType") or "application/octet-stream",
            content=content,
            filename=attachment.get("Name"),
            content_id=attachment.get("ContentID"),
        )


def asked(url: str, headers: Mapping[str, str] | None = None) -> bytes:
    """What lies at an address of the service. Raises Unfetched, Refused, Unreachable."""
    most = settings.MAX_MAIL_BYTES * 2
    told = {"Accept-Encoding": "identity", **(headers or {})}
    answer = fetch(Request(url, headers=told, most=most, within=SECONDS, redirects=2))
    if not answer.is_ok:
        raise Unfetched(f"{urlsplit(url).hostname} answered {answer.status}.")
    return answer.content


def as_it_came(raw: bytes) -> AnymailInboundMessage:
    """The mail, with its very bytes as `as_it_came`: written anew it would be another one."""
    message = AnymailInboundMessage.parse_raw_mime_bytes(raw)
    message.as_it_came = raw
    return message
