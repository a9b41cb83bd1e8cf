"""An owner's people: whom they invite, change and remove, and what stays out of their reach."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from deskbell.lib.errors import Refused
from deskbell.mail.models import OutboundMail
from deskbell.people import owning
from deskbell.people.customers import Customer, customer
from deskbell.people.models import Contact, Person, PlaceChange
from deskbell.people.places import give_place
from deskbell.portal.tests.conftest import ClientOf
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town


@pytest.fixture
def olivia(town: Town, portal_of: ClientOf) -> Client:
    """The owner of North Valley."""
    return portal_of(town.olivia)


@pytest.fixture
def omar(town: Town) -> Person:
    """The owner of Lincoln High."""
    lincoln = str(town.lincoln_high.pk)
    address = "omar@northvalley.example"
    give_place(
        town.north_valley, address, name="Omar", role="owner", school=lincoln, by=town.olivia
    )
    PlaceChange.objects.all().delete()
    return Person.objects.get(email=address)


def known(person: Person) -> Customer:
    found = customer(person)
    assert found
    return found


def of(person: Person) -> Contact:
    return Contact.objects.get(person=person)


def test_an_invitation_gives_a_place_and_mails_a_link_to_it(town: Town, olivia: Client) -> None:
    where = f"{town.north_valley.pk}-{town.maple_street.pk}"
    form = {"email": "Nina@NorthValley.example", "name": "Nina", "role": "editor", "where": where}
    assert olivia.post("/portal/people", form).headers["Location"] == "/portal/people"
    nina = Person.objects.get(email="nina@northvalley.example")
    assert (of(nina).role, of(nina).school) == ("editor", town.maple_street)
    letter = OutboundMail.objects.get(recipient="nina@northvalley.example")
    assert letter.subject == "Olivia Ortiz has invited you"
    assert not mail.outbox
    page = olivia.get("/portal/people").content.decode()
    assert "Olivia Ortiz gave Nina a place: Editor, Maple Street" in page


def test_who_has_the_place_already_gets_the_mail_again(town: Town, olivia: Client) -> None:
    where = f"{town.north_valley.pk}-{town.lincoln_high.pk}"
    form = {"email": town.victor.email, "role": "viewer", "where": where}
    for _ in range(2):
        assert olivia.post("/portal/people", form).status_code == 302
    assert OutboundMail.objects.filter(recipient=town.victor.email).count() == 2
    assert not PlaceChange.objects.exists()


def test_another_role_another_place_and_removal_are_told_and_undone(
    town: Town, olivia: Client, portal_of: ClientOf
) -> None:
    victors = of(town.victor).pk
    form = {"role": "editor", "where": f"{town.north_valley.pk}-"}
    olivia.post(f"/portal/people/{victors}", form)
    assert (of(town.victor).role, of(town.victor).school) == ("editor", None)
    victor = portal_of(town.victor)
    assert "Requests of North Valley" in victor.get("/portal").content.decode()
    olivia.post(f"/portal/people/{victors}/removal")
    assert not Contact.objects.filter(person=town.victor).exists()
    assert "Your requests" in victor.get("/portal").content.decode()  # by the mail domain
    page = olivia.get("/portal/people").content.decode()
    assert "Olivia Ortiz removed Victor Voss" in page
    olivia.post(f"/portal/people/changes/{PlaceChange.objects.latest('pk').pk}/undo")
    assert (of(town.victor).role, of(town.victor).school) == ("editor", None)


def test_the_last_owner_stays_until_there_is_another(town: Town, olivia: Client) -> None:
    own = of(town.olivia).pk
    district = f"{town.north_valley.pk}-"
    school = f"{town.north_valley.pk}-{town.lincoln_high.pk}"
    for answer in (
        olivia.post(f"/portal/people/{own}/removal"),
        olivia.post(f"/portal/people/{own}", {"role": "viewer", "where": district}),
        olivia.post(f"/portal/people/{own}", {"role": "owner", "where": school}),
    ):
        assert answer.status_code == 422
        assert "They are the last owner there" in answer.content.decode()
    olivia.post(f"/portal/people/{of(town.victor).pk}", {"role": "owner", "where": district})
    answer = olivia.post(f"/portal/people/{own}/removal")
    assert answer.headers["Location"] == "/portal"  # no owner any more
    assert olivia.get("/portal/people").status_code == 404


def test_an_undo_keeps_an_owner_too(town: Town, olivia: Client) -> None:
    district = f"{town.north_valley.pk}-"
    olivia.post(f"/portal/people/{of(town.victor).pk}", {"role": "owner", "where": district})
    made = PlaceChange.objects.get()
    owning.remove(known(town.victor), of(town.olivia).pk)
    answer = Client()
    assert answer.post(f"/portal/people/changes/{made.pk}/undo").status_code == 302  # a stranger
    with pytest.raises(Refused, match="last owner"):
        owning.undo(known(town.victor), made.pk)


def test_a_schools_owner_looks_after_that_school_alone(
    town: Town, omar: Person, portal_of: ClientOf
) -> None:
    browser = portal_of(omar)
    page = browser.get("/portal/people").content.decode()
    assert "Victor Voss" in page and "Olivia Ortiz" not in page
    assert "The whole district" not in page and "Maple Street" not in page
    lincoln = f"{town.north_valley.pk}-{town.lincoln_high.pk}"
    maple = f"{town.north_valley.pk}-{town.maple_street.pk}"
    for where in (f"{town.north_valley.pk}-", maple, "", f"{town.south_ridge.pk}-"):
        form = {"email": "n@northvalley.example", "role": "viewer", "where": where}
        assert browser.post("/portal/people", form).status_code == 422
        form = {"role": "editor", "where": where}
        assert browser.post(f"/portal/people/{of(town.victor).pk}", form).status_code == 422
    form = {"email": str(town.olivia.email), "role": "viewer", "where": lincoln}
    told = browser.post("/portal/people", form).content.decode()
    assert "another place in this district" in told
    assert of(town.olivia).role == "owner"
    assert not PlaceChange.objects.exists()


def test_nobody_reaches_another_districts_people(
    town: Town, omar: Person, portal_of: ClientOf
) -> None:
    give_place(town.north_valley, "nina@northvalley.example", role="viewer", by=town.max.person)
    change = PlaceChange.objects.get()
    for stranger in (town.sam, omar, town.victor, town.tess):
        browser = portal_of(stranger)
        for what in ("", "/removal"):
            form = {"role": "owner", "where": f"{town.south_ridge.pk}-"}
            path = f"/portal/people/{of(town.olivia).pk}{what}"
            assert browser.post(path, form).status_code in (404, 422)
        assert browser.post(f"/portal/people/changes/{change.pk}/undo").status_code == 404
    assert "Nina" not in portal_of(town.sam).get("/portal/people").content.decode()
    assert of(town.olivia).role == "owner" and PlaceChange.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"email": "nina"}, "Give the mail address"),
        ({"email": "ana@desk.example"}, "of the team"),
        ({"email": "sam@southridge.example"}, "belongs to another district"),
        ({"role": "king"}, "Choose a role"),
        ({"role": ""}, "Choose a role"),
        ({"where": "1000000-"}, "Choose a place"),
    ],
)
def test_what_can_not_be_is_said_and_what_was_typed_stays(
    town: Town, olivia: Client, change: dict[str, str], told: str
) -> None:
    form = {"email": "n@northvalley.example", "name": "Nina", "role": "editor"}
    form |= {"where": f"{town.north_valley.pk}-", **change}
    answer = olivia.post("/portal/people", form)
    page = answer.content.decode()
    assert answer.status_code == 422 and told in page and 'value="Nina"' in page
    assert not PlaceChange.objects.exists()


def test_only_owners_see_the_page_and_the_way_to_it(town: Town, portal_of: ClientOf) -> None:
    for person, seen in ((town.olivia, True), (town.victor, False), (town.tess, False)):
        browser = portal_of(person)
        assert ("/portal/people" in browser.get("/portal").content.decode()) == seen
        assert browser.get("/portal/people").status_code == (200 if seen else 404)


def test_whom_the_desk_knows_as_someone_of_another_district_is_not_taken_over(
    town: Town, olivia: Client
) -> None:
    stranger = Person.objects.with_address("pat@mail.example", "Pat")
    open_for_customer("Dark", Words("Help"), requester=stranger, place=(town.south_ridge, None))
    form = {"email": "pat@mail.example", "role": "editor", "where": f"{town.north_valley.pk}-"}
    answer = olivia.post("/portal/people", form)
    assert owning.OF_ANOTHER in answer.content.decode()
    assert not Contact.objects.filter(person=stranger).exists()
