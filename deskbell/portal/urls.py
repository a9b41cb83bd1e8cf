"""The addresses of the customers' pages."""

from __future__ import annotations

from django.urls import path

from deskbell.portal.views import (
    coming_in,
    figures,
    onboarding,
    opening,
    people,
    providers,
    requests,
    suggesting,
    troubles,
    your,
)

REQUEST = "portal/requests/<int:number>"
ONBOARDING = "portal/onboarding/<int:pk>"
STEP = f"{ONBOARDING}/steps/<int:step>"

urlpatterns = [
    path("your/<str:token>", your.your, name="your"),
    path("your/<str:token>/clocks.pdf", your.evidence, name="your-pdf"),
    path("portal/sign-in", coming_in.sign_in, name="portal-sign-in"),
    path("portal/enter/<str:token>", coming_in.link, name="portal-link"),
    path("portal/with/<slug:key>", providers.away, name="portal-provider"),
    path("portal/with/<slug:key>/back", providers.back, name="portal-provider-back"),
    path("portal/sign-out", coming_in.sign_out, name="portal-sign-out"),
    path("portal/language", coming_in.language, name="portal-language"),
    path("portal", requests.requests, name="portal"),
    path("portal/new", opening.new, name="portal-new"),
    path("portal/suggestions", suggesting.suggestions, name="portal-suggestions"),
    path("portal/articles/<int:key>", suggesting.article, name="portal-article"),
    path("portal/articles/<int:key>/answer", suggesting.answer, name="portal-article-answer"),
    path("portal/people", people.people, name="portal-people"),
    path("portal/people/<int:pk>", people.place, name="portal-place"),
    path("portal/people/<int:pk>/removal", people.removal, name="portal-place-removal"),
    path("portal/people/changes/<int:pk>/undo", people.undoing, name="portal-place-undo"),
    path("portal/status", troubles.troubles, name="portal-status"),
    path("portal/figures", figures.month, name="portal-figures"),
    path("portal/figures/list", figures.behind, name="portal-figures-list"),
    path("portal/figures.csv", figures.export, name="portal-figures-export"),
    path("portal/requests.csv", requests.export, name="portal-export"),
    path(REQUEST, requests.ticket, name="portal-request"),
    path(f"{REQUEST}/replies", requests.replies, name="portal-replies"),
    path(f"{REQUEST}/contests", requests.contests, name="portal-contests"),
    path(f"{REQUEST}/files/<int:pk>", requests.attachment, name="portal-file"),
    path("portal/onboarding", onboarding.newest, name="portal-newest-onboarding"),
    path(ONBOARDING, onboarding.onboarding, name="portal-onboarding"),
    path(f"{ONBOARDING}.csv", onboarding.export, name="portal-onboarding-csv"),
    path(f"{STEP}/done", onboarding.done, name="portal-step-done"),
    path(f"{STEP}/reopening", onboarding.reopening, name="portal-step-reopening"),
    path(f"{STEP}/question", onboarding.question, name="portal-step-question"),
]
