"""The addresses of the desk, room by room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("deskbell.monitoring.urls")),
    path("", include("deskbell.oncall.urls")),
]
