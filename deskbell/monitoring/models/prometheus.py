"""The secrets with which a Prometheus reads from the desk."""

from __future__ import annotations

from django.db import models

from deskbell.lib import clock
from deskbell.lib.ids import new_token


class ReadKey(models.Model):
    """A secret of its own for each thing that a Prometheus may read. It can do nothing else.

    Kept readable, like the tokens of sources: the operator copies it into Prometheus' configuration.
    """

    class Of(models.TextChoices):
        TARGETS = "targets", "The list of targets"
        METRICS = "metrics", "The desk’s own metrics"

    of = models.CharField(max_length=10, choices=Of.choices, unique=True)
    token = models.CharField(max_length=64, unique=True, default=new_token)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True)  # about; written once a minute at most

    def __str__(self) -> str:
        return self.get_of_display()
