"""Addresses of the monitoring room: the doors, and the screen that shows what came in."""

from __future__ import annotations

from django.urls import include, path

from deskbell.monitoring import views
from deskbell.monitoring.alerting import views as alerting
from deskbell.monitoring.intake import views as doors

urlpatterns = [
    path("", include("deskbell.monitoring.components.urls")),
    path("", include("deskbell.monitoring.heartbeats.urls")),
    path("", include("deskbell.monitoring.maintenance.urls")),
    path("", include("deskbell.monitoring.vendors.urls")),
    path("", include("deskbell.monitoring.prometheus.urls")),
    path("alerts", views.overview, name="alerts"),
    path("alerts/silences", views.silences, name="silences"),
    path("alerts/bodies", views.bodies, name="alert-bodies"),
    path("alerts/bodies/<int:number>", views.body, name="alert-body"),
    path("alerts/sources", alerting.add, name="source-add"),
    path("alerts/sources/<int:pk>", alerting.source, name="source"),
    path("alerts/sources/<int:pk>/test", alerting.test, name="source-test"),
    path("alerts/sources/<int:pk>/preview", alerting.preview, name="source-preview"),
    path("alerts/sources/<int:pk>/renewal", alerting.renewal, name="source-renewal"),
    path("alerts/bodies/<int:number>/retry", alerting.retry, name="body-retry"),
    path("alerts/<int:number>/silence", alerting.silence, name="silence"),
    path("alerts/silences/<int:number>/end", alerting.silence_end, name="silence-end"),
    path("alerts/<slug:kind>/<str:token>", doors.door, name="intake"),
    path("v2/enqueue", doors.enqueue, name="intake-pagerduty"),
    path("generic/2010-04-15/create_event.json", doors.enqueue, name="intake-pagerduty-v1"),
]
