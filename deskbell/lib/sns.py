"""Did Amazon SNS sign this message? With a certificate that only an SNS host of AWS can have served."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from deskbell.lib.errors import Refused
from deskbell.lib.outbound import Request, Unreachable, fetch

CERTIFICATE = re.compile(r"/[\w.-]+\.pem")
HOST = re.compile(r"sns\.[a-z]{2}(-[a-z]+)+-[0-9]\.amazonaws\.com(\.cn)?")
HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {"1": hashes.SHA1, "2": hashes.SHA256}
# The fields that are signed, in this order.
OF_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
OF_SUBSCRIPTION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": OF_NOTIFICATION,
    "SubscriptionConfirmation": OF_SUBSCRIPTION,
    "UnsubscribeConfirmation": OF_SUBSCRIPTION,
}


class NotFromAmazon(Exception):
    """It is not signed by Amazon, or names an address that is none of theirs; the text says how."""


def verify(document: Mapping[str, Any]) -> None:
    """Raises NotFromAmazon unless the message is signed, by version 1 or 2, with Amazon's certificate."""
    names = SIGNED.get(str(document.get("Type")))
    algorithm = HASHES.get(str(document.get("SignatureVersion")))
    if names is None or algorithm is None:
        raise NotFromAmazon("It is not signed in a way that Amazon SNS has.")
    key = certificate(checked_certificate(document.get("SigningCertURL"))).public_key()
    try:
        if not isinstance(key, rsa.RSAPublicKey):
            raise ValueError("Amazon's keys are RSA.")
        signature = base64.b64decode(str(document.get("Signature")), validate=True)
        key.verify(signature, text_to_sign(document, names), padding.PKCS1v15(), algorithm())
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotFromAmazon("Its signature is not Amazon's.") from None


def text_to_sign(document: Mapping[str, Any], names: Sequence[str]) -> bytes:
    """Names and values, a line each, in the order that SNS prescribes; what is missing is left out."""
    given = ((name, document.get(name)) for name in names)
    lines = (f"{name}\n{value}\n" for name, value in given if value is not None)
    return "".join(lines).encode("utf-8", "replace")


def confirm(document: Mapping[str, Any]) -> None:
    """Say that the desk wants what a (verified) topic publishes. Raises NotFromAmazon, Unreachable."""
    answer = fetch(Request(checked(document.get("SubscribeURL"))))
    if not answer.is_ok:
        raise Unreachable(f"The subscription could not be confirmed: Amazon said {answer.status}.")


def checked(url: object) -> str:
    """An address on an SNS host of AWS, over HTTPS. Raises NotFromAmazon: anything else was forged."""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        is_plain = parts.port in {None, 443} and not (parts.username or parts.password)
    except ValueError:
        raise NotFromAmazon("It names an address that is none.") from None
    if not (parts.scheme == "https" and is_plain and HOST.fullmatch(parts.hostname or "")):
        raise NotFromAmazon("It names an address that is none of Amazon SNS.")
    return str(url)


def checked_certificate(url: object) -> str:
    """The address of a certificate on such a host; its path is one file with the ending that they have.
    Other paths there answer with what anyone may have published. Raises NotFromAmazon."""
    found = checked(url)
    if not CERTIFICATE.fullmatch(urlsplit(found).path) or urlsplit(found).query:
        raise NotFromAmazon("The address of its certificate is none of Amazon SNS.")
    return found


@lru_cache(maxsize=16)
def certificate(url: str) -> x509.Certificate:
    """The certificate at this address, fetched once. Raises NotFromAmazon."""
    try:
        answer = fetch(Request(url, most=64 * 1024))
        if not answer.is_ok:
            raise Unreachable(f"it answered {answer.status}")
        return x509.load_pem_x509_certificate(answer.content)
    except (Refused, Unreachable, ValueError) as error:
        raise NotFromAmazon(f"Amazon's certificate could not be fetched: {error}") from None
