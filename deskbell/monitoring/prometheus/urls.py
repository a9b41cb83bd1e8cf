"""Addresses for users of Prometheus."""

from __future__ import annotations

from django.urls import path

from deskbell.monitoring.prometheus import views

urlpatterns = [
    path("prometheus", views.prometheus, name="prometheus"),
    path("prometheus/targets", views.targets, name="prometheus-targets"),
    path("prometheus/keys/<slug:of>/renewal", views.renewal, name="prometheus-renewal"),
]
