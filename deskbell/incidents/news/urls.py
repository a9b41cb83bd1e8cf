"""Addresses of subscribers: the screens on which anybody subscribes, and the team's."""

from __future__ import annotations

from django.urls import path

from deskbell.incidents.news import team, views

urlpatterns = [
    path("incidents/subscribers", team.subscribers, name="subscribers"),
    path("incidents/subscribers/progress/<str:key>", team.progress, name="subscribers-progress"),
    path("incidents/subscribers/<int:pk>/removal", team.removal, name="subscriber-removal"),
    path("status/subscribe", views.subscribe, name="status-subscribe"),
    path("status/subscribe/confirm/<str:token>", views.confirm, name="status-confirm"),
    path("status/subscribe/post/<str:token>", views.confirm_post, name="status-confirm-post"),
    path("status/subscribe/manage/<str:token>", views.subscription, name="status-subscription"),
]
