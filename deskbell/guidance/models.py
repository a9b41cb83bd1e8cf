"""The nouns of the guidance room: Template, Onboarding, Step, OnboardingEvent, Question."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from deskbell.lib import clock
from deskbell.people.models import Agent, District, Person
from deskbell.tickets.models import Ticket

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

LONGEST_TITLE = 120


class Side(models.TextChoices):
    """Whose a step is."""

    TEAM = "team", "Our team"
    DISTRICT = "district", "The district"


class Anchor(models.TextChoices):
    """From which day of an onboarding a step's working days count."""

    START = "start", "the start"
    GO_LIVE = "go_live", "the go-live"


class Template(models.Model):
    """What new onboardings begin with, whole; the newest holds, and none is changed afterwards.

    `steps` has the form of `template.PlannedStep`, one object for each step.
    """

    steps = models.JSONField()
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{len(self.steps)} steps as of {self.made_at:%F}"


class Onboardings(models.QuerySet["Onboarding"]):
    """Questions about many onboardings."""

    def going_on(self) -> Onboardings:
        """Those that are not over."""
        return self.filter(ended_at=None)


class Onboarding(models.Model):
    """A district on its way to working with the service. One at a time goes on in a district."""

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="onboardings")
    lead = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="onboards")
    starts_on = models.DateField()
    goes_live_on = models.DateField()
    begun_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)  # with its last step, or by a person
    updated_at = models.DateTimeField(default=clock.now)  # of its last event: none may be earlier
    last_sequence = models.PositiveIntegerField(default=0)

    objects = Onboardings.as_manager()

    if TYPE_CHECKING:
        steps: RelatedManager[Step]
        events: RelatedManager[OnboardingEvent]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district"], condition=Q(ended_at=None), name="one_onboarding_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["-ended_at"], name="onboarding_by_end")]

    def __str__(self) -> str:
        return f"Onboarding of {self.district}"

    @property
    def is_going_on(self) -> bool:
        return self.ended_at is None

    @property
    def to_do(self) -> Steps:
        """Its steps that are not done, in their order."""
        return Step.objects.to_do().filter(onboarding=self)

    @property
    def today(self) -> date:
        """The date in the district now."""
        return clock.now().astimezone(ZoneInfo(self.district.zone)).date()


class Steps(models.QuerySet["Step"]):
    """Questions about many steps."""

    def kept(self) -> Steps:
        """Those that were not taken out, in their order."""
        return self.filter(removed_at=None).order_by("due_on", "pk")

    def to_do(self) -> Steps:
        """Those of them that are not done."""
        return self.kept().filter(done_at=None)


class Step(models.Model):
    """Something that one side has to do by a day, `days` working days from its anchor."""

    onboarding = models.ForeignKey(Onboarding, on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(max_length=LONGEST_TITLE)
    title_es = models.CharField(max_length=LONGEST_TITLE, blank=True)
    text = models.TextField(blank=True)  # what there is to do, as the district reads it
    text_es = models.TextField(blank=True)
    side = models.CharField(max_length=10, choices=Side.choices)
    anchor = models.CharField(max_length=10, choices=Anchor.choices)
    days = models.SmallIntegerField()
    due_on = models.DateField()  # follows from the two above and the district's calendar
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="onboarding_steps"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(blank=True)  # of whoever did it; both sides read it
    removed_at = models.DateTimeField(null=True, blank=True)
    told_on = models.DateField(null=True, blank=True)  # the last day on which it was told as late
    told_times = models.PositiveSmallIntegerField(default=0)

    objects = Steps.as_manager()

    if TYPE_CHECKING:
        questions: RelatedManager[Question]

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(done_at=None, removed_at=None),
                name="step_still_to_do",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_districts(self) -> bool:
        return self.side == Side.DISTRICT

    def is_late(self, today: date) -> bool:
        """Is its day over, and it isn't done? `today` is the district's date."""
        return self.done_at is None and self.due_on < today

    def title_in(self, language: str) -> str:
        """Its title in a language, in English where it has none."""
        return (self.title_es if language == "es" else "") or self.title

    def text_in(self, language: str) -> str:
        """What there is to do, likewise."""
        return (self.text_es if language == "es" else "") or self.text


class OnboardingEvent(models.Model):
    """One thing that people or the desk did to an onboarding. Appended, never changed."""

    class Kind(models.TextChoices):
        BEGUN = "begun"
        DONE = "done"
        REOPENED = "reopened"  # a step that was done is not
        DATES = "dates"  # start and go-live, and with them the steps that were not done
        DUE = "due"  # one step's day
        OWNER = "owner"
        LEAD = "lead"
        ADDED = "added"
        REMOVED = "removed"
        RESTORED = "restored"
        ASKED = "asked"  # a question about a step became a ticket
        REMINDED = "reminded"  # a step is late, and people were told
        ENDED = "ended"
        RESUMED = "resumed"

    onboarding = models.ForeignKey(Onboarding, on_delete=models.CASCADE, related_name="events")
    step = models.ForeignKey(Step, null=True, on_delete=models.CASCADE, related_name="events")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["onboarding", "sequence"], name="one_onboarding_event_of_a_sequence"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%F %T} {self.kind}"


class Question(models.Model):
    """A ticket that was opened about a step."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="questions")
    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, related_name="onboarding_question"
    )

    def __str__(self) -> str:
        return f"#{self.ticket_id} about {self.step}"
