"""Addresses of maintenance windows."""

from __future__ import annotations

from django.urls import path

from deskbell.monitoring.maintenance import views

urlpatterns = [
    path("maintenance", views.maintenance, name="maintenance"),
    path("maintenance/<int:pk>", views.window, name="maintenance-window"),
    path("maintenance/<int:pk>/cancellation", views.cancellation, name="maintenance-cancellation"),
    path("maintenance/<int:pk>/end", views.end, name="maintenance-end"),
]
