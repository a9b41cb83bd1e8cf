"""The addresses of the reports."""

from __future__ import annotations

from django.urls import path

from deskbell.helpcenter import addresses
from deskbell.look.languages import LANGUAGES
from deskbell.reports import promise_views, views

urlpatterns = [
    *(
        path(f"{addresses.home(code)[1:]}/promise", promise_views.promise_page, {"language": code})
        for code in LANGUAGES
    ),
    path("metrics", views.metrics, name="metrics"),
    path("reports", views.reports, name="reports"),
    path("reports/response", views.response, name="response"),
    path("reports/what-if", views.whatifs, name="whatifs"),
    path("reports/what-if/<int:pk>", views.whatif, name="whatif"),
    path("reports/what-if/<int:pk>/progress", views.progress, name="whatif-progress"),
    path("reports/what-if/<int:pk>/cancellation", views.cancellation, name="whatif-cancellation"),
    path("reports/what-if/<int:pk>/deletion", views.deletion, name="whatif-deletion"),
]
