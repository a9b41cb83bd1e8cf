"""Addresses of components and their checks."""

from __future__ import annotations

from django.urls import path

from deskbell.monitoring.components import check_views, views

urlpatterns = [
    path("components", views.components, name="components"),
    path("components/<int:pk>", views.component, name="component"),
    path("components/<int:pk>/retirement", views.retirement, name="component-retirement"),
    path("components/<int:pk>/checks", check_views.new_check, name="new-check"),
    path("components/<int:pk>/trial", check_views.new_trial, name="new-check-trial"),
    path("checks/<int:pk>", check_views.check, name="check"),
    path("checks/<int:pk>/trial", check_views.trial, name="check-trial"),
    path("checks/<int:pk>/pause", check_views.check_pause, name="check-pause"),
    path("checks/<int:pk>/removal", check_views.check_removal, name="check-removal"),
]
