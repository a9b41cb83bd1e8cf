"""Nobody hears what is not their business: names of others' components, and pages that are theirs no more."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.test import Client

from deskbell.incidents.models import Delivery, PrivatePage, Subscriber
from deskbell.incidents.news import hooks, links, posting
from deskbell.incidents.status_page import private
from deskbell.incidents.tests.news import component, hand_on, incident, subscriber, tell
from deskbell.incidents.tests.test_subscribing import ask, confirmed, path_in
from deskbell.lib.errors import Refused
from deskbell.mail.tests.conftest import plain
from deskbell.oncall.tests.outside import Outside
from tests.town import Town

Sent = Callable[[], list[EmailMessage]]


def test_no_reader_is_told_the_name_of_another_district_s_component(town: Town, sent: Sent) -> None:
    shared, ours = component("Screens"), component("Ours", [town.north_valley])
    subscriber("public@school.example")
    subscriber("north@school.example", district=town.north_valley)
    subscriber("south@school.example", district=town.south_ridge)
    tell(town, incident(town, ours, shared))
    hand_on()
    public, north, south = [plain(mail) for mail in sent()]
    assert "Affected: Ours: Major outage; Screens: Major outage\n" in north
    for text in (public, south):
        assert "Affected: Screens: Major outage\n" in text and "Ours" not in text


def told() -> list[str]:
    """Who was told, each once for each piece of news, whatever became of it."""
    rows = Delivery.objects.exclude(update=None).order_by("pk")
    return [str(each.subscriber.person) for each in rows.select_related("subscriber__person")]


@pytest.fixture
def north_page(town: Town) -> PrivatePage:
    return private.make(town.north_valley, by=town.max)


def subscribed(page: PrivatePage, sent: Sent) -> str:
    """Ivy subscribes on the private page; where she manages it."""
    ask(district=page.token)
    return confirmed(path_in(sent()[-1]))


def test_a_renewed_address_shuts_out_who_subscribed_with_the_old_one(
    town: Town, north_page: PrivatePage, sent: Sent
) -> None:
    managed = subscribed(north_page, sent)
    one = incident(town, component("Ours", [town.north_valley]))
    tell(town, one, "first")
    private.renew(town.north_valley, by=town.max)
    tell(town, one, "second")
    hand_on()
    assert (
        Delivery.objects.get().state == "failed"
    )  # what waited does not leave, nothing more comes
    found = Subscriber.objects.get()
    assert found.ended_why == "The address of the private page was renewed."
    for answer in (Client().get(managed), Client().post(managed, {"do": "again"})):
        assert answer.status_code == 422
        assert "has a new address, or is there no more" in answer.content.decode()
        assert "Ours" not in answer.content.decode()
    browser = Client()
    browser.force_login(town.max.person)
    browser.post(f"/incidents/subscribers/{found.pk}/removal", {"on": "no"})
    assert Subscriber.objects.get().ended_at

    subscribed(PrivatePage.objects.get(), sent)
    tell(town, one, "third")
    assert Delivery.objects.filter(state="queued").count() == 1


def test_a_row_that_is_older_than_the_page_s_address_hears_nothing(
    town: Town, north_page: PrivatePage
) -> None:
    found = subscriber("ivy@school.example", district=town.north_valley)
    one = incident(town)
    tell(town, one)
    assert told() == ["ivy@school.example"]
    private.renew(town.north_valley, by=town.max)
    Subscriber.objects.filter(pk=found.pk).update(ended_at=None)
    tell(town, one)
    assert told() == ["ivy@school.example"]


def test_revoking_ends_its_subscribers_and_undoing_it_brings_those_back(
    town: Town, north_page: PrivatePage
) -> None:
    subscriber("ivy@school.example", district=town.north_valley)
    left = subscriber("left@school.example", district=town.north_valley, ended_at=None)
    subscriber("public@school.example")
    Client().post(links.to_manage(left), {"do": "end"})
    one = incident(town)
    private.revoke(town.north_valley)
    tell(town, one)
    assert told() == ["public@school.example"]
    private.bring_back(town.north_valley)
    tell(town, one)
    assert told() == ["public@school.example", "ivy@school.example", "public@school.example"]


@pytest.mark.parametrize("renewed", [True, False])
def test_a_link_that_was_asked_for_on_the_old_address_confirms_nothing(
    town: Town, north_page: PrivatePage, sent: Sent, renewed: bool
) -> None:
    ask(district=north_page.token, lang="es")
    path = path_in(sent()[0])
    if renewed:
        private.renew(town.north_valley, by=town.max)
    else:
        private.revoke(town.north_valley)
    answer = Client().post(path)
    assert answer.status_code == 422 and "tiene otra dirección" in answer.content.decode()
    assert not Subscriber.objects.exists()


def test_a_post_that_was_asked_for_on_the_old_address_confirms_nothing(
    town: Town, north_page: PrivatePage, outside: Outside
) -> None:
    made = hooks.made("webhook", outside.url, language="en", district=town.north_valley)
    Delivery.objects.create(subscriber=made)
    posting.post_what_is_due()
    path = outside.last.json["data"]["url"]
    private.renew(town.north_valley, by=town.max)
    assert Client().post(path).status_code == 422
    assert Subscriber.objects.get().confirmed_at is None
    with pytest.raises(Refused):
        links.posted_of(path.rpartition("/")[2])


def test_who_is_concerned_no_more_reads_that_it_goes_on_and_ends_without_the_words(
    town: Town, sent: Sent
) -> None:
    subscriber("public@school.example")
    subscriber("north@school.example", district=town.north_valley)
    ours = component("Ours", [town.north_valley])
    one = incident(town, component("Screens"))
    tell(town, one, "All are dark.")
    hand_on()
    tell(town, one, "North is dark.", components={ours: "degraded"})
    tell(town, one, "North is well.", phase="resolved")
    hand_on()
    of_public = [plain(mail) for mail in sent() if mail["To"] == "public@school.example"]
    of_north = [plain(mail) for mail in sent() if mail["To"] == "north@school.example"]
    assert [text.split("\n")[2] for text in of_public] == [
        "All are dark.",
        "It goes on for some districts alone. You hear when it is over.",
        "It is over.",
    ]
    assert [text.split("\n")[2] for text in of_north][1:] == ["North is dark.", "North is well."]
