"""Which district someone belongs to."""

from __future__ import annotations

import pytest

from deskbell.lib.errors import Refused
from deskbell.people.districts import add_district, district_of
from deskbell.people.models import District, Person
from tests.town import Town


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("anyone@northvalley.example", "North Valley"),
        ("ANYONE@NorthValley.example", "North Valley"),
        ("anyone@southridge.example", "South Ridge"),
        ("anyone@notnorthvalley.example", None),
        ("anyone@mail.northvalley.example", None),
    ],
)
def test_a_mail_domain_tells_the_district(town: Town, address: str, name: str | None) -> None:
    district = district_of(Person.objects.with_address(address))
    assert (district.name if district else None) == name


def test_a_place_in_a_district_counts_before_the_mail_domain(town: Town) -> None:
    town.sam.email = "sam@northvalley.example"
    assert district_of(town.sam) == town.south_ridge


@pytest.mark.parametrize(
    ("domain", "sentence"),
    [
        ("gmail.com", "open to everyone"),
        ("northvalley.example", "already belongs to North Valley"),
        ("nonsense", "is no mail domain"),
        ("someone@x.example", "is no mail domain"),
    ],
)
def test_a_domain_that_tells_nothing_is_refused(town: Town, domain: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        add_district("East Hills", zone="America/New_York", domains=[domain])
    assert not District.objects.filter(name="East Hills").exists()


def test_a_zone_that_nobody_knows_is_refused_with_an_example(town: Town) -> None:
    with pytest.raises(Refused, match="America/New_York"):
        add_district("East Hills", zone="Eastern", domains=[])
