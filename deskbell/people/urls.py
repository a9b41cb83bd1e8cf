"""The addresses of the people room."""

from __future__ import annotations

from django.urls import path

from deskbell.people import place_views, portrait_views, provider_views, views

PROVIDER = "districts/providers/<int:pk>"

urlpatterns = [
    path("sign-in", views.sign_in_page, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("team", views.team, name="team"),
    path("team/<int:pk>/access", views.agent_access, name="agent-access"),
    path("team/<int:pk>/invitation", views.agent_invitation, name="agent-invitation"),
    path("team/<int:pk>/picture/removal", portrait_views.removal, name="agent-portrait-removal"),
    path("you/picture", portrait_views.own, name="own-portrait"),
    path("you/picture/removal", portrait_views.own_removal, name="own-portrait-removal"),
    path("portraits/<slug:key>.webp", portrait_views.portrait, name="portrait"),
    path("portraits/<slug:key>/undo", portrait_views.undo, name="portrait-undo"),
    path("teams/<int:pk>/lead", views.team_lead, name="team-lead"),
    path("teams/<int:pk>/tier", views.team_tier, name="team-tier"),
    path("districts", views.districts, name="districts"),
    path("districts/<int:pk>/people", place_views.people, name="district-people"),
    path(
        "districts/<int:pk>/people/<int:place>/removal",
        place_views.removal,
        name="district-people-removal",
    ),
    path(
        "districts/<int:pk>/people/changes/<int:change>/undo",
        place_views.undoing,
        name="district-people-undo",
    ),
    path("districts/providers", provider_views.providers, name="providers"),
    path(PROVIDER, provider_views.provider, name="provider"),
    path(f"{PROVIDER}/switch", provider_views.switch, name="provider-switch"),
    path(f"{PROVIDER}/removal", provider_views.removal, name="provider-removal"),
    path(
        f"{PROVIDER}/accounts/<int:account>/removal",
        provider_views.account_removal,
        name="provider-account-removal",
    ),
    path("notices", views.notices, name="notices"),
]
