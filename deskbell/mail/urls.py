"""Addresses of the mail room: the quarantine, the doors, and where mail services bring mail."""

from __future__ import annotations

from django.urls import path

from deskbell.mail.views import doors, quarantine
from deskbell.mail.webhooks import views as webhooks

urlpatterns = [
    path("mail/quarantine", quarantine.listed, name="quarantine"),
    path("mail/quarantine/retry", quarantine.retry_all, name="quarantine-retry"),
    path("mail/quarantine/<int:pk>", quarantine.one, name="held-mail"),
    path("mail/quarantine/<int:pk>/raw", quarantine.download, name="held-mail-raw"),
    path("mail/quarantine/<int:pk>/retry", quarantine.retry, name="held-mail-retry"),
    path("mail/quarantine/<int:pk>/release", quarantine.release, name="held-mail-release"),
    path("mail/quarantine/<int:pk>/discard", quarantine.discard, name="held-mail-discard"),
    path("mail/quarantine/<int:pk>/return", quarantine.bring_back, name="held-mail-return"),
    path("mail/doors", doors.doors, name="mail-doors"),
    path("mail/mailboxes/<int:pk>", doors.mailbox, name="mailbox"),
    path("mail/mailboxes/<int:pk>/active", doors.switch, name="mailbox-active"),
    path("mail/mailboxes/<int:pk>/removal", doors.remove, name="mailbox-removal"),
    path("mail/mailboxes/<int:pk>/consent", doors.consent, name="mailbox-consent"),
    path("mail/consent", doors.consented, name="mailbox-consented"),
    path("mail/webhooks/<str:service>", doors.webhook, name="mail-webhook"),
    path("mail/in/<str:service>/<str:token>", webhooks.mail, name="mail-in"),
    path("mail/in/<str:service>/<str:token>/<str:ending>", webhooks.mail, name="mail-in-mime"),
]
