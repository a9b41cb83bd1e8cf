"""Amazon S3, and what else speaks its protocol: objects asked for by requests with AWS's Signature Version 4.

Fifty lines of our own, checked against the examples that Amazon publishes: botocore weighs more than the
whole desk, and the small signers are made for `requests`, which doesn't keep to `lib/outbound.py`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from django.conf import settings

from deskbell.lib import clock
from deskbell.lib.errors import Refused
from deskbell.lib.outbound import Request, TooLong, Unreachable, fetch

ALGORITHM = "AWS4-HMAC-SHA256"
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
CODE = re.compile(rb"<Code>([A-Za-z0-9]{1,60})</Code>")
REGION = re.compile(rb"<Region>([a-z0-9-]{1,40})</Region>")
UNRESERVED = "-._~"
MEGABYTE = 1024 * 1024
ERROR = 4096  # bytes in which a store says what is wrong
PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


class Failed(Exception):
    """The store did not give it; the sentence says why. `permanent`: it won't before something is changed."""

    def __init__(self, sentence: str, *, permanent: bool) -> None:
        super().__init__(sentence)
        self.permanent = permanent


@dataclass(frozen=True)
class Access:
    """What opens a store: its address without a path, its region, the key and the secret."""

    url: str
    region: str
    key: str
    secret: str = field(repr=False)


def access() -> Access:
    """What the operator has set. Raises Failed if that is nothing."""
    if not (settings.S3_KEY and settings.S3_SECRET):
        raise Failed("The desk has no key to S3: set DESKBELL_S3_KEY and _SECRET.", permanent=True)
    url = settings.S3_URL or f"https://s3.{settings.S3_REGION}.amazonaws.com"
    return Access(url, settings.S3_REGION, settings.S3_KEY, settings.S3_SECRET)


def get(to: Access, bucket: str, name: str, *, most: int, within: float) -> bytes:
    """The object with this name: at most so many bytes, within so many seconds. Raises Failed."""
    if not BUCKET.fullmatch(bucket) or not name or {".", ".."} & set(name.split("/")):
        raise Failed("No bucket of S3 has this name, or no object.", permanent=True)
    url = f"{to.url}/{bucket}/{quote(name, safe=UNRESERVED + '/')}"
    try:
        answer = fetch(
            signed(Request(url, most=max(most, ERROR), within=within), to, at=clock.now())
        )
    except TooLong:
        raise Failed(_too_large(most), permanent=True) from None
    except Refused as error:
        raise Failed(str(error), permanent=True) from None
    except Unreachable as error:
        raise Failed(f"S3 can't be reached: {error}", permanent=False) from None
    if answer.is_ok and len(answer.content) > most:
        raise Failed(_too_large(most), permanent=True)
    if answer.is_ok:
        return answer.content
    raise Failed(_told(answer.status, answer.content), permanent=answer.status not in PASSING)


def put(
    to: Access, bucket: str, name: str, content: bytes, *, headers: Mapping[str, str], within: float
) -> None:
    """Store the object under this name, with headers such as its Content-Type. Raises Failed."""
    _change(to, bucket, name, Request("", "PUT", headers, content, within))


def delete(to: Access, bucket: str, name: str, *, within: float) -> None:
    """Remove the object; one that isn't there is fine. Raises Failed."""
    _change(to, bucket, name, Request("", "DELETE", within=within))


def _change(to: Access, bucket: str, name: str, asked: Request) -> None:
    if not BUCKET.fullmatch(bucket) or not name or {".", ".."} & set(name.split("/")):
        raise Failed("No bucket of S3 has this name, or no object.", permanent=True)
    url = f"{to.url}/{bucket}/{quote(name, safe=UNRESERVED + '/')}"
    try:
        answer = fetch(signed(replace(asked, url=url, most=ERROR), to, at=clock.now()))
    except Refused as error:
        raise Failed(str(error), permanent=True) from None
    except Unreachable as error:
        raise Failed(f"S3 can't be reached: {error}", permanent=False) from None
    if not answer.is_ok:
        raise Failed(_told(answer.status, answer.content), permanent=answer.status not in PASSING)


def signed(request: Request, to: Access, *, at: datetime) -> Request:
    """The same request with its signature, which holds for fifteen minutes. All its headers are signed."""
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{to.region}/s3/aws4_request"
    digest = hashlib.sha256(request.content).hexdigest()
    headers = {**request.headers, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    given = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    given["host"] = _host(request.url)
    names = ";".join(sorted(given))
    lines = "".join(f"{name}:{given[name]}\n" for name in sorted(given))
    path, query = _path_and_query(request.url)
    asked = "\n".join([request.method, path, query, lines, names, digest])
    text = "\n".join([ALGORITHM, stamp, scope, hashlib.sha256(asked.encode()).hexdigest()])
    key = f"AWS4{to.secret}".encode()
    for part in (*scope.split("/"), text):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    headers["Authorization"] = (
        f"{ALGORITHM} Credential={to.key}/{scope},SignedHeaders={names},Signature={key.hex()}"
    )
    return replace(request, headers=headers)


def _host(url: str) -> str:
    """As an HTTP client names it: without the port that its scheme has anyway."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.netloc if parts.port not in {None, usual} else str(parts.hostname)


def _path_and_query(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    pairs = sorted(
        (quote(name, safe=UNRESERVED), quote(value, safe=UNRESERVED))
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    path = quote(unquote(parts.path or "/"), safe=UNRESERVED + "/")
    return path, "&".join(f"{name}={value}" for name, value in pairs)


def _too_large(most: int) -> str:
    size = f"{most / MEGABYTE:,.0f} MB" if most >= MEGABYTE else f"{most:,} bytes"
    return f"It is too large: more than {size}."


def _told(status: int, content: bytes) -> str:
    """What the store said. Of its text the code alone: it repeats the key, and what was signed."""
    code, region = CODE.search(content), REGION.search(content)
    said = f"S3 answered {status}{f' ({code[1].decode()})' if code else ''}."
    if region and code and b"AuthorizationHeaderMalformed" in code[1]:
        said += f" The bucket lies in {region[1].decode()}: set DESKBELL_S3_REGION."
    return said
