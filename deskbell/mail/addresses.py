"""The desk's own name in the world of mail: its address, and the Message-IDs that it makes."""

from __future__ import annotations

import re
import secrets

from django.conf import settings

from deskbell.mail.door.server import is_for

NO_ANSWER = re.compile(r"^(no|do[-_.]?not)[-_.]?reply\b|^bounces?[-_.+@]", re.IGNORECASE)
DELIVERABLE = re.compile(r"^[^\s@<>()\",;:]{1,250}@[^\s@<>()\",;:]{1,250}$")


def is_ours(address: str) -> bool:
    """Is it the desk's support address, with or without a plus part?"""
    return is_for(settings.SUPPORT_ADDRESS, address)


def is_deliverable(address: str) -> bool:
    """Does it look like one mail address and nothing else?"""
    return bool(DELIVERABLE.match(address))


def wants_no_answer(address: str) -> bool:
    """Does its name say that nobody reads there?"""
    return bool(NO_ANSWER.match(address))


def new_message_id() -> str:
    """A Message-ID of the desk's own, never used before."""
    domain = settings.SUPPORT_ADDRESS.rpartition("@")[2]
    return f"<{secrets.token_hex(16)}@{domain}>"
