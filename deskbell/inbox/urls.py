"""The addresses of the agents' screens."""

from __future__ import annotations

from django.urls import path

from deskbell.inbox.views import lists, ticket, welcome

urlpatterns = [
    path("", lists.home, name="home"),
    path("inbox", lists.inbox, name="inbox"),
    path("inbox/live", lists.token, name="inbox-live"),
    path("notices/live", lists.notices_token, name="notices-live"),
    path("welcome/<str:token>", welcome.welcome, name="welcome"),
    path("tickets/<int:number>", ticket.page, name="ticket"),
    path("tickets/<int:number>/live", ticket.token, name="ticket-live"),
    path("tickets/<int:number>/replies", ticket.replies, name="replies"),
    path("tickets/<int:number>/replies/<int:pk>/undo", ticket.undoing, name="undo"),
    path("tickets/<int:number>/notes", ticket.notes, name="notes"),
    path("tickets/<int:number>/impact", ticket.impact, name="impact"),
    path("tickets/<int:number>/assignment", ticket.assignment, name="assignment"),
    path("tickets/<int:number>/team", ticket.team, name="ticket-team"),
    path("tickets/<int:number>/reach", ticket.reach, name="reach"),
    path("tickets/<int:number>/state", ticket.state, name="state"),
    path("tickets/<int:number>/attachments/<int:pk>", ticket.attachment, name="attachment"),
]
