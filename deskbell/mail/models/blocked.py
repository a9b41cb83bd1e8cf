"""The noun of who may not write: BlockedSender."""

from __future__ import annotations

from django.db import models

from deskbell.lib import clock
from deskbell.people.models import Person


class BlockedSender(models.Model):
    """An address whose new mail is set aside. `ticket`: the number of the one for which it was blocked."""

    address = models.CharField(max_length=320, unique=True)  # in lower case, as people's are
    ticket = models.BigIntegerField(null=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.address
