"""The addresses under which policies are looked at, edited, and put on open tickets."""

from __future__ import annotations

from django.urls import URLPattern, path

from deskbell.sla.views import moves, versions
from deskbell.sla.views import policies as views

_ALL = "promises/policies"
_ONE = f"{_ALL}/<int:pk>"

policies: list[URLPattern] = [
    path(_ALL, views.policies, name="policies"),
    path(f"{_ALL}/districts/<int:pk>", views.of_district, name="policy-of-district"),
    path(_ONE, views.policy, name="policy"),
    path(f"{_ONE}/review", views.review, name="policy-review"),
    path(f"{_ONE}/versions", versions.versions, name="policy-versions"),
    path(f"{_ONE}/versions/<int:number>", versions.version, name="policy-version"),
    path(f"{_ONE}/versions/<int:number>/tickets", moves.tickets, name="policy-tickets"),
    path("promises/moves/<int:pk>", moves.move, name="policy-move"),
    path("promises/moves/<int:pk>/progress", moves.progress, name="policy-move-progress"),
]
