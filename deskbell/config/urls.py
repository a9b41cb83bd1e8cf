"""The addresses of the desk, room by room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("deskbell.people.urls")),
    path("", include("deskbell.inbox.urls")),
    path("", include("deskbell.sla.urls")),
    path("", include("deskbell.mail.urls")),
    path("", include("deskbell.incidents.urls")),  # before the doors: alerts/<number>/incident
    path("", include("deskbell.helpcenter.urls")),
    path("", include("deskbell.guidance.urls")),
    path("", include("deskbell.monitoring.urls")),
    path("", include("deskbell.oncall.urls")),
    path("", include("deskbell.messenger.urls")),
    path("", include("deskbell.portal.urls")),
    path("", include("deskbell.reports.urls")),
    path("", include("deskbell.helpcenter.nowhere")),  # after all that stands below /help
]

handler404 = "deskbell.look.refusing.not_found"
handler403 = "deskbell.look.refusing.forbidden"
handler500 = "deskbell.look.refusing.broken"
