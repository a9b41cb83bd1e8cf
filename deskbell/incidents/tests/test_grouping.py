"""What looks alike is proposed as one incident, with the reason; what does not is left alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deskbell.incidents import gathering, grouping
from deskbell.incidents.declaring import declare
from deskbell.incidents.joining import join, leave
from deskbell.incidents.models import Incident, Proposal, Severity
from deskbell.incidents.tests.test_updating import streaming
from deskbell.lib import clock
from deskbell.lib.clock import moved_to
from deskbell.lib.errors import Refused
from deskbell.monitoring import alerts
from deskbell.monitoring.intake.normal import Reported
from deskbell.monitoring.models import Alert, Component
from deskbell.monitoring.sources import ensure_default_source
from deskbell.people.models import Notice, Person
from deskbell.tickets import solving
from deskbell.tickets.models import Ticket
from deskbell.tickets.opening import open_for_customer
from deskbell.tickets.words import Words
from tests.town import Town, at

NOON = at("2026-11-30 12:00")


def writes(name: str, subject: str, text: str = "", *, place: str = "north", **more: Any) -> Ticket:
    """Someone of a district writes a mail; each name is another person."""
    address = f"{name}@{place}{'valley' if place == 'north' else 'ridge'}.example"
    person = Person.objects.with_address(address, f"{name.title()} Person")
    return open_for_customer(subject, Words(text or subject, **more), requester=person)


def alarm(component: Component | None, key: str, title: str = "It fails", **said: Any) -> Alert:
    source, now = ensure_default_source(), clock.now()
    reported = Reported(key, title, "", "critical", {}, started=now, ended=None)
    alerts.take_said(reported, alerts.Said(source, now, component=component, **said))
    return Alert.objects.get(key=key)


def black_screens(*names: str) -> list[Ticket]:
    return [
        writes(name, f"{start} black screens", "All screens of room 12 are black since 8.")
        for name, start in zip(names, ("Only", "Students see", "We have", "Black,"), strict=False)
    ]


def minutes(many: int) -> datetime:
    return NOON + timedelta(minutes=many)


def proposal() -> Proposal:
    return Proposal.objects.get()


def test_tickets_that_say_the_same_are_proposed_with_the_reason(town: Town) -> None:
    with moved_to(NOON):
        black_screens("abe", "bea")
        writes("cal", "Invoice of November", "Where do I find the invoice?")
        assert grouping.look() == []
    with moved_to(minutes(12)):
        writes("dan", "A black screen", place="south")
        (made,) = grouping.look()

    assert made.title == "Only black screens"
    assert made.reason == (
        "3 tickets from 2 districts with the words “black screens” within 12 min"
    )
    assert made.tickets.count() == 3
    notice = Notice.objects.get(recipient=town.ana)
    assert notice.text == f"Perhaps one incident: {made.reason}"


def test_alerts_of_one_component_and_what_customers_say_of_it_are_one(town: Town) -> None:
    component = streaming()
    with moved_to(NOON):
        alarm(component, "a")
        alarm(component, "b")
        black_screens("abe", "bea", "cal")
        (made,) = grouping.look()

    assert (made.title, made.component) == ("Streaming has a problem", component)
    assert made.reason == (
        "2 alerts of Streaming and 3 tickets from 1 district with the words “black screens” "
        "within 1 min"
    )


def test_components_that_stand_on_a_common_one_are_one(town: Town) -> None:
    base = streaming(name="Network", key="network")
    above = [streaming(name=name, key=name.lower()) for name in ("Printing", "Portal")]
    for component in above:
        component.depends_on.add(base)
        alarm(component, component.key)

    (made,) = grouping.look()

    assert made.component == base
    assert "2 alerts of Printing and Portal, which stand on Network," in made.reason


def test_alerts_of_no_component_whose_titles_say_the_same_are_one(town: Town) -> None:
    with moved_to(NOON - timedelta(days=2)):  # what stands in most titles here tells nothing
        for number in range(30):
            alarm(None, f"old {number}", f"[FIRING:1] Service{chr(97 + number % 26)} (prod)")
    with moved_to(NOON):
        alarm(None, "a", "[FIRING:1] Queue of prints stuck on host a (prod)")
        alarm(None, "b", "[FIRING:1] Certificate ends (prod)")
        assert grouping.look() == []
        alarm(None, "c", "[FIRING:1] Queue of prints stuck on host c (prod)")
        (made,) = grouping.look()

    assert made.title == "[FIRING:1] Queue of prints stuck on host a (prod)"
    assert made.reason == "2 alerts with the words “prints” and “queue” within 1 min"
    incident = grouping.declare_from(made, by=town.ana)
    assert incident.alerts.count() == 2 and not incident.concerned.exists()


def test_what_has_nothing_to_do_with_each_other_is_left_alone(town: Town) -> None:
    alarm(streaming(), "a")
    alarm(streaming(name="Mail", key="mail"), "b")
    writes("abe", "Invoice of November")
    writes("bea", "A new teacher needs an account")
    writes("cal", "The keyboard layout is German")

    assert grouping.look() == []


def test_one_alert_and_two_people_who_name_its_component_are_enough(town: Town) -> None:
    alarm(streaming(), "a")
    writes("abe", "Streaming stops", "Geometry lesson")
    writes("bea", "No more streaming", "In the library")

    (made,) = grouping.look()

    assert "1 alert of Streaming and 2 tickets from 1 district that name Streaming" in made.reason


def test_one_person_who_writes_often_is_one_person(town: Town) -> None:
    for _ in range(4):
        writes("abe", "Black screens", "All screens are black")

    assert grouping.look() == []


def test_machines_drills_demo_and_what_is_older_propose_nothing(town: Town) -> None:
    component = streaming()
    with moved_to(NOON):
        for name in ("abe", "bea", "cal"):
            writes(name, "Your weekly report of screens", "Screens: 3 black", automatic=True)
            writes(f"noreply-{name}", "Black screens", "All are black")
            demo = writes(f"demo-{name}", "Black screens")
            Ticket.objects.filter(pk=demo.pk).update(demo=True)
        alarm(component, "a", is_drill=True)
        alarm(component, "b", is_drill=True)
        assert grouping.look() == []
        black_screens("abe", "bea")
    with moved_to(minutes(31)):
        writes("dan", "Black screens")
        assert grouping.look() == []


def test_an_alarm_that_comes_and_goes_is_one_sign(town: Town) -> None:
    alert = alarm(streaming(), "a")
    Alert.objects.filter(pk=alert.pk).update(state="resolved", ended_at=clock.now())
    with moved_to(clock.now() + timedelta(minutes=6)):
        source, now = ensure_default_source(), clock.now()
        again = Reported("a", "It fails", "", "critical", {}, started=now, ended=None)
        alerts.take_said(again, alerts.Said(source, now, component=alert.component))
        assert Alert.objects.count() == 2

        assert grouping.look() == []


def test_looking_again_changes_nothing_and_more_of_it_lets_it_grow(town: Town) -> None:
    with moved_to(NOON):
        black_screens("abe", "bea", "cal")
        grouping.look()
        assert grouping.look() == []
    with moved_to(minutes(5)):
        writes("dan", "Black screens", place="south")
        assert grouping.look() == []

    assert proposal().tickets.count() == 4
    assert "4 tickets from 2 districts" in proposal().reason
    assert "within 5 min" in proposal().reason
    assert Notice.objects.filter(recipient=town.ana).count() == 1


def test_dismissed_is_not_proposed_again_until_it_is_brought_back(town: Town) -> None:
    black_screens("abe", "bea", "cal")
    (made,) = grouping.look()

    grouping.dismiss(made, by=town.ana)
    assert grouping.look() == [] and grouping.waiting() == []
    with pytest.raises(Refused, match="Bring it back first"):
        grouping.declare_from(made, by=town.ana)

    grouping.bring_back(made, by=town.ana)
    assert grouping.waiting() == [made]
    assert grouping.look() == [] and Proposal.objects.count() == 1


def test_an_alarm_that_fires_again_after_its_proposal_was_dismissed_is_the_same_thing(
    town: Town,
) -> None:
    component = streaming()
    found = [alarm(component, key) for key in "ab"]
    (made,) = grouping.look()
    grouping.dismiss(made, by=town.ana)
    for alert in found:
        Alert.objects.filter(pk=alert.pk).update(state="resolved", key=f"{alert.key} old")
        alarm(component, alert.key)
        Alert.objects.filter(pk=alert.pk).update(key=alert.key)

    assert grouping.look() == []


def test_declaring_takes_all_along_once(town: Town) -> None:
    component = streaming()
    found = [alarm(component, "a"), alarm(component, "b")]
    tickets = black_screens("abe", "bea", "cal")
    (made,) = grouping.look()

    incident = grouping.declare_from(made, by=town.ana)

    assert grouping.declare_from(made, by=town.ben) == incident
    assert Incident.objects.count() == 1 and incident.lead == town.ana
    assert incident.severity == Severity.CRITICAL
    assert set(incident.alerts.all()) == set(found)
    joined = set(incident.tickets.filter(state="joined").values_list("ticket", flat=True))
    assert {ticket.pk for ticket in tickets} < joined  # and the ticket of the alerts
    assert incident.concerned.get().state == "major_outage"
    with pytest.raises(Refused, match="declared it already"):
        grouping.dismiss(made, by=town.ben)
    assert grouping.look() == [] and grouping.waiting() == []


def test_while_it_is_open_what_looks_alike_is_proposed_to_it(town: Town) -> None:
    component = streaming(for_everyone=False)
    component.districts.add(town.north_valley)
    incident = declare(
        "Black screens",
        severity=Severity.MAJOR,
        by=town.ana,
        components={component: "partial_outage"},
    )
    join(incident, black_screens("abe", "bea"), by=town.ana)
    alike = writes("cal", "Screens went black in room 3")
    names_it = writes("dan", "Is streaming down?")
    writes("eva", "Invoice of November")
    writes("flo", "Black screens", place="south")  # a district that it does not concern
    gone = writes("gus", "Black screens")
    leave(incident, [gone], by=town.ana)
    incident.tickets.create(ticket=gone, state="left")

    grouping.look()
    grouping.look()

    found = {row.ticket: row.reason for row in incident.tickets.filter(state="proposed")}
    assert found == {
        alike: "Says “black” and “screens” like 2 tickets of the incident",
        names_it: "Names Streaming",
    }
    (event,) = incident.events.filter(kind="proposed")
    assert sorted(event.data["tickets"]) == [alike.pk, names_it.pk]


def test_a_new_alert_of_its_component_joins_with_its_ticket(town: Town) -> None:
    component = streaming()
    incident = declare(
        "Down", severity=Severity.CRITICAL, by=town.ana, components={component: "major_outage"}
    )
    alert = alarm(component, "a")
    alarm(streaming(name="Mail", key="mail"), "b")

    assert grouping.look() == [] and grouping.look() == []

    assert list(incident.alerts.all()) == [alert]
    assert incident.tickets.get().ticket == alert.ticket
    assert incident.events.filter(kind="alert").count() == 1


def test_the_lead_hears_of_new_tickets_once_until_it_is_read(town: Town) -> None:
    incident = declare("Black screens", severity=Severity.MAJOR, by=town.ana)
    Incident.objects.filter(pk=incident.pk).update(for_everyone=True)
    path = f"/incidents/{incident.pk}#tickets"
    notices = Notice.objects.filter(recipient=town.ana, path=path)
    for name in ("abe", "bea", "cal"):
        writes(name, "Black screens")
        grouping.look()
    assert notices.count() == 1

    notices.update(read_at=clock.now())
    writes("dan", "Black screens")
    grouping.look()
    assert notices.count() == 2


def test_a_finished_ticket_is_no_sign(town: Town) -> None:
    for ticket in black_screens("abe", "bea", "cal"):
        solving.set_state(ticket, "solved", by=town.ana, unanswered=True)

    assert grouping.look() == []


def test_a_storm_is_looked_over_in_queries_that_do_not_grow(town: Town) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            grouping.look()
        return len(counted)

    black_screens("abe", "bea", "cal")
    grouping.look()
    writes("dan", "Black screens")
    few = queries()
    for number in range(30):
        writes(f"p{number}x", "Black screens", place="south")

    assert queries() == few
    assert proposal().tickets.count() == 34


class Looks:
    """The loop, with a clock that tests move, and what each look finds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, self.now, self.free = 0, 1000.0, True
        monkeypatch.setattr(grouping, "_round", grouping._Round())
        monkeypatch.setattr(grouping, "_look", self.look)
        watch = SimpleNamespace(monotonic=lambda: self.now)
        monkeypatch.setattr("deskbell.incidents.grouping.time", watch)

    def look(self) -> list[Proposal] | None:
        self.count += 1
        return [] if self.free else None

    def after(self, seconds: float) -> int:
        """How often it looked in the next step."""
        before, self.now = self.count, self.now + seconds
        grouping.step()
        return self.count - before


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    return Looks(monkeypatch)


