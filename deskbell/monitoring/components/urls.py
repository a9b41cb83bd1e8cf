"""Addresses of components and their checks."""

from __future__ import annotations

from django.urls import path

from deskbell.monitoring.components import views

urlpatterns = [
    path("components", views.components, name="components"),
    path("components/<int:pk>", views.component, name="component"),
    path("components/<int:pk>/retirement", views.retirement, name="component-retirement"),
    path("components/<int:pk>/checks", views.new_check, name="new-check"),
    path("checks/<int:pk>", views.check, name="check"),
    path("checks/<int:pk>/pause", views.check_pause, name="check-pause"),
    path("checks/<int:pk>/removal", views.check_removal, name="check-removal"),
]
