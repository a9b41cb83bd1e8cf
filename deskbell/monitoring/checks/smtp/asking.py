"""Asking a mail server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import aiosmtplib

from deskbell.lib import clock
from deskbell.monitoring.checks import certificates, fields
from deskbell.monitoring.checks.common import Failed, Found, Question, Tools, Unreached

OWN_NAME = "deskbell.localhost"


async def ask(question: Question, tools: Tools) -> Found:
    """`{host, port, security, greeting, tls_days, verify, ca}`; secrets `user` and `password`."""
    asks = question.asks
    client = client_for(asks, question.within)
    try:
        with in_words(question.within):
            answer = await client.connect()
            secured = client.get_transport_info("ssl_object")
            if asks.get("greeting") and not fields.matches(asks["greeting"], answer.message):
                raise Failed(f"It greets with “{answer.message[:100]}”.")
            await client.ehlo()
            if asks["security"] == "starttls":
                if not client.supports_extension("starttls"):
                    raise Failed("It does not offer STARTTLS.")
                await client.starttls()
                await client.ehlo()
                secured = client.get_transport_info("ssl_object")
            await _sign_in(client, question.secrets)
            warning = certificates.warning_of(secured, asks.get("tls_days", 0), clock.now())
            return Found(answer.message[:200], warning)
    finally:
        await _part(client)


def client_for(asks: Mapping[str, Any], within: float) -> aiosmtplib.SMTP:
    """A client that has not connected yet, by `{host, port, security, verify, ca}`."""
    return aiosmtplib.SMTP(
        hostname=asks["host"],
        port=asks["port"],
        use_tls=asks["security"] == "tls",
        start_tls=False,
        local_hostname=OWN_NAME,
        timeout=within,
        tls_context=certificates.context_for(asks) if asks["security"] != "none" else None,
    )


@contextmanager
def in_words(within: float) -> Iterator[None]:
    """What the library raises, as a sentence."""
    try:
        yield
    except aiosmtplib.SMTPTimeoutError:
        raise Unreached(f"No answer within {within:g} seconds.") from None
    except aiosmtplib.SMTPConnectError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        raise Failed(str(error)[:200]) from None
    except aiosmtplib.SMTPResponseException as error:
        raise Failed(f"It answers {error.code} {error.message[:200]}") from None
    except aiosmtplib.SMTPException as error:
        raise Failed(f"It does not speak SMTP as expected: {str(error)[:200]}") from None


async def _sign_in(client: aiosmtplib.SMTP, secrets: Any) -> None:
    if secrets.get("user"):
        await client.login(secrets["user"], secrets.get("password", ""))


async def _part(client: aiosmtplib.SMTP) -> None:
    with suppress(Exception):
        if client.is_connected:
            await client.quit(timeout=1)
    client.close()
