"""Requests to S3 are signed as Amazon's own examples are, and a stand-in that checks each signature gives
what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from deskbell.lib import s3
from deskbell.lib.outbound import Request
from tests.s3 import KEY, REGION, S3, SECRET, standing_in

AT = datetime(2013, 5, 24, tzinfo=UTC)
AMAZON = s3.Access("https://examplebucket.s3.amazonaws.com", REGION, KEY, SECRET)
STORED = {"Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}


@pytest.mark.parametrize(
    ("asked", "names", "signature"),
    [
        (
            Request(f"{AMAZON.url}/test.txt", headers={"Range": "bytes=0-9"}),
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            Request(f"{AMAZON.url}/test$file.text", "PUT", STORED, b"Welcome to Amazon S3."),
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            Request(f"{AMAZON.url}/?lifecycle"),
            "host;x-amz-content-sha256;x-amz-date",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            Request(f"{AMAZON.url}/?max-keys=2&prefix=J"),
            "host;x-amz-content-sha256;x-amz-date",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_amazons_own_examples_get_amazons_own_signatures(
    asked: Request, names: str, signature: str
) -> None:
    """From the S3 API reference, “Signature Calculations for the Authorization Header”."""
    assert s3.signed(asked, AMAZON, at=AT).headers["Authorization"] == (
        f"AWS4-HMAC-SHA256 Credential={KEY}/20130524/us-east-1/s3/aws4_request,"
        f"SignedHeaders={names},Signature={signature}"
    )


@pytest.fixture
def store(settings: Any) -> Iterator[S3]:
    settings.MAY_REACH = ["127.0.0.1"]
    with standing_in() as made:
        yield made


def access(store: S3, *, region: str = REGION, key: str = KEY, secret: str = SECRET) -> s3.Access:
    return s3.Access(store.url, region, key, secret)


@pytest.mark.parametrize("name", ["mail/one", "a b+c@d=e&f/~g%2Fh", "Grüße/%25", "$file"])
def test_an_object_comes_whatever_its_name(store: S3, name: str) -> None:
    store.objects["school-mail", name] = b"hello"
    assert s3.get(access(store), "school-mail", name, most=5, within=5) == b"hello"


@pytest.mark.parametrize(
    ("wrong", "permanent", "said"),
    [
        ({"secret": "another"}, True, "403 (SignatureDoesNotMatch)"),
        ({"key": "AKIAOTHER"}, True, "403 (InvalidAccessKeyId)"),
        ({"region": "eu-west-1"}, True, "lies in us-east-1: set DESKBELL_S3_REGION"),
        ({"name": "gone"}, True, "404 (NoSuchKey)"),
        ({"name": "../other"}, True, "No bucket"),
        ({"bucket": "UPPER/.."}, True, "No bucket"),
        ({"most": 4}, True, "too large"),
        ({"down": 503}, False, "503 (SlowDown)"),
        ({"down": -1}, False, "can't be reached"),
        ({"inside": True}, True, "inside the desk's own network"),
    ],
)
def test_what_is_not_given_is_told_in_a_sentence_without_secrets(
    store: S3, settings: Any, wrong: dict[str, Any], permanent: bool, said: str
) -> None:
    store.objects["school-mail", "one"] = b"hello"
    store.down = wrong.get("down", 0)
    to = access(store, **{k: v for k, v in wrong.items() if k in {"key", "secret", "region"}})
    if store.down < 0:
        to = s3.Access("http://127.0.0.1:1", REGION, KEY, SECRET)
    if wrong.get("inside"):
        settings.MAY_REACH = []
    name, bucket = wrong.get("name", "one"), wrong.get("bucket", "school-mail")
    with pytest.raises(s3.Failed) as failed:
        s3.get(to, bucket, name, most=wrong.get("most", 100), within=5)
    assert said in str(failed.value) and failed.value.permanent == permanent
    assert not any(word in str(failed.value) for word in (SECRET, KEY, "another", "AKIAOTHER"))
    assert SECRET not in repr(to)


def test_without_a_key_it_says_which_setting_is_missing(settings: Any) -> None:
    settings.S3_KEY = settings.S3_SECRET = ""
    with pytest.raises(s3.Failed, match="DESKBELL_S3_KEY"):
        s3.access()
