"""The addresses of the sla room."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from deskbell.people.access import agents_only
from deskbell.sla.coverage_urls import coverages
from deskbell.sla.policy_urls import policies

urlpatterns = [
    path("promises", agents_only(RedirectView.as_view(pattern_name="policies")), name="promises"),
    *policies,
    *coverages,
]
