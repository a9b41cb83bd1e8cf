"""Addresses of the monitoring room: the doors, and the screen that shows what came in."""

from __future__ import annotations

from django.urls import include, path

from deskbell.monitoring import views
from deskbell.monitoring.intake import views as doors

urlpatterns = [
    path("", include("deskbell.monitoring.heartbeats.urls")),
    path("", include("deskbell.monitoring.vendors.urls")),
    path("alerts", views.overview, name="alerts"),
    path("alerts/bodies/<int:number>", views.body, name="alert-body"),
    path("alerts/<slug:kind>/<str:token>", doors.door, name="intake"),
    path("v2/enqueue", doors.enqueue, name="intake-pagerduty"),
]
