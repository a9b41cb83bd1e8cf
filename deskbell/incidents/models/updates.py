"""What everyone is told: updates of incidents, their wordings and templates, notices of maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from deskbell.incidents.models.incidents import Incident, Phase, Severity
from deskbell.lib import clock
from deskbell.monitoring.models import Maintenance
from deskbell.people.models import Agent, District

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class IncidentUpdate(models.Model):
    """Something told once, to everyone whom the incident concerns (K11). Never changed afterwards."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="updates")
    phase = models.CharField(max_length=15, choices=Phase.choices)
    text = models.TextField()  # plain text
    text_es = models.TextField(blank=True)  # the same in Spanish, where a person wrote it
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    next_update_at = models.DateTimeField(null=True, blank=True)
    # How each component stood by the words of the team then: `[{key, name, state}]`.
    components = models.JSONField(default=list)
    # What was told of the incident with it, and to whom: pages show what was told, not what is edited.
    title = models.CharField(max_length=200, blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices, blank=True)
    for_everyone = models.BooleanField(default=False)
    districts = models.JSONField(default=list, blank=True)  # their keys; none where it is everyone
    key = models.CharField(max_length=64, unique=True)  # of the form: sent twice, it is one update

    if TYPE_CHECKING:
        wordings: RelatedManager[Wording]

    class Meta:
        indexes = [models.Index(fields=["incident", "-id"], name="updates_of_incident")]

    def __str__(self) -> str:
        return f"{self.get_phase_display()}: {self.text[:60]}"


class Wording(models.Model):
    """An update in other words, for one district alone."""

    update = models.ForeignKey(IncidentUpdate, on_delete=models.CASCADE, related_name="wordings")
    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["update", "district"], name="one_wording_of_a_district")
        ]

    def __str__(self) -> str:
        return f"For {self.district}: {self.text[:60]}"


class Template(models.Model):
    """How an update of a phase begins; what a desk changed, the rest are Deskbell's own words."""

    phase = models.CharField(max_length=15, choices=Phase.choices, unique=True)
    text = models.TextField()
    text_es = models.TextField(blank=True)
    changed_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.get_phase_display()}: {self.text[:60]}"


class MaintenanceNotice(models.Model):
    """Something told about a maintenance window, once each: ahead, when it begins, changes, or ends."""

    class Kind(models.TextChoices):
        ANNOUNCED = "announced", "Planned"
        REMINDER = "reminder", "Soon"
        CHANGED = "changed", "Changed"
        STARTED = "started", "In progress"
        ENDED = "ended", "Completed"
        CANCELLED = "cancelled", "Cancelled"

    maintenance = models.ForeignKey(Maintenance, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField(default=clock.now)
    # What was told: `{title, text, starts_at, ends_at, components: [{key, name}]}`, as it stood then.
    told = models.JSONField(default=dict)
    key = models.CharField(
        max_length=100, unique=True
    )  # told twice by nobody, however many workers

    class Meta:
        indexes = [models.Index(fields=["maintenance", "-id"], name="notices_of_maintenance")]

    def __str__(self) -> str:
        return f"{self.maintenance} {self.kind}"
