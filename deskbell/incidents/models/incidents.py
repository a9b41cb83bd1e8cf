"""Incident, with what it concerns, what belongs to it, and the journal of what happened."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.monitoring.models import Alert, Component, VendorIncident
from deskbell.people.models import Agent, District, Person
from deskbell.tickets.models import Ticket

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from deskbell.incidents.models.updates import IncidentUpdate


class Severity(models.TextChoices):
    """How bad it is for those whom it concerns; the gravest first."""

    CRITICAL = "critical", "Critical"
    MAJOR = "major", "Major"
    MINOR = "minor", "Minor"


class Phase(models.TextChoices):
    """How far the team has come, in the words that status pages use."""

    INVESTIGATING = "investigating", "Investigating"
    IDENTIFIED = "identified", "Identified"
    MONITORING = "monitoring", "Monitoring"
    RESOLVED = "resolved", "Resolved"


class Incidents(models.QuerySet["Incident"]):
    """Questions about many incidents."""

    def open(self) -> Incidents:
        """Those that go on."""
        return self.filter(resolved_at=None)

    def told(self) -> Incidents:
        """Those of which customers know: something was published."""
        return self.exclude(told_at=None)

    def concerning(self, district: District) -> Incidents:
        """Those that concern this district, each once."""
        return self.filter(Q(for_everyone=True) | Q(districts=district)).distinct()


class Incident(models.Model):
    """Something is broken for many at once. It is the team's alone until its first update is published."""

    number = models.BigAutoField(primary_key=True)
    title = models.CharField(max_length=200)  # as customers read it
    severity = models.CharField(max_length=10, choices=Severity.choices)
    phase = models.CharField(max_length=15, choices=Phase.choices, default=Phase.INVESTIGATING)
    started_at = models.DateTimeField()  # when the trouble began, by the best that is known
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)  # of its first published update
    resolved_at = models.DateTimeField(null=True, blank=True)
    lead = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads_incidents"
    )
    communications = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="speaks_for"
    )
    for_everyone = models.BooleanField(default=False)
    districts = models.ManyToManyField(District, blank=True, related_name="incidents")
    districts_chosen = models.BooleanField(default=False)  # by a person: no longer worked out
    alerts = models.ManyToManyField(Alert, blank=True, related_name="incidents")
    cause = models.ForeignKey(
        VendorIncident, null=True, blank=True, on_delete=models.SET_NULL, related_name="caused"
    )
    next_update_at = models.DateTimeField(null=True, blank=True)  # promised with the last update
    reminded = models.PositiveSmallIntegerField(default=0)  # of the ladder of those who are told
    demo = models.BooleanField(default=False)
    updated_at = models.DateTimeField(default=clock.now)  # of its last event: none may be earlier
    last_sequence = models.PositiveIntegerField(default=0)

    objects = Incidents.as_manager()

    if TYPE_CHECKING:
        concerned: RelatedManager[IncidentComponent]
        tickets: RelatedManager[IncidentTicket]
        events: RelatedManager[IncidentEvent]
        updates: RelatedManager[IncidentUpdate]

    class Meta:
        indexes = [
            models.Index(fields=["-started_at"], name="incident_by_start"),
            models.Index(
                fields=["-number"], condition=Q(resolved_at=None), name="incident_unresolved"
            ),
            models.Index(
                fields=["next_update_at"],
                condition=Q(resolved_at=None),
                name="incident_owes_update",
            ),
            models.Index(
                fields=["-resolved_at"], condition=Q(told_at__isnull=False), name="incident_told"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def is_told(self) -> bool:
        return self.told_at is not None

    @property
    def ends_at(self) -> datetime:
        """Its end, or now while it goes on."""
        return self.resolved_at or clock.now()


class IncidentComponent(models.Model):
    """A component that the incident concerns, and how it stands by the words of the team."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="concerned")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="concerned_by")
    state = models.CharField(max_length=15, choices=Component.State.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "component"], name="incident_concerns_component_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.component}: {self.get_state_display()}"


class IncidentTicket(models.Model):
    """A ticket of someone whom the incident concerns: proposed by the desk, joined or left by a person."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        JOINED = "joined", "Joined"
        LEFT = "left", "Not part of it"

    NO_PLACE = "none"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="tickets")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="incidents")
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.CharField(max_length=300, blank=True)  # why the desk proposes it
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)
    # The state, or NO_PLACE, that it goes back to when the merge is undone that gave it this one (K10).
    before_merge = models.CharField(max_length=10, blank=True)
    told = models.ForeignKey(  # the last update that reached it, if any did (K11)
        "IncidentUpdate", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "ticket"], name="ticket_of_an_incident_once"
            )
        ]
        indexes = [models.Index(fields=["incident", "state", "ticket"], name="tickets_of_incident")]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.state}"


class IncidentEvent(models.Model):
    """One thing that people or the desk did to the incident. Appended, never changed.

    Alerts, pages and what checks found are not copied here: the timeline reads them where they are.
    """

    class Kind(models.TextChoices):
        DECLARED = "declared"
        TITLE = "title"
        SEVERITY = "severity"
        STARTED = "started"  # when the trouble began, corrected
        LEAD = "lead"
        COMMUNICATIONS = "communications"
        COMPONENTS = "components"
        DISTRICTS = "districts"
        ALERT = "alert"  # an alert was joined
        PROPOSED = "proposed"  # tickets look like a part of it
        TICKETS = "tickets"  # tickets were joined
        TICKETS_LEFT = "tickets_left"
        TOLD = "told"  # joined tickets were answered with what is known
        SOLVED = "solved"  # joined tickets were solved together
        UNSOLVED = "unsolved"  # and this was undone
        UPDATE = "update"
        NOTE = "note"
        CAUSE = "cause"
        WAITING = "waiting"  # joined tickets wait for the vendor that caused it
        CAUSE_OVER = "cause_over"  # the vendor says so, and what waited for it waits no longer
        RESOLVED = "resolved"
        REOPENED = "reopened"
        REMINDED = "reminded"  # the promised update is late, and someone was told
        POSTMORTEM = "postmortem"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "sequence"], name="one_incident_event_of_a_sequence"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.kind}"


class Proposal(models.Model):
    """Several alerts or tickets look alike: perhaps one incident. A person decides."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DECLARED = "declared", "Declared"
        DISMISSED = "dismissed", "Dismissed"

    title = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)  # why the desk thinks so, as a sentence
    component = models.ForeignKey(Component, null=True, blank=True, on_delete=models.CASCADE)
    alerts = models.ManyToManyField(Alert, blank=True, related_name="proposals")
    tickets = models.ManyToManyField(Ticket, blank=True, related_name="proposals")
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)  # when it last grew
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    decided_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-id"], condition=Q(state="open"), name="proposal_open")]

    def __str__(self) -> str:
        return self.title


class Postmortem(models.Model):
    """What was learned from an incident, begun from its timeline; published, customers may read it."""

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="postmortem")
    what_happened = models.TextField(blank=True)
    impact = models.TextField(blank=True)
    causes = models.TextField(blank=True)
    actions = models.TextField(blank=True)  # what we do about it
    written_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    begun_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Postmortem of {self.incident}"
