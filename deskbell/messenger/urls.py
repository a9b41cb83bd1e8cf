"""The addresses of the bubble, which are embedded in other people's pages, so they stay; and its screens."""

from __future__ import annotations

from django.urls import path

from deskbell.messenger import addresses, articles, embed, files, sessions, triage
from deskbell.messenger.views import look, sites

urlpatterns = [
    path("bubble.js", embed.bubble, name="bubble"),
    path("bubble.mjs", embed.messenger, name="messenger"),
    path("bubble/words-<str:language>.json", embed.words),
    path("bubble/welcome", sessions.welcome),
    path("bubble/sessions", sessions.begin),
    path("bubble/sessions/end", sessions.end),
    path("bubble/sessions/memory", sessions.memory),
    path("bubble/conversation", sessions.conversation),
    path("bubble/messages", sessions.messages),
    path("bubble/files", files.take),
    path("bubble/files/<str:signed>", files.give, name="bubble-file"),
    path("bubble/presence", sessions.presence),
    path("bubble/articles", articles.search),
    path("bubble/articles/<str:named>", articles.article),
    path("bubble/questions", triage.questions),
    path("bubble/triage", triage.triage),
    path("bubble/address", addresses.address),
    path("bubble/address/<str:signed>", addresses.confirmation, name="bubble-address"),
    path("bubble/transcript", addresses.transcript),
    path("sites", sites.sites, name="sites"),
    path("sites/<int:pk>", sites.site, name="site"),
    path("sites/<int:pk>/keys", sites.new_key, name="site-keys"),
    path("sites/<int:pk>/keys/<int:key>/retirement", sites.retirement, name="site-key-retirement"),
    path("sites/<int:pk>/keys-address", sites.keys_address, name="site-keys-address"),
    path("sites/<int:pk>/removal", sites.removal, name="site-removal"),
    path("sites/look", look.look, name="bubble-look"),
    path("sites/look/preview", look.preview, name="bubble-look-preview"),
    path("sites/look/bubble.mjs", look.script, name="bubble-look-script"),
    path("sites/look/bubble/words-<str:language>.json", look.words),
    path("try", embed.portal, name="try"),
]
