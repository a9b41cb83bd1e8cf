"""Sign-ins by a provider that failed: the last one stands on its page at the desk, and a network that fails
again and again has to wait, as each try makes the desk ask the provider."""

from __future__ import annotations

from datetime import timedelta

from deskbell.lib import clock
from deskbell.lib.text import plain
from deskbell.people.models import SignInFailure
from deskbell.people.providers.models import Provider
from deskbell.people.providers.refusing import TOO_MANY, NoEntry

OF_A_NETWORK, WITHIN = 60, timedelta(minutes=15)  # a school comes from one network
ADDRESS = "by a provider"  # in the place of the mail address that a password was tried for


def refuse_storms(network: str) -> None:
    """Raises NoEntry for a network that has failed too often."""
    since = clock.now() - WITHIN
    lately = SignInFailure.objects.filter(address=ADDRESS, machine=network[:45], at__gt=since)
    if lately.count() >= OF_A_NETWORK:
        raise NoEntry(TOO_MANY)


def count(network: str) -> None:
    """One more of this network was not let in."""
    SignInFailure.objects.create(address=ADDRESS, machine=network[:45])


def note(provider: Provider, why: str) -> None:
    """Keep why someone was not let in, for those who have set the provider up."""
    found = Provider.objects.filter(pk=provider.pk)
    found.update(refused_at=clock.now(), refused_why=plain(why)[:300])
