"""Places in a district: who gives them, to whom, and what goes when they go."""

from __future__ import annotations

import pytest
from django.test import Client

from deskbell.lib.errors import NotFound, Refused
from deskbell.people.customers import Customer, customer
from deskbell.people.models import Contact, Person
from deskbell.people.places import changes_in, give_place, places_in, take_place, undo
from tests.town import Town


def known(person: Person) -> Customer:
    found = customer(person)
    assert found
    return found


def test_a_manager_gives_a_place_and_another_role_and_an_agent_only_looks(town: Town) -> None:
    path = f"/districts/{town.north_valley.pk}/people"
    manager, agent = Client(), Client()
    manager.force_login(town.max.person)
    agent.force_login(town.ana.person)
    form = {"email": " Nina@NorthValley.example", "name": "Nina", "role": "editor"}
    assert manager.post(path, form).status_code == 302
    assert agent.post(path, {**form, "role": "owner"}).status_code == 403
    nina = Contact.objects.get(person__email="nina@northvalley.example")
    assert (nina.role, nina.school, nina.district) == ("editor", None, town.north_valley)
    school = {"role": "viewer", "school": town.lincoln_high.pk}
    manager.post(path, {"email": nina.person.email, **school})
    nina.refresh_from_db()
    assert (nina.role, nina.school) == ("viewer", town.lincoln_high)
    page = agent.get(path).content.decode()
    assert "Nina" in page and "Lincoln High" in page and "<select" not in page
    assert "Sam Soto" not in page
    manager.post(f"{path}/{nina.pk}/removal")
    assert not Contact.objects.filter(pk=nina.pk).exists()


@pytest.mark.parametrize(
    ("address", "role", "told"),
    [
        ("nina", "owner", "mail address"),
        ("nina@northvalley.example", "king", "Choose a role"),
        ("ana@desk.example", "owner", "of the team"),
    ],
)
def test_what_makes_no_sense_is_refused(town: Town, address: str, role: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        give_place(town.north_valley, address, role=role, by=town.max.person)


def test_schools_and_places_of_another_district_are_none_here(town: Town) -> None:
    with pytest.raises(Refused, match="of this district"):
        give_place(
            town.south_ridge,
            "n@southridge.example",
            role="viewer",
            school=str(town.lincoln_high.pk),
            by=town.max.person,
        )
    theirs = places_in(town.south_ridge).get()
    with pytest.raises(NotFound):
        take_place(town.north_valley, theirs.pk, by=town.max.person)


def test_a_place_goes_with_its_school_and_does_not_grow(town: Town) -> None:
    assert known(town.victor).sees_more
    town.lincoln_high.delete()
    assert not Contact.objects.filter(person=town.victor).exists()
    assert not known(town.victor).sees_more


def test_a_viewer_of_one_district_may_be_an_editor_of_another(town: Town) -> None:
    give_place(town.south_ridge, town.victor.email or "", role="editor", by=town.max.person)
    victor = known(town.victor)
    assert victor.may_write_in(town.south_ridge.pk)
    assert not victor.may_write_in(town.north_valley.pk)


def test_what_the_team_changes_is_told_with_its_name_and_undone(town: Town) -> None:
    path = f"/districts/{town.north_valley.pk}/people"
    manager, agent = Client(), Client()
    manager.force_login(town.max.person)
    agent.force_login(town.ana.person)
    victors = Contact.objects.get(person=town.victor)
    manager.post(f"{path}/{victors.pk}/removal")
    change = changes_in(town.north_valley).get()
    page = " ".join(agent.get(path).content.decode().split())
    assert "Victor Voss was taken off</th> <td>Max Meyer</td>" in page and "/undo" not in page
    assert agent.post(f"{path}/changes/{change.pk}/undo").status_code == 403
    assert f"{path}/changes/{change.pk}/undo" in manager.get(path).content.decode()
    manager.post(f"{path}/changes/{change.pk}/undo")
    again = Contact.objects.get(person=town.victor)
    assert (again.role, again.school) == ("viewer", town.lincoln_high)
    assert [each.role for each in changes_in(town.north_valley)] == ["viewer", ""]


def test_only_the_newest_change_of_a_place_is_undone_and_none_of_another_district(
    town: Town,
) -> None:
    north, by = town.north_valley, town.max.person
    for role in ("editor", "owner"):
        give_place(north, town.victor.email or "", role=role, by=by)
    last, first = changes_in(north)
    with pytest.raises(Refused, match="changed again since"):
        undo(north, first.pk, by=by)
    with pytest.raises(NotFound):
        undo(town.south_ridge, last.pk, by=by)
    undo(north, last.pk, by=by)
    assert Contact.objects.get(person=town.victor).role == "editor"


def test_a_role_that_someone_has_already_is_no_change(town: Town) -> None:
    give_place(
        town.north_valley,
        town.victor.email or "",
        role="viewer",
        school=str(town.lincoln_high.pk),
        by=town.max.person,
    )
    assert not changes_in(town.north_valley).exists()
