"""The addresses of the customers' pages."""

from __future__ import annotations

from django.urls import path

from deskbell.portal import views

urlpatterns = [
    path("your/<str:token>", views.your, name="your"),
    path("your/<str:token>/clocks.pdf", views.evidence, name="your-pdf"),
]
