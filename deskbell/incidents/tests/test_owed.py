"""The promised update is owed: its author is reminded, then the lead, then the managers, each once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskbell.incidents import owed
from deskbell.incidents.declaring import declare
from deskbell.incidents.models import Incident, IncidentEvent, Severity
from deskbell.incidents.tests.test_updating import draft
from deskbell.incidents.updating import publish
from deskbell.lib.clock import moved_to
from deskbell.people.models import Notice
from tests.town import Town, at

NOON = at("2026-11-30 12:00")


@pytest.fixture
def incident(town: Town) -> Incident:
    """Ana leads it; Ben wrote at 12:00 that the next update comes by 13:00."""
    with moved_to(NOON):
        incident = declare("Black screens", severity=Severity.MAJOR, by=town.ana)
        publish(incident, draft(next_update_at=at("2026-11-30 13:00")), by=town.ben)
    return incident


def told_at(*times: str) -> list[list[str]]:
    """Who has been told anew, by name, after the worker looked at each of these times."""
    found: list[list[str]] = []
    seen = set(Notice.objects.values_list("pk", flat=True))
    for time in times:
        with moved_to(at(f"2026-11-30 {time}")):
            owed.step()
        new = Notice.objects.exclude(pk__in=seen).select_related("recipient__person")
        found.append([str(notice.recipient) for notice in new.order_by("pk")])
        seen |= {notice.pk for notice in new}
    return found


def test_author_then_lead_then_managers_each_once(town: Town, incident: Incident) -> None:
    ben, ana, max_ = str(town.ben), str(town.ana), str(town.max)

    told = told_at("12:49", "12:51", "12:52", "13:00", "13:01", "13:14", "13:15", "13:40")

    assert told == [[], [ben], [], [ana], [], [], [max_], []]
    texts = list(Notice.objects.order_by("pk").values_list("text", "path", "urgent"))
    path = f"/incidents/{incident.pk}"
    assert texts == [
        (f"The promised update of incident {incident.pk} {when}: Black screens", path, True)
        for when in ("is due in 9 min", "is due now", "is late by 15 min")
    ]
    reminders = IncidentEvent.objects.filter(kind="reminded")
    assert [event.data["names"] for event in reminders] == [[ben], [ana], [max_]]


def test_a_short_promise_is_recalled_at_four_fifths(town: Town, incident: Incident) -> None:
    with moved_to(at("2026-11-30 12:10")):
        publish(incident, draft(key="f2", next_update_at=at("2026-11-30 12:20")), by=town.ben)

    assert told_at("12:17", "12:18") == [[], [str(town.ben)]]


def test_who_speaks_for_it_is_reminded_first(town: Town, incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(communications=town.eve)

    assert told_at("12:51") == [[str(town.eve)]]


def test_an_update_in_time_ends_it_and_the_next_promise_begins_anew(
    town: Town, incident: Incident
) -> None:
    assert told_at("12:51") == [[str(town.ben)]]
    with moved_to(at("2026-11-30 12:55")):
        publish(incident, draft(key="f2", next_update_at=at("2026-11-30 14:00")), by=town.ana)

    assert told_at("13:20", "13:51") == [[], [str(town.ana)]]

    with moved_to(at("2026-11-30 13:55")):
        publish(incident, draft(key="f3", phase="resolved"), by=town.ana)
    assert told_at("15:00") == [[]]


def test_after_downtime_everyone_hears_once_what_is_true_by_then(
    town: Town, incident: Incident
) -> None:
    told = told_at("14:00", "14:01")

    assert [set(names) for names in told] == [{str(town.ben), str(town.ana), str(town.max)}, set()]
    assert all("is late by 1 h" in notice.text for notice in Notice.objects.all())


def test_a_worker_that_comes_second_tells_nobody(town: Town, incident: Incident) -> None:
    with moved_to(at("2026-11-30 12:51")):
        assert [owed.remind(incident.pk) for _ in range(2)] == [1, 0]

    assert Notice.objects.count() == 1


def test_who_has_left_is_replaced_by_the_managers(town: Town, incident: Incident) -> None:
    person = town.ben.person
    person.is_active = False
    person.save(update_fields=["is_active"])

    assert told_at("12:51") == [[str(town.max)]]


def test_it_sleeps_until_the_next_instant(town: Town, incident: Incident) -> None:
    with moved_to(at("2026-11-30 12:50") - timedelta(seconds=2)):
        assert owed.step() == pytest.approx(2.0)


def test_one_that_fails_keeps_nobody_from_hearing_of_another(
    town: Town,
    incident: Incident,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = incident
    with moved_to(NOON):
        other = declare("Slow", severity=Severity.MINOR, by=town.ana)
        promised = at("2026-11-30 13:00")
        publish(other, draft(key="f2", next_update_at=promised), by=town.ben)
    real = owed.remind

    def remind(number: int) -> int:
        return 1 // 0 if number == broken.pk else real(number)

    monkeypatch.setattr(owed, "remind", remind)
    with moved_to(NOON + timedelta(minutes=59)):
        owed.step()
    assert Incident.objects.get(pk=other.pk).reminded == 1
    assert Incident.objects.get(pk=broken.pk).reminded == 0
    assert f"reminded of incident {broken.pk}" in caplog.text
