"""Secrets that the desk must be able to read again, such as a mailbox' password: sealed at rest.

The key is derived from the desk's secret key, so a copy of the database alone opens nothing.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from deskbell.lib.errors import Refused


def seal(secret: str) -> str:
    """The secret as it may be stored; another text each time, and an empty one stays empty."""
    return _seals().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """What was sealed. Refused if the desk's secret key is another one by now."""
    try:
        return _seals().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        raise Refused(
            "The desk's secret key has changed since this was saved: enter it again."
        ) from None


def opens(sealed: str) -> bool:
    """Can it be read under the desk's secret key of today?"""
    try:
        unseal(sealed)
    except Refused:
        return False
    return True


def _seals() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_seal_of(key) for key in keys])


def _seal_of(key: str | bytes) -> Fernet:
    raw = key.encode() if isinstance(key, str) else key
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"deskbell.lib.sealing")
    return Fernet(base64.urlsafe_b64encode(derived.derive(raw)))
