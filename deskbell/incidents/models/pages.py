"""A district's own status page, at an address that is the secret."""

from __future__ import annotations

from django.db import models

from deskbell.lib import clock
from deskbell.lib.ids import new_token
from deskbell.people.models import Agent, District


class PrivatePage(models.Model):
    """Whoever has the token may read the district's page. Kept readable: managers hand the address on."""

    district = models.OneToOneField(
        District, on_delete=models.CASCADE, related_name="private_status_page"
    )
    token = models.CharField(max_length=64, unique=True, default=new_token)
    made_by = models.ForeignKey(Agent, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=clock.now)  # of this token
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"status page of {self.district}"
