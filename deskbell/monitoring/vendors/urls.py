"""Addresses of vendors' status."""

from __future__ import annotations

from django.urls import path

from deskbell.monitoring.vendors import views

urlpatterns = [
    path("vendors", views.vendors, name="vendors"),
    path("vendors/<int:pk>", views.vendor, name="vendor"),
    path("vendors/<int:pk>/pause", views.pause, name="vendor-pause"),
    path("vendors/<int:pk>/removal", views.removal, name="vendor-removal"),
    path(
        "vendors/<int:pk>/incidents/<int:number>/decision", views.decision, name="vendor-decision"
    ),
]
