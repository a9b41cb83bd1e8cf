"""Addresses of the incidents room: the team's screens; the status page's are in `status_page/urls.py`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("deskbell.incidents.news.urls")),
    path("", include("deskbell.incidents.desk.urls")),
    path("", include("deskbell.incidents.status_page.urls")),
]
