"""The desk's own addresses: which are its own, and whose ticket a reply address names."""

from __future__ import annotations

from typing import Any

import pytest

from deskbell.mail.addresses import is_ours, number_in_reply_address, reply_address
from deskbell.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_a_reply_address_is_the_desks_own_and_names_its_ticket() -> None:
    address = reply_address(Ticket(number=81))
    assert address.startswith("support+81-")
    assert is_ours(address)
    assert number_in_reply_address(address) == 81
    assert number_in_reply_address(address.upper()) == 81


def test_it_is_the_same_each_time_and_another_for_each_ticket() -> None:
    first, again = reply_address(Ticket(number=81)), reply_address(Ticket(number=81))
    assert first == again
    proofs = {reply_address(Ticket(number=n)).partition("-")[2] for n in range(1, 50)}
    assert len(proofs) == 49


@pytest.mark.parametrize("change", ["number", "proof", "none", "domain"])
def test_an_address_that_someone_made_up_names_no_ticket(change: str) -> None:
    address = reply_address(Ticket(number=81))
    proof = address.partition("-")[2].partition("@")[0]
    made_up = {
        "number": address.replace("+81-", "+82-"),
        "proof": address.replace(proof, "0" * len(proof)),
        "none": address.replace(f"-{proof}", ""),
        "domain": address.rpartition("@")[0] + "@elsewhere.example",
    }[change]
    assert number_in_reply_address(made_up) is None


def test_a_mail_to_another_of_its_addresses_can_be_answered_there() -> None:
    assert reply_address(Ticket(number=7), "billing@desk.example").startswith("billing+7-")


def test_a_key_that_was_changed_still_proves_what_it_has_signed(settings: Any) -> None:
    address = reply_address(Ticket(number=81))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, made later, that is long enough to be one"
    assert number_in_reply_address(address) == 81
    settings.SECRET_KEY_FALLBACKS = []
    assert number_in_reply_address(address) is None
