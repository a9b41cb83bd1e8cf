"""The team's addresses of the status page. What readers see are files: `serving.py`."""

from __future__ import annotations

from django.urls import path

from deskbell.incidents.status_page import views

urlpatterns = [
    path("districts/status-pages", views.private_pages, name="private-status-pages"),
    path("districts/<int:pk>/status-page", views.private_page, name="private-status-page"),
]
