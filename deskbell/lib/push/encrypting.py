"""Encrypting a push message so that its service can't read it (RFC 8291, in one record of RFC 8188)."""

from __future__ import annotations

import base64
import os
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096  # bytes of the record; push services take no more
LARGEST = RECORD - 16 - 4 - 1 - 65 - 16 - 1  # bytes of the message: less header, tag and delimiter


def encrypted(
    message: bytes,
    p256dh: str,
    auth: str,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of content encoding aes128gcm for one browser, whose `p256dh` and `auth` (base64url)
    came with its subscription. `key` and `salt` are new each time, but for the test of the RFC's own case.
    """
    if len(message) > LARGEST:
        raise ValueError(f"a push message has {LARGEST} bytes at most")
    key, salt = key or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    theirs, ours = unpadded(p256dh), point_of(key.public_key())
    shared = key.exchange(ec.ECDH(), public_key(p256dh))
    secret = _derive(shared, unpadded(auth), b"WebPush: info\0" + theirs + ours, 32)
    content_key = _derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(content_key).encrypt(nonce, message + b"\x02", None)
    return salt + struct.pack("!IB", RECORD, len(ours)) + ours + sealed


def public_key(text: str) -> ec.EllipticCurvePublicKey:
    """A point of P-256 as browsers write it. Raises ValueError."""
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpadded(text))


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """65 bytes: uncompressed."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def padless(raw: bytes) -> str:
    """base64url without padding, as web push has it everywhere."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpadded(text: str) -> bytes:
    """The bytes of base64url, padded or not. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
