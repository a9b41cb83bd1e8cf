"""The addresses of the bubble. They are embedded in other people's pages, so they stay."""

from __future__ import annotations

from django.urls import path

from deskbell.messenger import embed, sessions

urlpatterns = [
    path("bubble.js", embed.bubble, name="bubble"),
    path("bubble/welcome", sessions.welcome),
    path("bubble/sessions", sessions.begin),
    path("bubble/conversation", sessions.conversation),
    path("bubble/messages", sessions.messages),
    path("bubble/presence", sessions.presence),
    path("bubble/address", sessions.address),
    path("try", embed.portal, name="try"),
]
