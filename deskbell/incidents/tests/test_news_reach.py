"""Nobody hears what is not their business: names of others' components, and pages that are theirs no more."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

from deskbell.incidents.tests.news import component, hand_on, incident, subscriber, tell
from deskbell.mail.tests.conftest import plain
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
