"""The addresses of the mail room."""

from __future__ import annotations

from django.urls import path

from deskbell.mail.views import addresses, letters, look, others

urlpatterns = [
    path("mail/addresses", addresses.addresses, name="mail-addresses"),
    path("mail/addresses/<int:pk>", addresses.address, name="mail-address"),
    path("mail/addresses/<int:pk>/activity", addresses.activity, name="mail-activity"),
    path("mail/addresses/<int:pk>/test", addresses.test, name="mail-test"),
    path("mail/addresses/<int:pk>/keys", addresses.keys, name="mail-keys"),
    path("mail/addresses/<int:pk>/keys/check", addresses.keys_check, name="mail-keys-check"),
    path("mail/letters/<str:kind>", letters.letter, name="mail-letter"),
    path("mail/letters/<str:kind>/preview", letters.preview, name="mail-preview"),
    path("mail/letters/<str:kind>/versions/<int:pk>", letters.version, name="mail-version"),
    path("mail/look", look.look, name="mail-look"),
    path("mail/logos/<str:sha256>", look.logo, name="mail-logo"),
    path("mail/reports/<str:service>", others.reports, name="mail-reports"),
    path("notices/mail", others.choices, name="notice-mails"),
    path("unsubscribe/<str:token>", others.unsubscription, name="unsubscribe"),
]
