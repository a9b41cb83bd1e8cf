"""Whom the desk lets in when a provider has said who they are: the person of that account, else the person of
the address that the provider has proved, who has that account from then on."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from deskbell.lib import clock
from deskbell.people import districts
from deskbell.people.customers import Customer, customer, customer_at
from deskbell.people.models import Person
from deskbell.people.providers.models import Account, Provider
from deskbell.people.providers.refusing import DISPUTED, FOREIGN, UNKNOWN, UNPROVED, NoEntry
from deskbell.people.providers.tokens import Claims


def recognized(provider: Provider, said: Claims) -> Customer:
    """Who comes in. Raises NoEntry for an account that the desk doesn't know and whose address isn't proved,
    isn't the provider's to tell, isn't known, or is of a person who came by another account; and for who
    was taken off, or is of the team."""
    found = Account.objects.filter(issuer=said.issuer, subject=said.subject)
    account = found.select_related("person__agent").first()
    if account is None:
        return _met(provider, said)
    _refuse_foreign(provider, account.person.email or "")
    who = customer(account.person)
    if who is None:
        raise NoEntry(UNKNOWN, address=account.person.email or "")
    found.update(used_at=clock.now())
    return who


def _met(provider: Provider, said: Claims) -> Customer:
    """The customer of the address, whose account this is from now on."""
    if not said.address:
        raise NoEntry(UNPROVED, "The token proves no mail address of theirs.")
    _refuse_foreign(provider, said.address)
    who = customer_at(said.address)
    if who is None:
        raise NoEntry(UNKNOWN, address=said.address)
    try:
        with transaction.atomic():
            Account.objects.create(issuer=said.issuer, subject=said.subject, person=who.person)
    except IntegrityError:  # the address was another account's; or the same came twice at once
        mine = Account.objects.filter(issuer=said.issuer, person=who.person)
        if not mine.filter(subject=said.subject).exists():
            mine.update(disputed_at=clock.now())
            raise NoEntry(DISPUTED, address=said.address) from None
    if said.name and not who.person.name:
        Person.objects.with_address(said.address, said.name)
    return who


def _refuse_foreign(provider: Provider, address: str) -> None:
    """A district's own provider tells nothing about others' people."""
    if provider.district_id is None:
        return
    owner = districts.owner_of(address)
    if owner is None or owner.pk != provider.district_id:
        raise NoEntry(FOREIGN, f"Someone came whose address isn’t of {provider.district}.")
