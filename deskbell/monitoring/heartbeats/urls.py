"""Addresses of heartbeats: what jobs call, and the screens."""

from __future__ import annotations

from django.urls import path

from deskbell.monitoring.heartbeats import doors, views

urlpatterns = [
    path("ping/<uuid:token>", doors.ping, name="ping"),
    path("ping/<uuid:token>/start", doors.ping, {"kind": "start"}),
    path("ping/<uuid:token>/fail", doors.ping, {"kind": "fail"}),
    path("ping/<uuid:token>/log", doors.ping, {"kind": "log"}),
    path("ping/<uuid:token>/<int:status>", doors.ping),
    path("api/push/<str:token>", doors.push, name="push"),
    path("heartbeats", views.heartbeats, name="heartbeats"),
    path("heartbeats/<int:pk>", views.heartbeat, name="heartbeat"),
    path("heartbeats/<int:pk>/pause", views.pause, name="heartbeat-pause"),
    path("heartbeats/<int:pk>/removal", views.removal, name="heartbeat-removal"),
    path("heartbeats/<int:pk>/pings/<int:number>", views.ping_body, name="ping-body"),
]
