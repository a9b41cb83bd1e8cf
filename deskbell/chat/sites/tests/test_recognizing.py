"""A signed identity becomes a person, a district and a school that the desk knows; never somebody else's."""

from __future__ import annotations

from typing import Any

import pytest

from deskbell.chat.models import Visitor
from deskbell.chat.saying import say
from deskbell.chat.sites.models import Identity, Site
from deskbell.chat.sites.recognizing import identities_among, recognize
from deskbell.chat.sites.tokens import Claims, NotBelieved
from deskbell.chat.visitors import meet, visit_of, visitor_of, welcome_back
from deskbell.people.models import Contact, Person
from deskbell.tickets.models import Ticket
from tests.town import Town

WORDS = {"sub": "pupil-7", "name": "", "email": "", "district": "", "school": "", "role": ""}


def told(site: Site, **said: str) -> Identity:
    """Who it is, as the site says."""
    return recognize(Claims(site=site, **{**WORDS, **said}))


def test_a_contact_is_recognized_by_the_address(portal: Site, town: Town) -> None:
    found = told(portal, email="Olivia@NorthValley.example", name="O. Ortiz")
    assert found.person == town.olivia
    assert found.person.name == "Olivia Ortiz"
    assert found.district == town.north_valley


def test_a_pupil_without_an_address_is_the_same_person_next_time(portal: Site, town: Town) -> None:
    first = told(portal, name="Mia Moss", district="North Valley", school="lincoln high")
    again = told(portal, name="Mia Moss-Reed", district="North Valley")
    assert first == again
    assert again.person.name == "Mia Moss-Reed"
    assert (first.district, first.school) == (town.north_valley, town.lincoln_high)
    assert not Contact.objects.filter(person=again.person).exists()  # proved, and given no rights


@pytest.mark.parametrize("named", ["South Ridge", "south ridge", "southridge.example", "number"])
def test_the_district_is_found_by_name_domain_or_number(
    portal: Site, town: Town, named: str
) -> None:
    named = str(town.south_ridge.pk) if named == "number" else named
    assert told(portal, district=named).district == town.south_ridge


def test_without_a_claim_the_domain_of_the_address_tells(portal: Site, town: Town) -> None:
    assert told(portal, email="new@southridge.example").district == town.south_ridge
    assert told(portal, sub="b", district="Nowhere", email="b@gmail.com").district is None


def test_a_site_of_a_district_speaks_for_its_people_alone(north: Site, town: Town) -> None:
    assert told(north, name="Mia").district == town.north_valley
    for said in (
        {"district": "South Ridge"},
        {"district": "Nowhere"},
        {"email": "sam@southridge.example"},
        {"email": "somebody@southridge.example"},
    ):
        with pytest.raises(NotBelieved):
            told(north, sub="other", **said)
    assert not Identity.objects.filter(subject="other").exists()


def test_who_has_a_place_in_the_district_may_have_an_address_elsewhere(
    north: Site, town: Town
) -> None:
    sam = Person.objects.get(email="sam@southridge.example")
    Contact.objects.create(person=sam, district=town.north_valley)
    assert told(north, email="sam@southridge.example").person == sam


def test_nobody_signs_in_as_an_agent(portal: Site, town: Town) -> None:
    with pytest.raises(NotBelieved):
        told(portal, email="ana@desk.example")


def test_the_same_subject_of_another_site_is_someone_else(
    portal: Site, north: Site, town: Town
) -> None:
    assert told(portal, name="Mia").person != told(north, name="Max").person


def test_the_conversation_is_theirs_in_each_tab_and_nobody_elses(portal: Site, town: Town) -> None:
    mia, max_ = told(portal, name="Mia"), told(portal, sub="pupil-8", name="Max")
    visitor, first_tab = welcome_back(mia)
    say(visitor, "My screen is black", client_id="message-1")
    second_tab = welcome_back(told(portal, name="Mia"))[1]
    assert visitor_of(first_tab) == visitor_of(second_tab) == visitor
    next_pupil, _ = welcome_back(max_)
    assert visit_of(next_pupil) is None
    assert visit_of(visitor) is not None
    assert Visitor.objects.count() == 2


def test_the_ticket_is_of_the_district_that_was_proved(portal: Site, town: Town) -> None:
    visitor, _ = welcome_back(told(portal, district="South Ridge"))
    say(visitor, "My screen is black", client_id="message-1")
    assert Ticket.objects.get().district == town.south_ridge


def test_agents_see_who_was_proved_and_who_was_not(
    portal: Site, town: Town, django_assert_num_queries: Any
) -> None:
    mia = told(portal, name="Mia")
    say(welcome_back(mia)[0], "Proved", client_id="message-1")
    say(meet()[0], "Anyone", client_id="message-2")
    tickets = list(Ticket.objects.order_by("number"))
    with django_assert_num_queries(1):
        found = identities_among(tickets)
        assert {number: each.site.name for number, each in found.items()} == {
            tickets[0].pk: "Customer portal"
        }
