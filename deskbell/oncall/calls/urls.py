"""Addresses of calls."""

from __future__ import annotations

from django.urls import path

from deskbell.oncall.calls import views

urlpatterns = [
    path("oncall/calls", views.calls, name="calls"),
    path("oncall/calls/<int:pk>", views.call, name="call"),
    path("oncall/calls/<int:pk>/answer", views.answer, name="answer-call"),
    path("oncall/calls/<int:pk>/takeover", views.takeover, name="take-over-call"),
    path("oncall/calls/<int:pk>/snooze", views.snooze, name="snooze-call"),
]
