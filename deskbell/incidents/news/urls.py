"""Addresses of the screens on which anybody subscribes to the status page."""

from __future__ import annotations

from django.urls import path

from deskbell.incidents.news import views

urlpatterns = [
    path("status/subscribe", views.subscribe, name="status-subscribe"),
    path("status/subscribe/confirm/<str:token>", views.confirm, name="status-confirm"),
    path("status/subscribe/post/<str:token>", views.confirm_post, name="status-confirm-post"),
    path("status/subscribe/manage/<str:token>", views.subscription, name="status-subscription"),
]
