"""The nouns of the sla room: coverages with their calendars and edits, policies, standings, moves, clocks.

Standing and Clock are derived; a ticket's journal and the versions are what they are derived from.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q

from deskbell.lib import clock
from deskbell.people.models import District, Person
from deskbell.tickets.models import Ticket


class ZoneData(models.Model):
    """A time zone's rules as they were when a version was made, so that later ones move nothing (K9)."""

    zone = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)  # sha256 of zone and tzif, in hex
    tzif = models.BinaryField()  # the zone's compiled data (RFC 9636)
    seen_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.zone} as of {self.seen_at:%F}"


class Coverage(models.Model):
    """When a promise counts, as it is edited. Policy versions freeze what it says (C1, K9).

    `windows` has the form of `sla.core.Coverage.weekly`; the dated exceptions stand in
    `HolidayCalendar`, `SchoolCalendar` and `DatedException`.
    """

    key = models.SlugField(max_length=50, unique=True)  # its name in the documents of versions
    name = models.CharField(max_length=100, unique=True)
    zone = models.CharField(max_length=64)
    windows = models.JSONField()
    district = models.ForeignKey(
        District, null=True, blank=True, on_delete=models.CASCADE, related_name="coverages"
    )  # whose alone it is

    def __str__(self) -> str:
        return self.name


class HolidayCalendar(models.Model):
    """The public holidays of a country or state that a coverage observes (C7)."""

    coverage = models.ForeignKey(Coverage, on_delete=models.CASCADE, related_name="holidays")
    country = models.CharField(max_length=2)  # ISO 3166
    subdivision = models.CharField(max_length=10, blank=True)  # as the holidays library names it
    skipped = models.JSONField(default=list)  # names of those on which people work all the same

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coverage", "country", "subdivision"], name="one_calendar_of_a_place"
            )
        ]

    def __str__(self) -> str:
        return "-".join(part for part in (self.country, self.subdivision) if part)


class SchoolCalendar(models.Model):
    """A district's school calendar that was imported from iCal: closures as `DatedException`."""

    coverage = models.ForeignKey(Coverage, on_delete=models.CASCADE, related_name="calendars")
    name = models.CharField(max_length=200)
    imported_at = models.DateTimeField(default=clock.now)
    imported_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return self.name


class DatedException(models.Model):
    """Other hours on the days from `first` to `last`, both included; no windows: closed all day.

    A school's summer is one row. Made by hand it overrules a calendar's, and both overrule holidays.
    """

    coverage = models.ForeignKey(Coverage, on_delete=models.CASCADE, related_name="exceptions")
    calendar = models.ForeignKey(
        SchoolCalendar, null=True, on_delete=models.CASCADE, related_name="exceptions"
    )
    first = models.DateField()
    last = models.DateField()
    windows = models.JSONField(default=list)
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["first", "id"]
        indexes = [models.Index(fields=["coverage", "first"], name="exception_of_coverage")]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="exception_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name or 'Other hours'}, {self.first} to {self.last}"


class Policy(models.Model):
    """What a desk promises, under one name: a plan, or what one district has been promised instead.

    What it says stands in its versions. A district's own policy names only what it changes on `base`.
    """

    name = models.CharField(max_length=100, unique=True)
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="variants")
    district = models.OneToOneField(
        District, null=True, on_delete=models.CASCADE, related_name="policy"
    )

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(base=None, district=None)
                | Q(base__isnull=False, district__isnull=False),
                name="only_districts_vary_a_policy",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """A policy as it was promised at one time: targets, coverages and holidays, frozen (K9)."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()  # the form of sla.core.Policy.from_document, always whole
    changes = models.JSONField(null=True)  # of a district's: the part that differs from the base
    ladder = models.JSONField(default=list)  # who is told, and when: see ladder.py
    zones = models.JSONField(default=dict)  # zone name to the digest of its ZoneData
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="one_version_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.policy}, version {self.number}"


class CoverageEdit(models.Model):
    """One edit of a coverage: who changed what, when and why, and how it stood before and after.

    `before` and `after` have the form of `sla.freezing.snapshot`; None before it was made and after
    it was removed. From them an edit is undone.
    """

    coverage = models.ForeignKey(
        Coverage, null=True, on_delete=models.SET_NULL, related_name="edits"
    )
    said = models.CharField(max_length=300)  # what was done, in a few words
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField(default=clock.now)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    versions = models.ManyToManyField(PolicyVersion, related_name="edits")  # that it made
    moved_tickets = models.BooleanField(default=False)  # open tickets went along (K9)
    move = models.ForeignKey("Move", null=True, on_delete=models.SET_NULL)  # if there were any

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.said


class Standing(models.Model):
    """Where a ticket stands: the versions it was opened under and holds to now, its next due instant."""

    ticket = models.OneToOneField(Ticket, primary_key=True, on_delete=models.CASCADE)
    opened_under = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="opened_standings"
    )
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="standings")
    next_due_at = models.DateTimeField(null=True)
    next_metric = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(
                F("next_due_at").asc(nulls_last=True), F("ticket"), name="standing_by_next_due"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} under {self.version}"


class Move(models.Model):
    """Holding many open tickets to newer versions, by a person's decision, in the background (K9)."""

    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    begun_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Move of {self.begun_at:%F %T}: {self.reason}"


