"""The link of a page: whoever has it is the person whom it was made for, and acknowledges by its button."""

from __future__ import annotations

import base64
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from deskbell.lib.ids import digest
from deskbell.oncall.models import Page

LASTS = timedelta(days=3)


def give_link(page: Page) -> str:
    """The address of a saved page's link; sets what the database keeps of it, and leaves the saving to
    the caller.

    It is derived from the page and the desk's secret key, so each attempt carries the same one, and a
    message that came although nobody knew keeps working. Only its digest is stored.
    """
    token = _token_of(page)
    page.token_digest, page.expires_at = digest(token), page.created_at + LASTS
    return settings.DESK_URL + reverse("page", args=[token])


def _token_of(page: Page) -> str:
    """By an older key where that one's link is out already."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = [_made(page, key) for key in keys]
    return next((each for each in made if digest(each) == page.token_digest), made[0])


def _made(page: Page, key: str | bytes) -> str:
    what = f"{page.pk} {page.created_at.isoformat()}"  # a restored database counts its keys again
    secret = salted_hmac("deskbell.oncall.links", what, secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
