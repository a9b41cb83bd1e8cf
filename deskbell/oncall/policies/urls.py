"""Addresses of escalation policies."""

from __future__ import annotations

from django.urls import path

from deskbell.oncall.policies import views

urlpatterns = [
    path("oncall/policies", views.policies, name="escalation-policies"),
    path("oncall/policies/<int:pk>", views.policy, name="escalation-policy"),
    path("oncall/policies/<int:pk>/removal", views.removal, name="remove-escalation-policy"),
    path("oncall/answering/<str:impact>", views.answering, name="answering"),
]