class MoveLine(models.Model):
    """One ticket of a move: where it goes, and what came of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        MOVED = "moved", "Moved"
        SAME = "same", "Was there already, or is closed"
        FAILED = "failed", "Failed"

    move = models.ForeignKey(Move, on_delete=models.CASCADE, related_name="lines")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE)
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    changed = models.PositiveSmallIntegerField(default=0)  # clocks that have another instant by it
    late = models.PositiveSmallIntegerField(default=0)  # clocks that are late by it (K8)
    note = models.CharField(max_length=300, blank=True)  # why it failed

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["move", "ticket"], name="one_line_of_a_ticket")
        ]
        indexes = [
            models.Index(
                fields=["move", "id"], condition=Q(outcome="waiting"), name="move_line_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} to {self.version}: {self.outcome}"


class Clocks(models.QuerySet["Clock"]):
    """Questions about many clocks."""

    def unstopped(self) -> Clocks:
        """Those that someone still has to stop: running, and breached but not yet answered."""
        return self.filter(stopped_at=None).exclude(outcome=Clock.Outcome.CANCELLED)

    def of(self, tickets: Iterable[Ticket]) -> Clocks:
        """The clocks of these tickets, the next due first."""
        return self.filter(ticket__in=tickets).order_by(F("due_at").asc(nulls_last=True), "id")


class Clock(models.Model):
    """One promise on one ticket. Derived from the ticket's events, and from nothing else (K12)."""

    class Metric(models.TextChoices):
        FIRST_REPLY = "first_reply", "First reply"
        NEXT_REPLY = "next_reply", "Next reply"
        PERIODIC_UPDATE = "periodic_update", "Update"
        RESOLUTION = "resolution", "Resolution"
        ACKNOWLEDGE = "acknowledge", "Acknowledge"
        TAKE_OVER = "take_over", "Take over"

    class Outcome(models.TextChoices):
        RUNNING = "running", "Running"
        MET = "met", "Met"
        BREACHED = "breached", "Breached"
        CANCELLED = "cancelled", "Cancelled"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks")
    metric = models.CharField(max_length=20, choices=Metric.choices)
    ordinal = models.PositiveIntegerField()  # the nth clock of this metric on the ticket, from 1
    started_at = models.DateTimeField()
    target = models.DurationField()  # covered time
    coverage = models.CharField(max_length=100)
    due_at = models.DateTimeField(null=True)  # none while it is paused (K7)
    warn_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    breached_at = models.DateTimeField(null=True)
    late_by = models.DurationField(null=True)  # covered time
    marks = models.JSONField(default=list)
    # Whether the timers have told people. Not derived: what was told stays told.
    warning_told_at = models.DateTimeField(null=True)
    breach_told_at = models.DateTimeField(null=True)
    rungs_told = models.PositiveSmallIntegerField(default=0)  # of those after the breach
    next_rung_at = models.DateTimeField(null=True)  # when the next of them is told

    objects = Clocks.as_manager()

    class Meta:
        ordering = ["started_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "metric", "ordinal"], name="one_clock_of_an_ordinal"
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(outcome__in=["running", "breached"], breach_told_at=None),
                name="clock_breach_to_tell",
            ),
            models.Index(
                fields=["warn_at"],
                condition=Q(stopped_at=None, outcome="running", warning_told_at=None),
                name="clock_warning_to_tell",
            ),
            models.Index(
                fields=["next_rung_at"],
                condition=Q(next_rung_at__isnull=False),
                name="clock_rung_to_tell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} of #{self.ticket_id}: {self.outcome}"

    @property
    def label(self) -> str:
        return self.get_metric_display()

    @property
    def is_unstopped(self) -> bool:
        """Has someone still to stop it? As `Clocks.unstopped` asks."""
        return self.stopped_at is None and self.outcome != Clock.Outcome.CANCELLED

    @property
    def standing(self) -> str:
        """For a chip: running, warned, breached, paused, met, late (stopped after its instant), cancelled."""
        if self.outcome == self.Outcome.BREACHED:
            return "late" if self.stopped_at else "breached"
        if self.outcome == self.Outcome.RUNNING:
            return self._while_running()
        return self.outcome

    def _while_running(self) -> str:
        now = clock.now()
        if self.due_at is None:
            return "paused"
        if now > self.due_at:
            return "breached"
        return "warned" if self.warn_at and now >= self.warn_at else "running"
