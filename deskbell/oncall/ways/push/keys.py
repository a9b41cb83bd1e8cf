"""The desk's own pair of keys for web push: made on first use and sealed. Subscriptions end with it."""

from __future__ import annotations

from django.db import transaction

from deskbell.lib.push.vapid import new_keys
from deskbell.lib.sealing import seal, unseal
from deskbell.oncall.models import PushKeys


def ensure_keys() -> tuple[str, str]:
    """The desk's public and private key (base64url). Browsers subscribe with the public one, and their
    subscriptions end with it, so it is made once. Raises Refused if the desk's secret key has changed."""
    found = PushKeys.objects.first()
    if found is None:
        with transaction.atomic():
            public, private = new_keys()
            found, _ = PushKeys.objects.get_or_create(  # of two first uses one wins
                pk=1, defaults={"public": public, "sealed": seal(private)}
            )
    return found.public, unseal(found.sealed)
