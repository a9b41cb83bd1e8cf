"""Did Amazon sign this message? With a certificate that only an SNS host of AWS can have served."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from deskbell.lib.errors import Refused
from deskbell.lib.outbound import Request, Unreachable, fetch
from deskbell.monitoring.intake.normal import Unreadable

HOST = re.compile(r"sns\.[a-z]{2}(-[a-z]+)+-[0-9]\.amazonaws\.com(\.cn)?")
CERTIFICATE = re.compile(r"/[\w.-]+\.pem")
HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {"1": hashes.SHA1, "2": hashes.SHA256}
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip
SIGNED["UnsubscribeConfirmation"] = SIGNED["SubscriptionConfirmation"]


def verify(document: dict[str, Any]) -> None:
    """Raises Unreadable unless the message is signed, by version 1 or 2, with Amazon's certificate."""
    names, algorithm = (
        SIGNED.get(str(document.get("Type"))),
        HASHES.get(str(document.get("SignatureVersion"))),
    )
    if names is None or algorithm is None:
        raise Unreadable("It is not signed in a way that SNS has.")
    key = certificate(checked_certificate(document.get("SigningCertURL"))).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        signature = base64.b64decode(str(document.get("Signature")), validate=True)
        key.verify(signature, text_to_sign(document, names), padding.PKCS1v15(), algorithm())
    except (InvalidSignature, binascii.Error, ValueError):
        raise Unreadable("Its signature is not Amazon's.") from None


def text_to_sign(document: dict[str, Any], names: tuple[str, ...]) -> bytes:
    """Names and values, a line each, in the order that SNS prescribes; what is missing is left out."""
    given = ((name, document.get(name)) for name in names)
    return "".join(f"{name}\n{value}\n" for name, value in given if value is not None).encode(
        "utf-8", "replace"
    )


def checked_certificate(url: Any) -> str:
    """The address of a certificate on such a host; its path is one file with the ending that they have.
    Other paths there answer with what anyone may have published."""
    checked = checked_host(url)
    if not CERTIFICATE.fullmatch(urlsplit(checked).path) or urlsplit(checked).query:
        raise Unreadable("The address of its certificate is none of Amazon SNS.")
    return checked


def checked_host(url: Any) -> str:
    """An address on an SNS host of AWS, over HTTPS. Raises Unreadable: anything else was forged."""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if (
        parts.scheme != "https"
        or not HOST.fullmatch(parts.hostname or "")
        or parts.username
        or parts.password
        or port not in {None, 443}
    ):
        raise Unreadable("It names an address that is none of Amazon SNS.")
    return str(url)


@lru_cache(maxsize=16)
def certificate(url: str) -> x509.Certificate:
    """The certificate at this address, fetched once. Raises Unreadable."""
    try:
        answer = fetch(Request(url, most=64 * 1024))
        if not answer.is_ok:
            raise Unreachable(f"it answered {answer.status}")
        return x509.load_pem_x509_certificate(answer.content)
    except (Refused, Unreachable, ValueError) as error:
        raise Unreadable(f"Amazon's certificate could not be fetched: {error}") from None