def test_what_commits_late_is_seen_soon_after_and_at_the_latest_in_a_minute(
    town: Town, looks: Looks
) -> None:
    writes("abe", "Black screens")
    assert [looks.after(3) for _ in range(4)] == [1, 0, 1, 0]  # once more, and then it is quiet

    assert sum(looks.after(15) for _ in range(8)) == 2  # each minute


def test_nothing_came_for_half_an_hour_so_nobody_looks(town: Town, looks: Looks) -> None:
    with moved_to(minutes(0)):
        writes("abe", "Black screens")
        looks.after(3)
        looks.after(6)
    with moved_to(minutes(31)):
        assert sum(looks.after(15) for _ in range(8)) == 0


def test_while_another_one_looks_nothing_counts_as_seen(town: Town, looks: Looks) -> None:
    writes("abe", "Black screens")
    looks.free = False
    assert looks.after(3) == 1
    looks.free = True
    assert looks.after(3) == 1


def test_what_goes_wrong_with_one_incident_stops_no_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = (declare(name, severity=Severity.MAJOR, by=town.ana) for name in ("Good", "Bad"))
    really, gathered = gathering.gather_for, list[Incident]()

    def gather_for(incident: Incident, since: datetime) -> None:
        if incident == bad:
            raise ValueError("poison")
        gathered.append(incident)
        really(incident, since)

    monkeypatch.setattr(gathering, "gather_for", gather_for)
    black_screens("abe", "bea", "cal")
    (made,) = grouping.look()

    assert made.title == "Only black screens" and gathered == [good]
